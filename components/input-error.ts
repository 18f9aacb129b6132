import * as pulumi from "@pulumi/pulumi";

/**
 * Invalid input of a program. The message names the input and the remedy; Pulumi prints it without a stack.
 */
export class InputError extends pulumi.RunError {
  override readonly name: string = "InputError";

  // Pulumi formats the stack of every uncaught error, and `util.inspect` takes most of a minute for the frames of
  // Pulumi's own SDK on any Node.js without https://github.com/nodejs/node/pull/64022.
  override readonly stack = "";

  constructor(message: string) {
    super(message);
    // Pulumi writes `error serializing property "policy": ` in front, once for each resource the error meets on its way.
    Object.defineProperty(this, "message", { get: () => message, set: () => {} });
  }
}
