import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { DockerfileError, readFinalStage } from "../../../local/ecs/dockerfile.ts";
import { fixture } from "../../helpers/recorded-program.ts";

const build = ["FROM node:24 AS build", "WORKDIR /project", "COPY . .", "RUN node make.mjs /out"];

function finalStage(...instructions: string[]) {
  return readFinalStage([...build, "FROM node:24-slim", ...instructions].join("\n"));
}

test("the last stage says what runs, and the stage it copies from how that is made", (t) => {
  const text = readFileSync(join(fixture("container"), "Dockerfile"), "utf8");
  t.deepEqual(readFinalStage(text), {
    workingDirectory: "/srv/app",
    variables: { NODE_ENV: "production", GREETING: "from the image" },
    copies: [
      {
        source: "/out",
        destination: "/srv/app",
        build: { script: "build.mjs", folder: "/out" },
      },
    ],
    entryPoint: [],
    command: ["node", "main.mjs"],
  });
});

test("comments, empty lines and continued lines are read as Docker reads them", (t) => {
  const { variables } = finalStage("# a comment", "", "ENV ONE=1 \\", "# inside", '    TWO="2 and 3"');
  t.deepEqual(variables, { ONE: "1", TWO: "2 and 3" });
});

test("paths are relative to the working folder, which may be so itself", (t) => {
  const stage = finalStage("WORKDIR /srv", "WORKDIR app", "COPY --from=build /out/a /out/b ./lib/../here");
  t.is(stage.workingDirectory, "/srv/app");
  t.deepEqual(
    stage.copies.map(({ source, destination }) => [source, destination]),
    [
      ["/out/a", "/srv/app/here"],
      ["/out/b", "/srv/app/here"],
    ],
  );
});

test("a stage may be named by its number", (t) => {
  t.is(finalStage("COPY --from=0 /out .").copies.length, 1);
});

for (const [instruction, message] of [
  ["RUN npm prune", "the final stage has RUN, which is not simulated"],
  ["HEALTHCHECK CMD true", "the final stage has HEALTHCHECK, which is not simulated"],
  ["COPY main.mjs .", "COPY main.mjs . is not from an earlier stage"],
  ["COPY --from=nginx /out .", "COPY --from=nginx /out . is not from an earlier stage"],
  ["COPY --from=build --parents /out .", "has the flag --parents"],
  ["COPY --from=build /project/dist .", 'no "RUN node SCRIPT FOLDER" of the stage build makes /project/dist'],
  ["CMD node main.mjs", 'CMD node main.mjs is not of the form ["program", "argument"]'],
  ["ENTRYPOINT node", "ENTRYPOINT node is not of the form"],
  ["ENV PATH=/srv/bin:$PATH", "ENV PATH refers to a variable"],
  ["ENV NODE_ENV production", "ENV NODE_ENV production is not of the form NAME=value"],
] as const) {
  test(`${instruction} is refused`, (t) => {
    const error = t.throws(() => finalStage(instruction), { instanceOf: DockerfileError });
    t.true(error.message.includes(message), error.message);
  });
}

test("a Dockerfile without a stage is refused", (t) => {
  t.throws(() => readFinalStage("ARG ONE=1"), { instanceOf: DockerfileError, message: "there is no FROM" });
});
