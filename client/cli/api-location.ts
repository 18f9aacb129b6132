import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { StackOutputs } from "../../contract/stack-outputs.ts";
import { apiKeyAuthorizer, noCredentials, type Authorizer } from "../authorizer.ts";
import { sigV4Authorizer } from "../node/sigv4-authorizer.ts";
import type { Arguments } from "./arguments.ts";
import { UsageError } from "./usage.ts";

/** Addresses and credentials that a command works with. */
export interface ApiLocation {
  /** URL of the download API. Absent where the stack has none. */
  readonly downloadUrl?: string;
  /** URL of the chat API. Absent where the stack has none. */
  readonly chatUrl?: string;
  readonly auth: StackOutputs["auth"];
  readonly authorizer: Authorizer;
  /** Place that the addresses were read from. */
  readonly source: string;
}

/** Outputs of `npm start`, in the folder it was started in. */
export const localOutputsFile = join(".streamgate", "outputs.json");

/** @throws UsageError when no address is known. */
export async function locateApi(args: Arguments, environment: NodeJS.ProcessEnv): Promise<ApiLocation> {
  const key = args.key ?? environment.STREAMGATE_API_KEY;
  if (args.url !== undefined) {
    const url = requireUrl(args.url);
    const auth = key === undefined ? "none" : "apiKey";
    const authorizer = key === undefined ? noCredentials : apiKeyAuthorizer(key);
    return { downloadUrl: url, chatUrl: url, auth, authorizer, source: "--url" };
  }
  const { outputs, source } = await readOutputs(args.stack);
  const { downloadApi, chatApi, auth } = outputs;
  return {
    ...(downloadApi && { downloadUrl: downloadApi.url }),
    ...(chatApi && { chatUrl: chatApi.url }),
    auth,
    authorizer: authorizerFor(outputs, key),
    source,
  };
}

function authorizerFor({ auth, apiKey, region, local }: StackOutputs, key: string | undefined): Authorizer {
  if (auth === "none") return noCredentials;
  if (auth === "iam") return sigV4Authorizer({ region, ...(local && { credentials: local.credentials }) });
  const chosen = key ?? apiKey;
  if (chosen === undefined) throw new UsageError("There is no API key: give --key or STREAMGATE_API_KEY.");
  return apiKeyAuthorizer(chosen);
}

async function readOutputs(
  stack: string | undefined,
): Promise<{ readonly outputs: StackOutputs; readonly source: string }> {
  if (stack !== undefined) {
    return { outputs: JSON.parse(await pulumiOutputs(stack)) as StackOutputs, source: `stack ${stack}` };
  }
  const text = await readFile(localOutputsFile, "utf8").catch(() => undefined);
  if (text === undefined) {
    throw new UsageError(
      `There is no ${localOutputsFile} here: run npm start, or give --stack NAME, or --url URL and --key KEY.`,
    );
  }
  return { outputs: JSON.parse(text) as StackOutputs, source: localOutputsFile };
}

async function pulumiOutputs(stack: string): Promise<string> {
  const args = ["--no-install", "pulumi", "stack", "output", "--json", "--show-secrets", "--stack", stack];
  try {
    return (await promisify(execFile)("npx", args)).stdout;
  } catch (error) {
    const { stderr = "" } = error as { readonly stderr?: string };
    throw new UsageError(`The outputs of stack ${stack} cannot be read. ${stderr.trim()}`, { cause: error });
  }
}

function requireUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/$/, "");
  throw new UsageError(`--url is "${text}": give a URL that begins with https:// or http://.`);
}
