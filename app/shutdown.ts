import { setTimeout as sleep } from "node:timers/promises";
import { chatServiceTimes } from "../contract/chat-service-times.ts";
import { settledWithin } from "../core/settled-within.ts";
import type { OpenStreams } from "./open-streams.ts";

/** How long the parts of a shutdown last, each counted from its beginning. */
export interface ShutdownTimes {
  /** New streams are taken until then. */
  readonly acceptMilliseconds: number;
  /** Streams may go on until then; each is then ended with an error event. */
  readonly finishMilliseconds: number;
  /** What has not been read to its end by then is broken off. */
  readonly breakOffMilliseconds: number;
}

const { acceptAfterSigtermSeconds, finishAfterSigtermSeconds, stopTimeoutSeconds } = chatServiceTimes;

/** Half of what the streams leave of ECS's time is for their last event, the other half for the process to end. */
export const defaultShutdownTimes: ShutdownTimes = {
  acceptMilliseconds: acceptAfterSigtermSeconds * 1000,
  finishMilliseconds: finishAfterSigtermSeconds * 1000,
  breakOffMilliseconds: ((finishAfterSigtermSeconds + stopTimeoutSeconds) / 2) * 1000,
};

/**
 * How a task ends, begun by SIGTERM. ECS may send that before the load balancer has stopped sending requests, or only
 * after the last of them is over: new requests are taken for a while in either case, and what is under way is brought
 * to its end.
 *
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-connection-draining.html
 */
export class Shutdown {
  readonly #streams: OpenStreams;
  readonly #times: ShutdownTimes;
  #hasBegun = false;

  constructor(streams: OpenStreams, times: ShutdownTimes) {
    this.#streams = streams;
    this.#times = times;
  }

  /** Whether the task no longer wants to be sent requests. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Resolves when no stream is left. To be called once. */
  async run(): Promise<void> {
    const { acceptMilliseconds, finishMilliseconds, breakOffMilliseconds } = this.#times;
    this.#hasBegun = true;
    await sleep(acceptMilliseconds);
    this.#streams.close();
    if (await this.#areOverWithin(finishMilliseconds - acceptMilliseconds)) return;
    this.#streams.stopAll();
    if (await this.#areOverWithin(breakOffMilliseconds - finishMilliseconds)) return;
    this.#streams.breakOffAll();
    await this.#streams.over();
  }

  async #areOverWithin(milliseconds: number): Promise<boolean> {
    const areOver = await settledWithin(
      this.#streams.over().then(() => true),
      milliseconds,
    );
    return areOver === true;
  }
}
