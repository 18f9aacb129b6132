/** Whether a response is passed on whole or as it comes. */
export type TransferMode = "BUFFERED" | "STREAM";
