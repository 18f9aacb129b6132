import test from "ava";
import { sourceFiles } from "../helpers/source-files.ts";

/** What can fail for want of descriptors, space or rights, and so has one owner in the local cloud. */
const owned = [
  { what: "starts processes", pattern: /node:child_process/, owner: "local/host/child-process.ts" },
  { what: "opens ports", pattern: /\.listen\(\s*(\d|port)/, owner: "local/host/loopback.ts" },
  { what: "writes logs", pattern: /appendFile|createWriteStream/, owner: "local/logs/log-file.ts" },
  {
    what: "reads a clock for rates",
    pattern: /Date\.now/,
    owner: "local/host/clock.ts",
    in: "local/gateway/",
  },
];

for (const { what, pattern, owner, in: folder = "local/" } of owned) {
  test(`in ${folder} ${owner} alone ${what}`, (t) => {
    const files = sourceFiles().filter(({ path, text }) => path.startsWith(folder) && pattern.test(text));
    t.deepEqual(
      files.map(({ path }) => path).filter((path) => path !== owner),
      [],
    );
    if (folder === "local/") t.true(files.some(({ path }) => path === owner));
  });
}
