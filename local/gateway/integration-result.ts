import type { ResponseHeaders } from "./response-headers.ts";

/** The response of an integration, with the headers the client gets. */
export interface IntegrationResponse {
  readonly statusCode: number;
  readonly headers: ResponseHeaders;
  /** A whole body, or one that is passed on as it comes. */
  readonly body: Buffer | StreamedBody;
}

/** A body that is still coming. */
export interface StreamedBody {
  /** Ends with an error when the exchange is aborted. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Gives the body up. */
  readonly destroy: () => void;
}
