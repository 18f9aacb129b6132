import type { ServerResponse } from "node:http";
import type { Principal } from "../iam/caller.ts";
import type { S3Operation } from "./target.ts";

/** Record of one request. Changes while the response is being sent. */
export interface S3RequestRecord {
  /** `undefined` for what is not simulated, and for a request that was refused before it was understood. */
  readonly operation: S3Operation | undefined;
  readonly bucket: string;
  readonly key: string;
  /** The Range header as it came. */
  readonly range: string | undefined;
  /** `undefined` until the answer begins. */
  readonly status: number | undefined;
  /** `undefined` until the signature has been verified. */
  readonly principal: Principal["kind"] | undefined;
  /** Bytes of the object handed to the connection so far; what the reader has not taken may be among them. */
  readonly sentBytes: number;
  /** The connection ended before the answer did, by either side. */
  readonly aborted: boolean;
}

/** The record as the service writes it. */
export class LiveRecord implements S3RequestRecord {
  operation: S3Operation | undefined;
  bucket = "";
  key = "";
  principal: Principal["kind"] | undefined;
  sentBytes = 0;
  aborted = false;
  readonly range: string | undefined;
  /** Dropped at the end, as the record is kept and the response need not be. */
  #response: ServerResponse | undefined;
  #finalStatus: number | undefined;

  constructor(response: ServerResponse) {
    this.range = response.req.headers.range;
    this.#response = response;
    response.once("close", () => {
      this.#finalStatus = this.status;
      this.aborted = !response.writableFinished;
      this.#response = undefined;
    });
  }

  get status(): number | undefined {
    return this.#response?.headersSent === true ? this.#response.statusCode : this.#finalStatus;
  }
}

/** Keeps the newest records. */
export class RequestRecords {
  static readonly kept = 10_000;
  readonly all: LiveRecord[] = [];

  begin(response: ServerResponse): LiveRecord {
    const record = new LiveRecord(response);
    this.all.push(record);
    if (this.all.length > RequestRecords.kept) this.all.shift();
    return record;
  }
}
