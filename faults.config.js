import packageJson from "./package.json" with { type: "json" };

/** `npm run test:faults`: what kills, stops, floods and starves the local cloud and what runs in it. One file at a time. */
export default {
  ...packageJson.ava,
  files: ["tests/faults/**/*.test.ts"],
  concurrency: 1,
  timeout: "5m",
  nodeArguments: [...packageJson.ava.nodeArguments, "--expose-gc"],
};
