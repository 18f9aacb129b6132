/** One file of a deployment package. */
export interface CodeFile {
  readonly content: Buffer;
  /** Permissions. Format: 0o755. */
  readonly mode: number;
}

/** A deployment package unpacked: files by path. Format of a path: `folder/index.mjs`. */
export type CodeFiles = ReadonlyMap<string, CodeFile>;
