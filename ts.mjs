// Node 22.18 and newer strip types themselves; older ones get tsx.
if (!process.features.typescript) (await import("tsx/esm/api")).register();
