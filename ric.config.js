import { readFileSync } from "node:fs";

// What `npm run test:ric` runs: the suite of package.json, with other files.
const { ava } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

export default { ...ava, files: ["tests/ric/**/*.test.ts"] };
