import test from "ava";
import fc from "fast-check";
import { LARGEST_CHAT_REQUEST_BYTES, parseChatRequest } from "../../../core/chat-http/chat-request.ts";
import { Refusal } from "../../../core/refusal.ts";

const MOST_TOKENS = 100;
const parse = (body: string | Uint8Array) => parseChatRequest(Buffer.from(body), MOST_TOKENS);
const user = { role: "user", content: "Hi" };
const assistant = { role: "assistant", content: "Hello" };

test("a message is one user's turn", (t) => {
  t.deepEqual(parse('{"message":"Hi"}'), { messages: [{ role: "user", content: "Hi" }] });
});

test("a conversation and every setting come through as they are", (t) => {
  const request = {
    messages: [user, assistant, user],
    system: "Be brief.",
    maxTokens: MOST_TOKENS,
    temperature: 0,
    topP: 1,
    stopSequences: ["\n", "END"],
  };
  t.deepEqual(parse(JSON.stringify(request)), request);
});

test("settings go with a single message too", (t) => {
  t.deepEqual(parse('{"message":"Hi","maxTokens":1}'), { messages: [user], maxTokens: 1 });
});

const problems: readonly (readonly [body: string, problem: string])[] = [
  ["", "body: must be JSON in UTF-8"],
  ["message=Hi", "body: must be JSON in UTF-8"],
  ["null", "body: must be a JSON object"],
  ['["Hi"]', "body: must be a JSON object"],
  ["{}", "message: is missing; a request has either message or messages"],
  [JSON.stringify({ message: "Hi", messages: [user] }), "message: cannot go together with messages"],
  ['{"message":7}', "message: must be a string"],
  ['{"message":" \\n"}', "message: must not be blank"],
  ['{"message":"\\ud83d"}', "message: must not hold half of a surrogate pair"],
  ['{"messages":"Hi"}', "messages: must be a list of messages"],
  ['{"messages":[]}', "messages: must not be empty"],
  ['{"messages":["Hi"]}', "messages[0]: must be an object with role and content"],
  ['{"messages":[{"role":"user"}]}', "messages[0].content: is missing"],
  ['{"messages":[{"content":"Hi"}]}', "messages[0].role: is missing"],
  ['{"messages":[{"role":"system","content":"Hi"}]}', 'messages[0].role: must be "user" or "assistant"'],
  [
    JSON.stringify({ messages: [assistant, user] }),
    'messages[0].role: must be "user": turns alternate, and the first is the user\'s',
  ],
  [
    JSON.stringify({ messages: [user, user] }),
    'messages[1].role: must be "assistant": turns alternate, and the first is the user\'s',
  ],
  [JSON.stringify({ messages: [user, assistant] }), "messages: must end with the user's turn"],
  [
    JSON.stringify({ messages: Array.from({ length: 1001 }, (_, i) => (i % 2 === 0 ? user : assistant)) }),
    "messages: must have at most 1000 items",
  ],
  [
    '{"messages":[{"role":"user","content":"Hi","name":"x"}]}',
    "messages[0].name: is not a field of this API",
  ],
  ['{"message":"Hi","stream":true}', "stream: is not a field of this API"],
  ['{"message":"Hi","__proto__":{}}', "__proto__: is not a field of this API"],
  ['{"message":"Hi","constructor":{"prototype":1}}', "constructor: is not a field of this API"],
  ['{"message":"Hi","no name":1}', '["no name"]: is not a field of this API'],
  [`{"message":"Hi","${"x".repeat(50)}":1}`, `["${"x".repeat(40)}..."]: is not a field of this API`],
  ['{"message":"Hi","system":null}', "system: must be a string"],
  ['{"message":"Hi","system":""}', "system: must not be blank"],
  ['{"message":"Hi","maxTokens":0}', "maxTokens: must be at least 1"],
  ['{"message":"Hi","maxTokens":1.5}', "maxTokens: must be a whole number"],
  ['{"message":"Hi","maxTokens":"1"}', "maxTokens: must be a whole number"],
  [
    '{"message":"Hi","maxTokens":101}',
    "maxTokens: must be at most 100, the most tokens this API lets an answer have",
  ],
  ['{"message":"Hi","temperature":-0.1}', "temperature: must be at least 0"],
  ['{"message":"Hi","topP":1.1}', "topP: must be at most 1"],
  ['{"message":"Hi","topP":1e999}', "topP: must be a number from 0 to 1"],
  ['{"message":"Hi","stopSequences":"END"}', "stopSequences: must be a list of strings"],
  ['{"message":"Hi","stopSequences":["a","b","c","d","e"]}', "stopSequences: must have at most 4 items"],
  ['{"message":"Hi","stopSequences":[""]}', "stopSequences[0]: must not be empty"],
  [
    JSON.stringify({ message: "Hi", stopSequences: ["a", "x".repeat(101)] }),
    "stopSequences[1]: must have at most 100 characters",
  ],
];

for (const [body, problem] of problems) {
  test(`refused, as ${problem}: ${body.slice(0, 70)}`, (t) => {
    const refusal = t.throws(() => parse(body), { instanceOf: Refusal });
    t.is(refusal.code, "invalid_request");
    t.is(refusal.message, problem);
  });
}

test("several problems are told at once", (t) => {
  t.throws(() => parse('{"messages":[{"role":"x","content":1}],"topP":2,"x":1}'), {
    message:
      'messages[0].role: must be "user" or "assistant"; messages[0].content: must be a string; ' +
      "topP: must be at most 1; x: is not a field of this API",
  });
});

test("of many problems the first ten are told, and how many there are besides", (t) => {
  const body = JSON.stringify({
    message: "Hi",
    ...Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`k${i}`, 1])),
  });
  const refusal = t.throws(() => parse(body), { instanceOf: Refusal });
  t.is(refusal.message.split("; ").length, 11);
  t.regex(refusal.message, /; k9: is not a field of this API; and 3 more$/);
});

test("a body that is not UTF-8 is refused", (t) => {
  const body = Buffer.concat([Buffer.from('{"message":"'), Buffer.of(0xff), Buffer.from('"}')]);
  t.throws(() => parse(body), { message: "body: must be JSON in UTF-8" });
});

test("a body of exactly the largest size is taken, and one byte more is not", (t) => {
  const frame = '{"message":""}'.length;
  const largest = `{"message":"${"x".repeat(LARGEST_CHAT_REQUEST_BYTES - frame)}"}`;
  t.is(parse(largest).messages[0]?.content.length, LARGEST_CHAT_REQUEST_BYTES - frame);
  const refusal = t.throws(() => parse(`${largest} `), { instanceOf: Refusal });
  t.is(refusal.code, "payload_too_large");
  t.regex(refusal.message, /262145 bytes; at most 262144/);
});

test("whatever JSON it is, a body is taken or refused", (t) => {
  const deep = 100_000;
  const nested = `{"messages":${"[".repeat(deep)}${"]".repeat(deep)}}`;
  t.throws(() => parse(nested), { message: "messages[0]: must be an object with role and content" });
  fc.assert(
    fc.property(
      fc.json({ maxDepth: 4 }),
      fc.constantFrom("", "message", "messages", "system"),
      (json, field) => {
        const body = field === "" ? json : `{${JSON.stringify(field)}:${json}}`;
        try {
          t.is(parse(body).messages.length % 2, 1);
        } catch (error) {
          t.true(error instanceof Refusal);
        }
      },
    ),
  );
});

test("a refusal repeats nothing of what was said", (t) => {
  for (const body of ['{"message":["secret"]}', "secret", '{"message":"Hi","system":{"secret":1}}']) {
    const refusal = t.throws(() => parse(body), { instanceOf: Refusal });
    t.notRegex(refusal.message, /secret/);
  }
});
