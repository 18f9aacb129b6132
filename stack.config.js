import packageJson from "./package.json" with { type: "json" };

/** The contract suite: it needs stack outputs, so `tests/stack/run.ts` starts it and never plain `ava`. */
export default { ...packageJson.ava, files: ["tests/stack/**/*.test.ts"], timeout: "5m" };
