import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import type { LogGroups } from "../logs/log-groups.ts";
import { type ContextVariables, renderTemplate } from "./context-variables.ts";
import { GraphError } from "../graph/graph-error.ts";
import { Properties } from "../graph/properties.ts";

/** Writes one line a request. */
export type AccessLog = (variables: ContextVariables) => void;

/**
 * The access log a stage asks for: its format, in the log group its destination names.
 *
 * @returns `undefined` when the stage has none.
 * @throws GraphError when no recorded log group has the destination's ARN.
 */
export function openAccessLog(
  graph: ResourceGraph,
  stage: RecordedResource,
  logGroups: LogGroups,
): AccessLog | undefined {
  const settings = Properties.inputs(stage).nested("accessLogSettings");
  const destinationArn = settings.string("destinationArn");
  if (destinationArn === undefined) return undefined;
  const format = settings.requiredString("format");
  const logGroup = graph
    .ofType("aws:cloudwatch/logGroup:LogGroup")
    .find((candidate) => withoutStreams(String(candidate.outputs["arn"])) === withoutStreams(destinationArn));
  if (logGroup === undefined) {
    throw new GraphError(stage, `accessLogSettings.destinationArn ${destinationArn} is no log group's ARN`);
  }
  const name = Properties.outputs(logGroup).requiredString("name");
  return (variables) => logGroups.append(name, renderTemplate(format, variables, "-"));
}

/** CloudWatch's ARNs come with and without the `:*` that stands for all streams of a group. */
function withoutStreams(logGroupArn: string): string {
  return logGroupArn.replace(/:\*$/, "");
}
