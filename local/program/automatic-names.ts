import { type NewResource, hexDigits } from "./simulation.ts";

/** Rule of the provider's automatic names, and of the names it accepts. */
interface NameRule {
  readonly property: "name" | "bucket" | "statementId";
  /** Longest name, in characters; the provider refuses to cut one. */
  readonly longest: number;
  /** Whether the resource's name is put in lower case first. Default: false. */
  readonly lowerCase?: boolean;
  /** Pattern of every name, given or made. Default: any. */
  readonly form?: { readonly pattern: RegExp; readonly words: string };
}

const wordForm = { pattern: /^[\w-]+$/, words: "A-Z, a-z, 0-9, - and _" };
const iamForm = { pattern: /^[\w+=,.@-]+$/, words: "A-Z, a-z, 0-9 and _+=,.@-" };
const loadBalancingForm = {
  pattern: /^(?!internal-|-)[A-Za-z0-9-]+(?<!-)$/,
  words: "A-Z, a-z, 0-9 and -, with no - first or last and not internal-...",
};

/**
 * Every type of the program's that gets a name from the provider: those with an optional `name`, and two whose name is
 * called otherwise. Without a length of its own a type has 255, which can be more than AWS takes; the form is what the
 * provider checks in `preview`, else what AWS refuses in `up`.
 * Source: https://github.com/pulumi/pulumi-aws/blob/master/provider/resources.go, `AutoName`
 */
export const nameRules: Readonly<Record<string, NameRule>> = {
  "aws:apigateway/apiKey:ApiKey": { property: "name", longest: 255 },
  "aws:apigateway/restApi:RestApi": { property: "name", longest: 255 },
  "aws:apigateway/usagePlan:UsagePlan": { property: "name", longest: 255 },
  "aws:apigatewayv2/vpcLink:VpcLink": { property: "name", longest: 128 },
  "aws:appautoscaling/policy:Policy": { property: "name", longest: 255 },
  "aws:cloudwatch/logGroup:LogGroup": {
    property: "name",
    longest: 255,
    form: { pattern: /^[\w./#-]+$/, words: "A-Z, a-z, 0-9 and _./#-" },
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    property: "name",
    longest: 255,
    form: {
      pattern: /^(?!sg-)[\w .\-:/()#,@[\]+=&;{}!$*]+$/,
      words: "A-Z, a-z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$*, and not sg-...",
    },
  },
  "aws:ecr/repository:Repository": {
    property: "name",
    longest: 255,
    form: {
      pattern: /^(?:[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*\/)*[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*$/,
      words: "a-z, 0-9 and . _ - / between them",
    },
  },
  "aws:ecs/cluster:Cluster": { property: "name", longest: 255, form: wordForm },
  "aws:ecs/service:Service": { property: "name", longest: 255, form: wordForm },
  "aws:iam/role:Role": { property: "name", longest: 64, form: iamForm },
  "aws:iam/rolePolicy:RolePolicy": { property: "name", longest: 128, form: iamForm },
  "aws:lambda/function:Function": { property: "name", longest: 64, form: wordForm },
  "aws:lambda/permission:Permission": { property: "statementId", longest: 100, form: wordForm },
  "aws:lb/loadBalancer:LoadBalancer": { property: "name", longest: 32, form: loadBalancingForm },
  "aws:lb/targetGroup:TargetGroup": { property: "name", longest: 32, form: loadBalancingForm },
  "aws:s3/bucket:Bucket": {
    property: "bucket",
    longest: 63,
    lowerCase: true,
    form: {
      pattern: /^(?!xn--)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      words: "3 to 63 of a-z, 0-9, - and ., a letter or digit first and last, no two dots together",
    },
  },
};

/**
 * The name given, else the one the provider makes: the resource's own name and seven hex digits, here the same ones on
 * every start.
 *
 * @param type Of the resource that has the name: awsx's components make resources of the provider's.
 * @throws Error for a name the provider or AWS refuses: the resource, the property, the value, what is allowed.
 */
export function physicalName(type: string, { name, urn, inputs }: NewResource): string {
  const rule = nameRules[type];
  if (rule === undefined) throw new Error(`${type} has no rule for its name`);
  const { property, longest, lowerCase = false, form } = rule;
  const given = inputs[property];
  const isGiven = typeof given === "string";
  const value = isGiven ? given : `${lowerCase ? name.toLowerCase() : name}-${hexDigits(urn, 7)}`;
  if (value.length <= longest && form?.pattern.test(value) !== false) return value;
  const made = isGiven ? "" : ", made from the resource's name";
  const allowed = `up to ${longest} characters${form === undefined ? "" : `: ${form.words}`}`;
  throw new Error(`${type} "${name}": ${property} is "${value}"${made}; allowed: ${allowed}`);
}
