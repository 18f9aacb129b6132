import { locateApi } from "./api-location.ts";
import type { CommandContext } from "./command-context.ts";
import { exitCodes } from "./usage.ts";

/** `outputs`: the addresses in use, one a line. */
export async function printOutputs({ args, environment }: CommandContext): Promise<number> {
  const { downloadUrl, chatUrl, auth, source } = await locateApi(args, environment);
  const outputs = { source, auth, downloadUrl, chatUrl };
  if (args.json) console.log(JSON.stringify(outputs));
  else for (const [name, value] of Object.entries(outputs)) console.log(`${name}: ${value ?? "none"}`);
  return exitCodes.done;
}
