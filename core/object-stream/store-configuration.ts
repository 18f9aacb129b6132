/** What the deployment says of the objects that are served, to function and container alike. */
export interface StoreConfiguration {
  readonly bucket: string;
  /** Empty, or ends in `/`. */
  readonly keyPrefix: string;
  /** Whether the log may name objects. */
  readonly logKeys: boolean;
}

/**
 * Reads `BUCKET`, `KEY_PREFIX` and `LOG_KEYS`.
 *
 * @throws Error naming the variable and what is allowed. To be thrown while the process starts, so that Lambda or ECS
 * reports it as the reason it cannot.
 */
export function readStoreConfiguration(environment: NodeJS.ProcessEnv): StoreConfiguration {
  const { BUCKET: bucket = "", KEY_PREFIX: keyPrefix = "", LOG_KEYS: logKeys } = environment;
  if (bucket === "") {
    throw new Error("The environment variable BUCKET is not set: name the bucket to download from.");
  }
  if (keyPrefix !== "" && !keyPrefix.endsWith("/")) {
    throw new Error(
      `The environment variable KEY_PREFIX is "${keyPrefix}": leave it empty or end it in "/".`,
    );
  }
  if (logKeys !== undefined && logKeys !== "true") {
    throw new Error(`The environment variable LOG_KEYS is "${logKeys}": set it to "true" or not at all.`);
  }
  return { bucket, keyPrefix, logKeys: logKeys === "true" };
}
