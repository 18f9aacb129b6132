/** Tags for every resource that can carry them. */
export type Tags = Readonly<Record<string, string>>;
