import test from "ava";
import type { ErrorCode } from "../../../contract/errors.ts";
import { errorStatus, Refusal } from "../../../core/refusal.ts";
import { failureFields } from "../../../core/request-log.ts";
import {
  answerFrames,
  damaged,
  deltaFrame,
  eventFrame,
  exceptionFrame,
  messageStart,
  messageStop,
  rawFrame,
} from "../../helpers/bedrock-frames.ts";
import { readEvents, scriptChat } from "../../helpers/open-scripted-chat.ts";
import { REQUEST_ID, type Script, type ScriptedResponse } from "../../helpers/scripted-bedrock.ts";
import { makeStep } from "../../helpers/step.ts";

/** Each request is made once, so that a failure is seen as it is. */
const once = { clientConfig: { maxAttempts: 1 } };
const SECRET = "arn:aws:iam::111122223333:user/secret";

const refused: readonly (readonly [status: number, type: string, code: ErrorCode, text?: string])[] = [
  [429, "ThrottlingException", "too_many_requests"],
  [400, "ServiceQuotaExceededException", "too_many_requests"],
  [403, "AccessDeniedException", "model_unavailable"],
  [403, "BadCScoreException", "model_unavailable"],
  [403, "UnrecognizedClientException", "misconfigured"],
  [404, "ResourceNotFoundException", "model_unavailable"],
  [404, "FTUFormNotFilled", "model_unavailable"],
  [400, "ValidationException", "model_unavailable", "Operation not allowed"],
  [400, "ValidationException", "invalid_request"],
  [400, "ValidationException", "context_too_long", "Input is too long for requested model."],
  [408, "ModelTimeoutException", "upstream_timeout"],
  [424, "ModelErrorException", "upstream_error"],
  [429, "ModelNotReadyException", "slow_down"],
  [500, "InternalServerException", "upstream_error"],
  [503, "ServiceUnavailableException", "slow_down"],
  [502, "html", "upstream_error"],
];

for (const [status, type, code, text = "words"] of refused) {
  test(`${status} ${type} "${text}" is refused with ${code}`, async (t) => {
    const { open, requests } = await scriptChat(
      t,
      ({ refuse }) => refuse(status, `${type}:http://internal.amazon.com/`, `${text} ${SECRET}`),
      once,
    );
    const refusal = await t.throwsAsync(open(), { instanceOf: Refusal });
    t.is(refusal.code, code);
    t.false(refusal.message.includes("secret"));
    t.is(refusal.headers["Retry-After"], ["too_many_requests", "slow_down"].includes(code) ? "5" : undefined);
    t.true(refusal.cause instanceof Error);
    t.is(failureFields(refusal).upstreamRequestId, REQUEST_ID);
    t.is(refusal.upstreamMessage, `${text} arn:aws:iam::***:user/***`);
    t.is(requests.length, 1);
  });
}

test("the time Bedrock names for trying again is passed on", async (t) => {
  const throttle: Script = ({ refuse }) =>
    refuse(429, "ThrottlingException", "Too many tokens", { "retry-after": "17" });
  const { open } = await scriptChat(t, throttle, once);
  const refusal = await t.throwsAsync(open(), { instanceOf: Refusal });
  t.is(refusal.headers["Retry-After"], "17");
});

test("a model that is throttled or unavailable at first is asked again", async (t) => {
  const { open, requests } = await scriptChat(t, [
    ({ refuse }) => refuse(503, "ServiceUnavailableException", "later"),
    ({ send }) => send(exceptionFrame("throttlingException", "later")),
    async ({ send, end }) => {
      await send(...answerFrames("a"));
      end();
    },
  ]);
  const events = await readEvents(await open());
  t.deepEqual(
    events.map(({ type }) => type),
    ["text", "done"],
  );
  t.is(requests.length, 3);
});

test("a service that cannot be reached is an upstream error", async (t) => {
  const { open, client } = await scriptChat(t, ({ reset }) => reset(), once);
  t.like(await t.throwsAsync(open()), { code: "upstream_error" });
  client.config.endpoint = () =>
    Promise.resolve({ protocol: "http:", hostname: "127.0.0.1", port: 1, path: "/" });
  t.like(await t.throwsAsync(open()), { code: "upstream_error" });
});

const delta = deltaFrame("and more");
const half = (frame: Buffer) => frame.subarray(0, frame.length / 2);

/** What goes wrong in a stream, wherever in it. */
const broken: readonly (readonly [
  what: string,
  code: ErrorCode,
  script: (response: ScriptedResponse) => Promise<void> | void,
])[] = [
  [
    "a throttling exception",
    "too_many_requests",
    ({ send }) => send(exceptionFrame("throttlingException", SECRET)),
  ],
  [
    "a model stream error",
    "upstream_error",
    ({ send }) => send(exceptionFrame("modelStreamErrorException", SECRET)),
  ],
  [
    "an internal server error",
    "upstream_error",
    ({ send }) => send(exceptionFrame("internalServerException", SECRET)),
  ],
  ["unavailability", "slow_down", ({ send }) => send(exceptionFrame("serviceUnavailableException", SECRET))],
  [
    "a validation error",
    "invalid_request",
    ({ send }) => send(exceptionFrame("validationException", SECRET)),
  ],
  [
    "too long a context",
    "context_too_long",
    ({ send }) => send(exceptionFrame("validationException", "prompt is too long: 9 > 8")),
  ],
  [
    "a model timeout",
    "upstream_timeout",
    ({ send }) => send(exceptionFrame("modelTimeoutException", SECRET)),
  ],
  ["an exception nobody knows", "upstream_error", ({ send }) => send(exceptionFrame("newException", SECRET))],
  [
    "an error message",
    "upstream_error",
    ({ send }) =>
      send(
        rawFrame({ "message-type": "error", "error-code": "InternalFailure", "error-message": SECRET }, ""),
      ),
  ],
  ["a frame with a bad checksum", "upstream_error", ({ send }) => send(damaged(delta))],
  ["a frame without a type", "upstream_error", ({ send }) => send(rawFrame({}, "{}"))],
  [
    "a body that is not JSON",
    "upstream_error",
    ({ send }) => send(rawFrame({ "message-type": "event", "event-type": "contentBlockDelta" }, "{")),
  ],
  ["a tool nobody offered", "upstream_error", ({ send }) => send(deltaFrame({ toolUse: { input: "{}" } }))],
  [
    "the start of a tool's block",
    "upstream_error",
    ({ send }) =>
      send(
        eventFrame("contentBlockStart", {
          contentBlockIndex: 0,
          start: { toolUse: { toolUseId: "1", name: "n" } },
        }),
      ),
  ],
  ["a clean end", "upstream_error", ({ end }) => end()],
  [
    "a clean end inside a frame",
    "upstream_error",
    async ({ send, end }) => {
      await send(half(delta));
      end();
    },
  ],
  [
    "a clean end inside a frame's length",
    "upstream_error",
    async ({ send, end }) => {
      await send(delta.subarray(0, 3));
      end();
    },
  ],
  ["a closed connection", "upstream_error", ({ close }) => close()],
  [
    "a closed connection inside a frame",
    "upstream_error",
    async ({ send, close }) => {
      await send(half(delta));
      close();
    },
  ],
  ["a reset connection", "upstream_error", ({ reset }) => reset()],
  [
    "a reset connection inside a frame",
    "upstream_error",
    async ({ send, reset }) => {
      await send(half(delta));
      reset();
    },
  ],
  [
    "a reset connection after the reason to stop",
    "upstream_error",
    async ({ send, reset }) => {
      await send(messageStop());
      reset();
    },
  ],
];

for (const [what, code, goWrong] of broken) {
  test(`${what} before anything else is refused with ${code}`, async (t) => {
    const { open, requested } = await scriptChat(
      t,
      async (response) => {
        response.begin();
        await goWrong(response);
      },
      once,
    );
    const refusal = await t.throwsAsync(open(), { instanceOf: Refusal });
    t.is(refusal.code, code);
    t.false(refusal.message.includes("secret"));
    await (
      await requested()
    ).closed;
  });

  test(`${what} before the first text is refused with ${code}`, async (t) => {
    const { open, requested } = await scriptChat(t, async (response) => {
      await response.send(messageStart);
      await goWrong(response);
    });
    const refusal = await t.throwsAsync(open(), { instanceOf: Refusal });
    t.is(refusal.code, code);
    t.is(refusal.status, errorStatus[code]);
    await (
      await requested()
    ).closed;
  });

  test(`${what} after the first text is the last event, an error of code ${code}`, async (t) => {
    const { taken, take } = makeStep();
    const { open, requests } = await scriptChat(t, async (response) => {
      await response.send(messageStart, deltaFrame("a"));
      await taken;
      await goWrong(response);
    });
    const answer = await open();
    const events = [];
    for await (const event of answer) {
      events.push(event);
      take();
    }
    t.deepEqual(
      events.map(({ type }) => type),
      ["text", "error"],
    );
    t.like(events.at(-1), { code });
    t.false(JSON.stringify(events).includes("secret"));
    t.is(answer.failure?.code, code);
    t.is(requests.length, 1, "an answer that has begun is never asked for again");
    await requests[0]?.closed;
  });
}
