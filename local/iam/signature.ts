import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Credentials, Principal } from "./caller.ts";
import { canonicalRequest, headerValue, type SignedRequest } from "./canonical-request.ts";
import type { CredentialStore } from "./credential-store.ts";
import { SignatureError } from "./signature-error.ts";

/** Contents of a valid signature. */
export interface VerifiedSignature {
  readonly principal: Principal;
  readonly accessKeyId: string;
  /** The Region and service it was made for; whether they are the receiver's own is for the receiver to check. */
  readonly region: string;
  readonly service: string;
  /** The body's SHA-256 in hex, or a word such as `UNSIGNED-PAYLOAD`. A body that was not given is yet to be checked. */
  readonly payloadHash: string;
}

/** Largest clock skew that S3 accepts. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const S3_CLOCK_SKEW_MILLISECONDS = 15 * 60 * 1000;

/** Inputs of a signature check. */
export interface SignatureCheck {
  /** The whole body where it is at hand. Without it the hash in `x-amz-content-sha256` is taken as signed. */
  readonly body?: Buffer;
  /** Default: the clock's time. */
  readonly now?: Date;
  /** Largest accepted clock skew. Default: S3's. */
  readonly clockSkewMilliseconds?: number;
}

/**
 * Checks Signature Version 4 in the Authorization header. Presigned URLs are refused: nothing here makes them.
 *
 * @throws SignatureError
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function verifySignature(
  request: SignedRequest,
  credentialStore: CredentialStore,
  { body, now = new Date(), clockSkewMilliseconds = S3_CLOCK_SKEW_MILLISECONDS }: SignatureCheck = {},
): VerifiedSignature {
  const authorization = parseAuthorization(request);
  const issued = credentialStore.find(authorization.accessKeyId);
  if (issued === undefined) {
    throw new SignatureError("InvalidAccessKeyId", "The access key id is not one of this local cloud's.");
  }
  checkSessionToken(request, issued.credentials);
  const signedAt = checkTime(request, authorization, now, clockSkewMilliseconds);
  checkSignedHeaders(request, authorization);
  const payloadHash = checkPayloadHash(request, authorization, body);

  const expected = sign(request, authorization, issued.credentials, signedAt, payloadHash);
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(authorization.signature))) {
    throw new SignatureError(
      "SignatureDoesNotMatch",
      "The signature does not match. Check the secret access key, and that nothing on the way changed the request.",
    );
  }
  const { accessKeyId, region, service } = authorization;
  return { principal: issued.principal, accessKeyId, region, service, payloadHash };
}

interface Authorization {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=(?<accessKeyId>[^/,\s]+)\/(?<date>\d{8})\/(?<region>[^/,\s]+)\/(?<service>[^/,\s]+)\/aws4_request, *SignedHeaders=(?<signedHeaders>[^,\s]+), *Signature=(?<signature>[0-9a-f]{64})$/;

function parseAuthorization(request: SignedRequest): Authorization {
  const header = headerValue(request, "authorization");
  if (header === undefined) {
    if (/[?&]X-Amz-Signature=/i.test(request.url ?? "")) {
      throw new SignatureError("NotImplemented", "Presigned URLs are not simulated locally.");
    }
    throw new SignatureError("AccessDenied", "The request is not signed.");
  }
  const parts = AUTHORIZATION.exec(header)?.groups as Record<string, string> | undefined;
  if (parts === undefined) {
    throw new SignatureError(
      "AuthorizationHeaderMalformed",
      "The Authorization header is not an AWS4-HMAC-SHA256 one.",
    );
  }
  const { accessKeyId = "", date = "", region = "", service = "", signature = "" } = parts;
  return {
    accessKeyId,
    date,
    region,
    service,
    signature,
    signedHeaders: parts.signedHeaders?.split(";") ?? [],
  };
}

function checkSessionToken(request: SignedRequest, credentials: Credentials): void {
  const token = headerValue(request, "x-amz-security-token");
  if (token === credentials.sessionToken) return;
  if (token === undefined) {
    throw new SignatureError(
      "InvalidAccessKeyId",
      "Temporary credentials need their session token beside them.",
    );
  }
  throw new SignatureError("InvalidToken", "The session token does not belong to the access key id.");
}

/** @returns The time of signing as the request writes it. Format: `20250131T235959Z`. */
function checkTime(
  request: SignedRequest,
  { date }: Authorization,
  now: Date,
  clockSkewMilliseconds: number,
): string {
  const signedAt = headerValue(request, "x-amz-date") ?? "";
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(signedAt)?.slice(1).map(Number);
  if (parts === undefined) {
    throw new SignatureError("AccessDenied", "The request has no valid x-amz-date header.");
  }
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = parts;
  const signedAtMilliseconds = Date.UTC(year, month - 1, day, hours, minutes, seconds);
  if (Math.abs(now.getTime() - signedAtMilliseconds) > clockSkewMilliseconds) {
    throw new SignatureError(
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
    );
  }
  if (!signedAt.startsWith(date)) {
    throw new SignatureError(
      "AuthorizationHeaderMalformed",
      "The credential's date is not that of x-amz-date.",
    );
  }
  return signedAt;
}

/**
 * The receiver acts on Host, which HTTP/2 calls `:authority`, and on every x-amz header, so none of them may be left out
 * of the signature.
 */
function checkSignedHeaders(request: SignedRequest, { signedHeaders }: Authorization): void {
  const mustBeSigned = Object.keys(request.headersDistinct).filter((name) => name.startsWith("x-amz-"));
  const host = request.headersDistinct[":authority"] === undefined ? "host" : ":authority";
  for (const name of [host, ...mustBeSigned]) {
    if (!signedHeaders.includes(name)) {
      throw new SignatureError(
        "AccessDenied",
        `The header ${name} is present in the request but not signed.`,
      );
    }
  }
}

function checkPayloadHash(
  request: SignedRequest,
  { service }: Authorization,
  body: Buffer | undefined,
): string {
  const stated = headerValue(request, "x-amz-content-sha256");
  const isHex = stated !== undefined && /^[0-9a-f]{64}$/.test(stated);
  const actual = body === undefined ? undefined : sha256Hex(body);
  if (isHex && actual !== undefined && stated !== actual) {
    throw new SignatureError("XAmzContentSHA256Mismatch", "The body does not have the hash that was signed.");
  }
  // S3 alone insists on the header. Elsewhere a body's own hash stands for it, and a request without a body has that of none.
  if (stated === undefined && service === "s3") {
    throw new SignatureError(
      "InvalidRequest",
      "Missing required header for this request: x-amz-content-sha256",
    );
  }
  return stated ?? actual ?? sha256Hex("");
}

function sign(
  request: SignedRequest,
  authorization: Authorization,
  { secretAccessKey }: Credentials,
  signedAt: string,
  payloadHash: string,
): string {
  const { date, region, service } = authorization;
  const scope = [date, region, service, "aws4_request"];
  const hash = sha256Hex(canonicalRequest(request, { ...authorization, payloadHash }));
  const stringToSign = ["AWS4-HMAC-SHA256", signedAt, scope.join("/"), hash].join("\n");
  const signingKey = scope.reduce<Buffer | string>(
    (key, part) => createHmac("sha256", key).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  return createHmac("sha256", signingKey).update(stringToSign).digest("hex");
}

function sha256Hex(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}
