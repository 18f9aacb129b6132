import { bringToLife, loadProgram, type LocalCloud } from "../local/cloud.ts";
import { CloudLog } from "../local/logs/cloud-log.ts";
import { type RecordedResource, ResourceGraph } from "../local/graph/resource-graph.ts";
import { readArchive } from "../local/lambda/function-code.ts";
import { readStackSettings } from "../local/program/stack-settings.ts";
import type { LocalOutputs } from "./download.ts";
import { downloadCode, projectFolder } from "./download-code.ts";
import type { CloudReply, CloudRequest, MeasuredCloudOptions } from "./measured-cloud.ts";
import { stampedModel } from "./stamped-model.ts";

/*
 * The process of a measured cloud: `measured-cloud.ts` starts it and talks to it over the IPC channel. It ends when
 * that channel closes, whatever became of the other side.
 */

const isFunction = ({ type, name }: RecordedResource, functionName: string) =>
  type === "aws:lambda/function:Function" && name === functionName;

const {
  folder,
  code,
  model,
  chatPath = "function",
  tasks = 2,
  runtimes = ["nodejs"],
} = JSON.parse(process.argv[2] ?? "") as MeasuredCloudOptions;
const options = {
  projectFolder,
  settings: readStackSettings(projectFolder, "dev", [
    // One caller, much faster than any the throttle is made for.
    "throttleRatePerSecond=10000",
    "throttleBurst=5000",
    "quotaPerDay=1000000",
    `chat=${model !== undefined && chatPath === "container"}`,
    `chatMinTasks=${tasks}`,
    `lambdaChat=${model !== undefined && chatPath === "function"}`,
    `runtimes=${JSON.stringify(runtimes)}`,
  ]),
  files: { folder, writable: false },
  port: 0,
  enforceCaps: false,
  ...(model && { modelResponder: stampedModel(model) }),
  log: new CloudLog(({ level, source, message }) =>
    process.stderr.write(`${level} (${source}): ${message}\n`),
  ),
};

async function start(): Promise<LocalCloud> {
  const program = await loadProgram(options);
  const resources = program.graph.resources.map((resource) =>
    isFunction(resource, "download")
      ? { ...resource, inputs: { ...resource.inputs, code: downloadCode(code) } }
      : resource,
  );
  return bringToLife({ ...program, graph: new ResourceGraph(resources) }, options);
}

let cloud = await start();

const answers: Record<
  CloudRequest["action"],
  (recorded: RecordedResource | undefined) => Promise<CloudReply>
> = {
  environments: (recorded) => cloud.lambda.environments(String(recorded?.outputs.arn)),
  async packageBytes(recorded) {
    const files = await readArchive(recorded?.inputs.code, projectFolder);
    return [...files.values()].reduce((sum, { content }) => sum + content.length, 0);
  },
  tasks: () => Promise.resolve(cloud.containers.services.flatMap((service) => service.tasks)),
  async restart() {
    await cloud.close();
    cloud = await start();
    return cloud.outputs as LocalOutputs;
  },
};

function send(reply: CloudReply): void {
  process.send?.(reply);
}

process.on("message", ({ action, functionName }: CloudRequest) => {
  const recorded = cloud.graph.resources.find((resource) => isFunction(resource, functionName));
  void answers[action](recorded).then(send);
});
// Ctrl-C reaches every process of the terminal; this one still has functions to end.
process.on("SIGINT", () => {});
process.once("disconnect", () => void cloud.close().then(() => process.exit(0)));
send(cloud.outputs as LocalOutputs);
