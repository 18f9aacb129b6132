import { bufferedRows } from "./buffered-rows.ts";
import { connectionRows } from "./connection-rows.ts";
import { loadingRows } from "./loading-rows.ts";
import type { Row } from "./row.ts";
import { streamingRows } from "./streaming-rows.ts";

/** The conformance table: what AWS's own runtime client does, measured, and ours must do. */
export const table: readonly Row[] = [...streamingRows, ...bufferedRows, ...connectionRows, ...loadingRows];
