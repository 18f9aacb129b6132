import { locateApi, type ApiLocation } from "./api-location.ts";
import type { CommandContext } from "./command-context.ts";
import { exitCodes } from "./usage.ts";

/** Result of one examination. */
interface Finding {
  readonly name: string;
  /** Absent: all is well. */
  readonly problem?: string;
}

const CLOCK_SECONDS = 300;
const PROXY_VARIABLES = ["HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"];

/** `doctor`: one line for each thing a download or a chat needs. */
export async function doctor(context: CommandContext): Promise<number> {
  const findings = [nodeVersion(), proxy(context.environment), ...(await examineApi(context))];
  for (const { name, problem } of findings) {
    if (context.args.json) console.log(JSON.stringify({ name, isWell: problem === undefined, problem }));
    else
      console.log(
        `${problem === undefined ? "well" : "ILL "}  ${name}${problem === undefined ? "" : `: ${problem}`}`,
      );
  }
  return findings.some(({ problem }) => problem !== undefined) ? exitCodes.failed : exitCodes.done;
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isOld = major < 20 || (major === 20 && minor < 19);
  const problem = `${process.versions.node} is older than 20.19; install a newer one`;
  return { name: "Node.js", ...(isOld && { problem }) };
}

function proxy(environment: NodeJS.ProcessEnv): Finding {
  const set = PROXY_VARIABLES.find((name) => (environment[name] ?? "") !== "");
  const problem = `${set} is set, which Node.js's fetch does not follow; unset it, or use Node.js 24 with NODE_USE_ENV_PROXY=1`;
  return { name: "proxy", ...(set !== undefined && environment.NODE_USE_ENV_PROXY !== "1" && { problem }) };
}

async function examineApi({ args, environment, signal }: CommandContext): Promise<Finding[]> {
  let location: ApiLocation;
  try {
    location = await locateApi(args, environment);
  } catch (error) {
    return [{ name: "outputs", problem: error instanceof Error ? error.message : String(error) }];
  }
  const url = location.chatUrl ?? location.downloadUrl;
  if (url === undefined) return [{ name: "outputs", problem: `${location.source} has no API` }];
  const asked = `${url}/${location.chatUrl === undefined ? "download/streamgate-doctor" : "ready"}`;
  try {
    const headers = await location.authorizer({ method: "GET", url: asked, headers: {} });
    const response = await fetch(asked, { headers, signal });
    await response.body?.cancel();
    return [
      { name: `outputs (${location.source})` },
      { name: `API (${url})` },
      credentials(response.status),
      clock(response.headers.get("date")),
    ];
  } catch (error) {
    const { message } = (error as Error & { cause?: Error }).cause ?? (error as Error);
    return [
      { name: `outputs (${location.source})` },
      {
        name: `API (${url})`,
        problem: `it cannot be reached (${message}); is npm start running, the stack up?`,
      },
    ];
  }
}

/** An object of the doctor's name is not there: 404 is an answer to somebody who may ask. */
function credentials(status: number): Finding {
  const problem =
    status === 401 || status === 403
      ? `the API refuses them (${status}); a new key takes up to two minutes to work`
      : status === 429
        ? "the API's throttle or the key's quota is used up; wait"
        : undefined;
  return { name: "credentials", ...(problem !== undefined && { problem }) };
}

function clock(date: string | null): Finding {
  const seconds = date === null ? 0 : Math.abs(Date.now() - Date.parse(date)) / 1000;
  const problem = `it differs from the API's by ${Math.round(seconds)} s, which signatures do not bear; set it`;
  return { name: "clock", ...(seconds > CLOCK_SECONDS && { problem }) };
}
