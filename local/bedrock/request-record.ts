import type { Principal } from "../iam/caller.ts";
import type { Answer } from "./answer.ts";
import type { BedrockOperation } from "./target.ts";

/** Record of one request. Changes while the response is being sent. Holds no part of the conversation. */
export interface BedrockRequestRecord {
  /** `undefined` for what is not simulated. */
  readonly operation: BedrockOperation | undefined;
  /** As the caller named it. */
  readonly modelId: string;
  /** `undefined` until the answer begins. */
  readonly status: number | undefined;
  /** `undefined` until the signature has been verified. */
  readonly principal: Principal["kind"] | undefined;
  /** Frames, or pieces of what the real Bedrock sent, handed to the connection so far. */
  readonly framesSent: number;
  /** The connection ended before the answer did, by either side. */
  readonly aborted: boolean;
}

/** The record as the service writes it. */
export class LiveRecord implements BedrockRequestRecord {
  operation: BedrockOperation | undefined;
  modelId = "";
  principal: Principal["kind"] | undefined;
  framesSent = 0;
  aborted = false;
  /** Dropped at the end, as the record is kept and the answer need not be. */
  #answer: Answer | undefined;
  #finalStatus: number | undefined;

  constructor(answer: Answer) {
    this.#answer = answer;
    answer.closed.addEventListener("abort", () => {
      this.#finalStatus = answer.statusCode;
      this.aborted = answer.aborted;
      this.#answer = undefined;
    });
  }

  get status(): number | undefined {
    return this.#answer?.statusCode ?? this.#finalStatus;
  }
}

/** Keeps the newest records. */
export class RequestRecords {
  static readonly kept = 10_000;
  readonly all: LiveRecord[] = [];

  begin(answer: Answer): LiveRecord {
    const record = new LiveRecord(answer);
    this.all.push(record);
    if (this.all.length > RequestRecords.kept) this.all.shift();
    return record;
  }
}
