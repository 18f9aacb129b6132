import { bringToLife, loadProgram, type LocalCloud } from "../local/cloud.ts";
import { CloudLog } from "../local/cloud-log.ts";
import { type RecordedResource, ResourceGraph } from "../local/graph.ts";
import type { LocalOutputs } from "./download.ts";
import { downloadCode, projectFolder } from "./download-code.ts";
import type { CloudReply, CloudRequest, MeasuredCloudOptions } from "./measured-cloud.ts";
import { stampedModel } from "./stamped-model.ts";

/*
 * The process of a measured cloud: `measured-cloud.ts` starts it and talks to it over the IPC channel. It ends when
 * that channel closes, whatever became of the other side.
 */

const isDownloadFunction = ({ type, name }: RecordedResource) =>
  type === "aws:lambda/function:Function" && name === "download";

const { folder, sdk, model } = JSON.parse(process.argv[2] ?? "") as MeasuredCloudOptions;
const options = {
  projectFolder,
  stack: "dev",
  // One caller, much faster than any the throttle is made for.
  config: [
    "throttleRatePerSecond=10000",
    "throttleBurst=5000",
    "quotaPerDay=1000000",
    `lambdaChat=${model !== undefined}`,
  ],
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
    isDownloadFunction(resource)
      ? { ...resource, inputs: { ...resource.inputs, code: downloadCode(sdk) } }
      : resource,
  );
  return bringToLife({ ...program, graph: new ResourceGraph(resources) }, options);
}

let cloud = await start();

const answers: Record<CloudRequest, () => Promise<CloudReply>> = {
  environments() {
    const download = cloud.graph.resources.find(isDownloadFunction);
    return cloud.lambda.environments(String(download?.outputs.arn));
  },
  async restart() {
    await cloud.close();
    cloud = await start();
    return cloud.outputs as LocalOutputs;
  },
};

function send(reply: CloudReply): void {
  process.send?.(reply);
}

process.on("message", (request: CloudRequest) => void answers[request]().then(send));
// Ctrl-C reaches every process of the terminal; this one still has functions to end.
process.on("SIGINT", () => {});
process.once("disconnect", () => void cloud.close().then(() => process.exit(0)));
send(cloud.outputs as LocalOutputs);
