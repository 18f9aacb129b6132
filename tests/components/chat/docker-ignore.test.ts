import fc from "fast-check";
import test from "ava";
import { parseDockerIgnore } from "../../../components/chat/docker-ignore.ts";

for (const [text, ignored, seen] of [
  ["", [], ["a", "a/b"]],
  ["# a comment\n\n  \na\n", ["a", "a/b", "a/b/c"], ["b", "b/a", "ab", "# a comment"]],
  ["/a/", ["a", "a/b"], ["b/a"]],
  ["./a/b", ["a/b", "a/b/c"], ["a", "a/c"]],
  ["*.md", ["README.md", ".md"], ["docs/README.md", "README.mdx", "READMEmd"]],
  ["*/temp*", ["a/temp", "a/temporary/b"], ["temp", "a/b/temp"]],
  ["a?c", ["abc"], ["ac", "a/c", "abbc"]],
  ["**/*.test.ts", ["a.test.ts", "a/b/c.test.ts"], ["a.ts", "a.test.tsx"]],
  ["**/node_modules", ["node_modules/a", "a/node_modules/b"], ["a/node_modules_b"]],
  ["a/**", ["a/b", "a/b/c"], ["a", "b/a"]],
  ["a/**/z", ["a/z", "a/b/z", "a/b/c/z/y"], ["a/b", "z"]],
  ["**", ["a", "a/b"], []],
  ["*\n!app\napp/secret", ["b", "b/c", "app/secret", "app/secret/a"], ["app", "app/a", "app/a/b"]],
  ["*\n!app/public/*.css", ["app/main.ts", "app/public/a.js"], ["app/public/a.css"]],
  ["a\r\n!a/b\r\n", ["a/c"], ["a/b"]],
  ["a+b(c)", ["a+b(c)"], ["aab(c)", "a+bc"]],
] as const) {
  test(`${JSON.stringify(text)} leaves out what it says, and nothing else`, (t) => {
    const ignore = parseDockerIgnore(text);
    for (const path of ignored) t.true(ignore.ignores(path), path);
    for (const path of seen) t.false(ignore.ignores(path), path);
  });
}

test("a folder is looked into unless nothing in it can be taken back in", (t) => {
  const { ignoresAllIn } = parseDockerIgnore("*\n!app/public\n!*/keep\n!deep/**/z");
  t.true(ignoresAllIn("node_modules/a"));
  t.true(ignoresAllIn("app/lib"));
  t.false(ignoresAllIn("node_modules"));
  t.false(ignoresAllIn("app"));
  t.false(ignoresAllIn("app/public"));
  t.false(ignoresAllIn("deep/a/b"));
});

const name = fc.constantFrom("a", "b", "ab", "z");
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const pattern = fc
  .tuple(
    fc.constantFrom("", "!"),
    fc.array(fc.oneof(name, fc.constantFrom("*", "**", "?", "a*")), { minLength: 1, maxLength: 3 }),
  )
  .map(([sign, parts]) => sign + parts.join("/"));

test("a folder nobody has to look into holds no file that Docker sees", (t) => {
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 4 }), path, path, (patterns, folder, below) => {
      const ignore = parseDockerIgnore(patterns.join("\n"));
      if (ignore.ignoresAllIn(folder))
        t.true(ignore.ignores(`${folder}/${below}`), `${patterns.join(" ")} ${folder}/${below}`);
    }),
  );
  t.pass();
});
