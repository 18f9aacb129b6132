/** The type of the resource that stands for the stack itself, the root of all others. */
export const STACK_TYPE = "pulumi:pulumi:Stack";

/**
 * The urn Pulumi's engine gives a resource: the types of its ancestors below the stack, then its own type.
 *
 * Source: https://www.pulumi.com/docs/iac/concepts/resources/names/#urns
 *
 * @param parent The parent's urn; empty for the stack itself.
 */
export function resourceUrn(
  { project, stack }: { readonly project: string; readonly stack: string },
  { parent, type, name }: { readonly parent: string; readonly type: string; readonly name: string },
): string {
  const parentType = parent.split("::")[2];
  const qualifiedType =
    parentType === undefined || parentType === STACK_TYPE ? type : `${parentType}$${type}`;
  return `urn:pulumi:${stack}::${project}::${qualifiedType}::${name}`;
}
