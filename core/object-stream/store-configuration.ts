/** What the deployment says of the objects that are served, to function and container alike. */
export interface StoreConfiguration {
  readonly bucket: string;
  /** Empty, or ends in `/`. */
  readonly keyPrefix: string;
  /** Whether it takes no credentials to read the objects. Default: false. */
  readonly isPublic?: boolean;
  /** Whether the log may name objects. */
  readonly logKeys: boolean;
}

/**
 * Reads `BUCKET`, `KEY_PREFIX`, `PUBLIC` and `LOG_KEYS`.
 *
 * @throws Error naming the variable and what is allowed. To be thrown while the process starts, so that Lambda or ECS
 * reports it as the reason it cannot.
 */
export function readStoreConfiguration(environment: NodeJS.ProcessEnv): StoreConfiguration {
  const {
    BUCKET: bucket = "",
    KEY_PREFIX: keyPrefix = "",
    PUBLIC: isPublic,
    LOG_KEYS: logKeys,
  } = environment;
  if (bucket === "") {
    throw new Error("The environment variable BUCKET is not set: name the bucket to download from.");
  }
  if (keyPrefix !== "" && !keyPrefix.endsWith("/")) {
    throw new Error(
      `The environment variable KEY_PREFIX is "${keyPrefix}": leave it empty or end it in "/".`,
    );
  }
  const store = { bucket, keyPrefix, logKeys: readFlag("LOG_KEYS", logKeys) };
  return readFlag("PUBLIC", isPublic) ? { ...store, isPublic: true } : store;
}

/** "true" or nothing, so that a mistyped value neither publishes objects nor writes their keys into the log. */
function readFlag(name: string, value: string | undefined): boolean {
  if (value !== undefined && value !== "true") {
    throw new Error(`The environment variable ${name} is "${value}": set it to "true" or not at all.`);
  }
  return value === "true";
}
