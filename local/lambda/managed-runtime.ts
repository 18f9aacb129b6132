/** Runtime of an execution environment, as it lies on this machine. */
export interface ManagedRuntime {
  /** `/var/runtime` on AWS, the value of LAMBDA_RUNTIME_DIR. */
  readonly runtimeFolder: string;
  /** `/var/lang/bin` on AWS, first on the PATH. */
  readonly binFolder: string;
  /** Starts the runtime; a wrapper gets it as its arguments. */
  readonly command: readonly [string, ...string[]];
}
