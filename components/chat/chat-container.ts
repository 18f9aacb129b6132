import type * as aws from "@pulumi/aws";
import type { input as awsxInput } from "@pulumi/awsx/types/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { chatServiceTimes } from "../../contract/chat-service-times.ts";

/** Arguments of the container. */
export interface ChatContainerArgs {
  /** The image. */
  readonly image: pulumi.Input<string>;
  /** The variables the code reads, besides `PORT`. */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** Target group of the task. Its port is the container's: awsx makes the service's entry from the two. */
  readonly targetGroup: pulumi.Input<aws.lb.TargetGroup>;
  /** The log group's name. */
  readonly logGroup: pulumi.Input<string>;
  /** Region of the log group. */
  readonly region: pulumi.Input<string>;
}

/** Port of the container and of the load balancer's targets. */
export const CONTAINER_PORT = 8080;

const CONTAINER_NAME = "chat";

/** Neither root nor any user of the host; the image has no name for it. */
const USER = "10001:10001";

/** The image has no curl. Without a host, Node.js asks the machine it runs on. */
const healthCheckScript = `require("node:http").get({port:process.env.PORT,path:"/health"},({statusCode})=>process.exit(statusCode===200?0:1)).on("error",()=>process.exit(1))`;

/** The one container of a task: not root, nothing writable, and stopped no sooner than its streams can end. */
export function chatContainer(args: ChatContainerArgs): awsxInput.ecs.TaskDefinitionContainerDefinitionArgs {
  const environment = { PORT: String(CONTAINER_PORT), ...args.environment };
  return {
    name: CONTAINER_NAME,
    image: args.image,
    essential: true,
    user: USER,
    readonlyRootFilesystem: true,
    // Reaps what the health check leaves, and passes SIGTERM on.
    linuxParameters: { initProcessEnabled: true },
    portMappings: [{ containerPort: CONTAINER_PORT, protocol: "tcp", targetGroup: args.targetGroup }],
    environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
    stopTimeout: chatServiceTimes.stopTimeoutSeconds,
    healthCheck: {
      command: ["CMD", "node", "-e", healthCheckScript],
      interval: 30,
      timeout: 10,
      retries: 3,
      startPeriod: 30,
    },
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": args.logGroup,
        "awslogs-region": args.region,
        "awslogs-stream-prefix": CONTAINER_NAME,
        // A log that cannot be written must not stop the streams.
        mode: "non-blocking",
        "max-buffer-size": "4m",
      },
    },
  };
}
