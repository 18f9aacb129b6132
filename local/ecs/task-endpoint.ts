import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { listenOnLoopback } from "../host/loopback.ts";
import type { Credentials } from "../iam/caller.ts";

/** Identity of a task, as Fargate's metadata shows it. */
export interface TaskIdentity {
  readonly taskId: string;
  readonly clusterArn: string;
  readonly taskArn: string;
  readonly taskDefinitionArn: string;
  readonly roleArn: string;
  readonly credentials: Credentials;
}

/** Addresses of one task's credentials and metadata. */
export interface TaskAddresses {
  readonly credentialsUri: string;
  readonly credentialsToken: string;
  readonly metadataUri: string;
}

/** Like AWS's, and never reached: a local cloud does not run that long. */
const LIFETIME_MILLISECONDS = 6 * 60 * 60 * 1000;

/**
 * Endpoint of Fargate's agent for the containers of a task: the credentials of its role, and metadata.
 *
 * Sources:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html
 */
export class TaskEndpoint {
  readonly #server: Server;
  readonly #tasks = new Map<string, TaskIdentity & { readonly token: string }>();

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** @param onFault Called with each connection that could not be accepted. */
  async listen(onFault: (fault: string) => void): Promise<void> {
    await listenOnLoopback(this.#server, { onFault });
  }

  add(task: TaskIdentity): TaskAddresses {
    const token = randomBytes(24).toString("base64url");
    this.#tasks.set(task.taskId, { ...task, token });
    const origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return {
      credentialsUri: `${origin}/v2/credentials/${task.taskId}`,
      credentialsToken: token,
      metadataUri: `${origin}/v4/${task.taskId}`,
    };
  }

  remove(taskId: string): void {
    this.#tasks.delete(taskId);
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const [, kind, taskId = ""] =
      /^\/(v2\/credentials|v4)\/([^/]+)(?:\/task)?$/.exec(request.url ?? "") ?? [];
    const task = this.#tasks.get(taskId);
    if (task === undefined) return answer(response, 404, { code: "NotFound", message: "no such task" });
    if (kind === "v4") return answer(response, 200, metadata(task));
    if (request.headers.authorization !== task.token) {
      return answer(response, 401, {
        code: "Unauthorized",
        message: "the authorization token is not this task's",
      });
    }
    answer(response, 200, {
      RoleArn: task.roleArn,
      AccessKeyId: task.credentials.accessKeyId,
      SecretAccessKey: task.credentials.secretAccessKey,
      Token: task.credentials.sessionToken,
      Expiration: new Date(Date.now() + LIFETIME_MILLISECONDS).toISOString(),
    });
  }
}

function metadata({ clusterArn, taskArn, taskDefinitionArn }: TaskIdentity): object {
  const [, family, revision] = /\/([^/:]+):(\d+)$/.exec(taskDefinitionArn) ?? [];
  return { Cluster: clusterArn, TaskARN: taskArn, Family: family, Revision: revision, LaunchType: "FARGATE" };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
