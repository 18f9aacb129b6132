import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { createServer, request as openRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { SignatureV4 } from "@smithy/signature-v4";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import type { Credentials, Principal } from "../../../local/iam/caller.ts";
import { CredentialStore } from "../../../local/iam/credential-store.ts";
import type { SignatureError } from "../../../local/iam/signature-error.ts";
import { verifySignature, type VerifiedSignature } from "../../../local/iam/signature.ts";

const role: Principal = { kind: "role", roleArn: "arn:aws:iam::123456789012:role/reader" };

interface Message {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const message: Message = { method: "POST", path: "/dev/chat", query: {}, headers: {}, body: "hello" };

/** A server that verifies every request, and credentials it knows. */
async function startVerifier(t: ExecutionContext, { bodyIsAtHand = true } = {}) {
  const store = new CredentialStore();
  let outcome: VerifiedSignature | SignatureError;
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    try {
      outcome = verifySignature(request, store, bodyIsAtHand ? { body } : {});
    } catch (error) {
      outcome = error as SignatureError;
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  /** @returns What became of the request. */
  const send = async ({ method, path, query, headers, body }: Message) => {
    const search = Object.entries(query).flatMap(([name, values]) =>
      [values].flat().map((value) => `${encode(name)}=${encode(value)}`),
    );
    const url = `http://${host}${path}${search.length > 0 ? `?${search.join("&")}` : ""}`;
    await new Promise<void>((resolve, reject) => {
      const request = openRequest(
        url,
        { method, headers, path: url.slice(`http://${host}`.length) },
        (response) => {
          response.resume().once("end", resolve);
        },
      );
      request.once("error", reject).end(body);
    });
    return outcome;
  };
  return { store, credentials: store.issue(role), host, send };
}

/** Signs with AWS's own code. */
async function sign(
  credentials: Credentials,
  host: string,
  unsigned: Message,
  { service = "execute-api", signingDate = new Date() }: { service?: string; signingDate?: Date } = {},
): Promise<Message> {
  const isS3 = service === "s3";
  const settings = { service, region: "eu-central-1", credentials, sha256: Sha256 };
  const signer = new SignatureV4({ ...settings, uriEscapePath: !isS3, applyChecksum: isS3 });
  const query = Object.fromEntries(Object.entries(unsigned.query));
  const headers = { ...unsigned.headers, host };
  const signed = await signer.sign(
    { ...unsigned, query, headers, protocol: "http:", hostname: "127.0.0.1" },
    { signingDate },
  );
  return { ...unsigned, headers: signed.headers };
}

class Sha256 {
  #hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret as Uint8Array);
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {
    this.#hash = createHash("sha256");
  }
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

test("a signature made by AWS's code is accepted, and tells who, where and what for", async (t) => {
  const { credentials, host, send } = await startVerifier(t);
  t.deepEqual(await send(await sign(credentials, host, message)), {
    principal: role,
    accessKeyId: credentials.accessKeyId,
    region: "eu-central-1",
    service: "execute-api",
    payloadHash: createHash("sha256").update("hello").digest("hex"),
  });
});

test("long-lived credentials of the developer are accepted", async (t) => {
  const { store, host, send } = await startVerifier(t);
  const credentials = store.issue({ kind: "developer" });
  t.like(await send(await sign(credentials, host, message)), { principal: { kind: "developer" } });
});

for (const service of ["s3", "execute-api"]) {
  test(`${service}: any path, query and headers are accepted as AWS's code signs them`, async (t) => {
    const { credentials, host, send } = await startVerifier(t);
    const text = fc.string({ unit: "grapheme", maxLength: 8 });
    const segments = fc.array(
      fc.oneof(text, fc.constantFrom("", ".", "..", "a b", "100%", "a+b", "(x)*!'~")),
      { minLength: 1, maxLength: 4 },
    );
    const queries = fc.dictionary(
      text.filter((name) => name !== "__proto__" && !/^x-amz-signature$/i.test(name)),
      fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
      { maxKeys: 3 },
    );
    const headers = fc.record(
      { "x-amz-meta-a": fc.stringMatching(/^[a-z]([ a-z]{0,6}[a-z])?$/) },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(segments, queries, headers, text, async (parts, query, extra, body) => {
        const path = `/${parts.map(encode).join("/")}`;
        const signed = await sign(
          credentials,
          host,
          { ...message, path, query, headers: extra, body },
          { service },
        );
        t.like(await send(signed), { principal: role, service });
      }),
      { numRuns: 200 },
    );
  });
}

for (const [what, change] of [
  ["method", { method: "PUT" }],
  ["path", { path: "/dev/other" }],
  ["query", { query: { a: "1" } }],
  ["body", { body: "other" }],
] as const) {
  test(`a changed ${what} does not match the signature`, async (t) => {
    const { credentials, host, send } = await startVerifier(t);
    const signed = await sign(credentials, host, message);
    t.like(await send({ ...signed, ...change }), { name: "SignatureError", code: "SignatureDoesNotMatch" });
  });
}

for (const header of ["host", "x-amz-meta-a"]) {
  test(`a changed ${header} header does not match the signature`, async (t) => {
    const { credentials, host, send } = await startVerifier(t);
    const signed = await sign(credentials, host, { ...message, headers: { "x-amz-meta-a": "1" } });
    const outcome = await send({ ...signed, headers: { ...signed.headers, [header]: "other" } });
    t.like(outcome, { code: "SignatureDoesNotMatch" });
  });
}

test("a wrong secret does not match", async (t) => {
  const { credentials, host, send } = await startVerifier(t);
  const signed = await sign({ ...credentials, secretAccessKey: "guessed" }, host, message);
  t.like(await send(signed), { code: "SignatureDoesNotMatch" });
});

test("an x-amz header added after signing is refused", async (t) => {
  const { credentials, host, send } = await startVerifier(t);
  const signed = await sign(credentials, host, message);
  const outcome = await send({ ...signed, headers: { ...signed.headers, "x-amz-meta-a": "1" } });
  t.like(outcome, { code: "AccessDenied" });
});

test("an unknown access key id is refused", async (t) => {
  const { credentials, host, send } = await startVerifier(t);
  const signed = await sign({ ...credentials, accessKeyId: "ASIAUNKNOWN" }, host, message);
  t.like(await send(signed), { code: "InvalidAccessKeyId" });
});

test("temporary credentials need their own session token", async (t) => {
  const { credentials, host, send } = await startVerifier(t);
  const { accessKeyId, secretAccessKey } = credentials;
  const without = await sign({ accessKeyId, secretAccessKey }, host, message);
  t.like(await send(without), { code: "InvalidAccessKeyId" });
  const other = await sign({ accessKeyId, secretAccessKey, sessionToken: "other" }, host, message);
  t.like(await send(other), { code: "InvalidToken" });
});

for (const [minutes, code] of [
  [-16, "RequestTimeTooSkewed"],
  [-14, undefined],
  [14, undefined],
  [16, "RequestTimeTooSkewed"],
] as const) {
  test(`a clock that is ${minutes} minutes off is ${code === undefined ? "accepted" : "refused"}`, async (t) => {
    const { credentials, host, send } = await startVerifier(t);
    const signingDate = new Date(Date.now() + minutes * 60_000);
    const outcome = await send(await sign(credentials, host, message, { signingDate }));
    t.is("code" in outcome ? outcome.code : undefined, code);
  });
}

test("unsigned, presigned and malformed requests are told apart", async (t) => {
  const { send } = await startVerifier(t);
  t.like(await send(message), { code: "AccessDenied" });
  t.like(await send({ ...message, query: { "X-Amz-Signature": "0" } }), { code: "NotImplemented" });
  t.like(await send({ ...message, headers: { authorization: "Basic abc" } }), {
    code: "AuthorizationHeaderMalformed",
  });
});

test("a signed hash that is not the body's is refused where the body is at hand", async (t) => {
  const { credentials, host, send } = await startVerifier(t);
  const signed = await sign(credentials, host, message, { service: "s3" });
  t.like(await send({ ...signed, body: "other" }), { code: "XAmzContentSHA256Mismatch" });
});

test("a body that is not at hand is left to the receiver, with the hash it must have", async (t) => {
  const { credentials, host, send } = await startVerifier(t, { bodyIsAtHand: false });
  const hashed = await send(await sign(credentials, host, message, { service: "s3" }));
  t.like(hashed, { payloadHash: createHash("sha256").update("hello").digest("hex") });
  const unsigned = { ...message, headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } };
  const signed = await sign(credentials, host, unsigned, { service: "s3" });
  t.like(await send(signed), { principal: role, payloadHash: "UNSIGNED-PAYLOAD" });
});
