import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import test from "ava";
import { documentCode, documentFunction } from "../helpers/document-code.ts";
import { runChatService, type TestChatService } from "../helpers/running-service.ts";

const run = promisify(execFile);

const RECIPES = "docs/reading-a-chat.md";

/** Each of them a line's end to some reader of lines, or half of a character. */
const AWKWARD = "a\u2028b\u2029c\u0085d\ve\ff\x1cg\x1dh\x1ei\rj\nk\r\nl\uD83Dm 🗾 n";
const ARRIVED = AWKWARD.toWellFormed();

const python = ["python3", "/usr/bin/python3"].find(
  (command) => spawnSync(command, ["-c", "import httpx, requests"]).status === 0,
);
if (python === undefined) {
  console.log(
    "skipped: no Python has httpx and requests; install Debian's python3-httpx and python3-requests",
  );
}
const pythonTest = python !== undefined || process.env.CI === "true" ? test : test.skip;

/** Readers of lines, as their documentation has them. Each prints the answer's text as JSON. */
const readers: Readonly<Record<string, string>> = {
  "httpx's iter_lines": `
with httpx.stream("POST", url, json={"message": "Hi"}) as response:
    lines = list(response.iter_lines())`,
  "requests' iter_lines": `
response = requests.post(url, json={"message": "Hi"}, stream=True)
lines = list(response.iter_lines())`,
  "requests' iter_lines with decode_unicode": `
response = requests.post(url, json={"message": "Hi"}, stream=True)
response.encoding = "utf-8"
lines = list(response.iter_lines(decode_unicode=True))`,
  "str.splitlines": `
lines = requests.post(url, json={"message": "Hi"}).content.decode().splitlines()`,
};

function answering(reply: string, faults?: (service: TestChatService) => void) {
  return async (t: Parameters<typeof runChatService>[0]) => {
    const service = await runChatService(t, { model: { reply: () => reply } });
    faults?.(service);
    return service;
  };
}

async function runPython(script: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(python ?? "python3", ["-c", script, ...args]);
  return stdout;
}

for (const [reader, lines] of Object.entries(readers)) {
  pythonTest(`${reader} finds a JSON object in every line`, async (t) => {
    const service = await answering(AWKWARD)(t);
    const script = `import httpx, json, requests, sys
url = sys.argv[1]
${lines}
events = [json.loads(line) for line in lines]
print(json.dumps(["".join(event.get("data", "") for event in events), list(events[-1])]))`;
    t.deepEqual(JSON.parse(await runPython(script, `${service.url}/stream`)), [ARRIVED, ["done"]]);
  });
}

const recipe = () => documentCode(RECIPES, "python", "def read_chat");
const reading = `
import sys
try:
    print(json.dumps([event.get("data", "") or list(event) for event in read_chat(sys.argv[1], {}, "Hi")]))
except EOFError as error:
    print(error)`;

pythonTest("the documented reader in Python reads an answer to its end", async (t) => {
  const service = await answering("one two")(t);
  const events = JSON.parse(await runPython(recipe() + reading, `${service.url}/stream`)) as unknown[];
  t.deepEqual(events, ["one", " two", ["done"]]);
});

pythonTest("the documented reader in Python tells an error from an answer", async (t) => {
  const service = await answering("one two", ({ bedrock }) =>
    bedrock.faults.exceptionAfter(3, "modelStreamErrorException"),
  )(t);
  const events = JSON.parse(await runPython(recipe() + reading, `${service.url}/stream`)) as unknown[];
  t.deepEqual(events.at(-1), ["error"]);
});

async function readAll(response: Response): Promise<object[]> {
  const events: object[] = [];
  const readChat = documentFunction<(response: Response) => AsyncIterable<object>>(RECIPES, "readChat");
  for await (const event of readChat(response)) events.push(event);
  return events;
}

test("the documented reader in JavaScript reads an answer to its end, awkward characters and all", async (t) => {
  const service = await answering(AWKWARD)(t);
  const response = await fetch(`${service.url}/stream`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"message":"Hi"}',
  });
  const events = await readAll(response);
  t.is(events.map((event) => ("data" in event ? event.data : "")).join(""), ARRIVED);
  t.true("done" in (events.at(-1) ?? {}));
});

for (const [what, body] of [
  ["nothing", ""],
  ["heartbeats alone", "   "],
  ["heartbeats after a line", '{"data":"a"}\n  '],
  ["half of a line", '{"data":"a"}\n {"do'],
] as const) {
  test(`the documented reader in JavaScript takes an answer for cut that is ${what}`, async (t) => {
    await t.throwsAsync(readAll(new Response(body)), { message: "The answer was cut." });
  });
  pythonTest(`the documented reader in Python takes an answer for cut that is ${what}`, async (t) => {
    const script = `${recipe()}
class Cut:
    def __enter__(self): return self
    def __exit__(self, *_): pass
    def raise_for_status(self): pass
    def iter_lines(self, chunk_size=None): return iter(${JSON.stringify(body)}.encode().split(b"\\n"))
requests.post = lambda *_, **__: Cut()
try:
    list(read_chat("", {}, ""))
except ValueError:
    print("The answer was cut.")
except EOFError as error:
    print(error)`;
    t.is(await runPython(script), "The answer was cut.\n");
  });
}

test("the documented reader in JavaScript reads a line behind heartbeats", async (t) => {
  t.deepEqual(await readAll(new Response('  {"data":"a"}\n {"done":{}}\n')), [{ data: "a" }, { done: {} }]);
});
