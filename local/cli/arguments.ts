import { existsSync, opendirSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "../usage-error.ts";

export interface StartArguments {
  readonly files: string | undefined;
  readonly stack: string;
  readonly config: readonly string[];
  readonly port: number;
  readonly caps: boolean;
  /** Model of the chats: scripted, or the real Bedrock. */
  readonly bedrock: "local" | "aws";
  readonly json: boolean;
  readonly help: boolean;
}

export const help = `Runs the Pulumi program on this machine.

  npm start -- [options]

  --files DIR          serve this folder, read-only, as the bucket (default: a sample folder)
  --stack NAME         the stack whose Pulumi.NAME.yaml applies (default: dev)
  --config key=value   set a configuration value; lists as JSON; repeatable
  --port N             port of the download API, and the one after it for the
                       chat API (default: 8787)
  --no-caps            no bandwidth caps: as fast as the machine allows
  --bedrock aws        send chats to the real Bedrock with your own credentials,
                       at your cost (default: local, a scripted model)
  --json               print one JSON document when ready, and nothing else
                       (npm itself is silent with npm start -s)
  --help               this text

Stop with Ctrl-C.
`;

/** @throws UsageError naming the argument that cannot be used. */
export function parseArguments(args: readonly string[]): StartArguments {
  const values = parseFlags(args);
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_534) {
    throw new UsageError(`--port takes a number from 0 to 65534, not "${values.port}".`);
  }
  const { bedrock } = values;
  if (bedrock !== "local" && bedrock !== "aws") {
    throw new UsageError(`--bedrock takes local or aws, not "${bedrock}".`);
  }
  return {
    files: values.files === undefined ? undefined : existingFolder(values.files),
    stack: values.stack,
    config: values.config,
    port,
    caps: values["no-caps"] !== true,
    bedrock,
    json: values.json === true,
    help: values.help === true,
  };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        files: { type: "string" },
        stack: { type: "string", default: "dev" },
        config: { type: "string", multiple: true, default: [] },
        port: { type: "string", default: "8787" },
        "no-caps": { type: "boolean" },
        bedrock: { type: "string", default: "local" },
        json: { type: "boolean" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    // Node.js adds hints on later lines and sentences that are about its own conventions.
    const [sentence] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${sentence}; see npm start -- --help.`, { cause: error });
  }
}

function existingFolder(path: string): string {
  // npm runs scripts in the project's folder; INIT_CWD is where the user typed the command.
  const folder = resolve(process.env.INIT_CWD ?? process.cwd(), path);
  if (!existsSync(folder)) throw new UsageError(`The folder ${folder} does not exist.`);
  if (!statSync(folder).isDirectory()) throw new UsageError(`${folder} is not a folder.`);
  try {
    opendirSync(folder).closeSync();
  } catch (error) {
    throw new UsageError(`The folder ${folder} cannot be read.`, { cause: error });
  }
  return folder;
}
