import type { RecordedResource } from "../graph/resource-graph.ts";
import { accountOf } from "../iam/arn-account.ts";
import type { Authorizer } from "../iam/authorizer.ts";
import type { Principal } from "../iam/caller.ts";
import { headerValue } from "../iam/canonical-request.ts";
import type { CredentialStore } from "../iam/credential-store.ts";
import type { RequestContext as PolicyContext } from "../iam/policy-conditions.ts";
import type { PolicySource } from "../iam/policy-document.ts";
import { verifySignature } from "../iam/signature.ts";
import { SignatureError, type SignatureErrorCode } from "../iam/signature-error.ts";
import type { Exchange } from "./exchange.ts";
import { GatewayError } from "./gateway-error.ts";
import type { CallerIdentity } from "./request-context.ts";
import { executionArn } from "./resource-policy.ts";
import type { Route } from "./router.ts";

/** The API's identity, and the credentials and policies that callers are checked against. */
export interface AuthorizationSource {
  readonly restApi: RecordedResource;
  readonly region: string;
  readonly accountId: string;
  readonly credentials: CredentialStore;
  readonly authorizer: Authorizer;
  readonly now: () => number;
}

/** One request to a method. */
export interface MethodRequest {
  readonly exchange: Exchange;
  readonly route: Route;
  /** With the stage, as sent. */
  readonly path: string;
  readonly resourcePolicy: PolicySource | undefined;
  /** Asked for where a signature covers it. */
  readonly body: () => Promise<Buffer>;
}

/** Who signed a request. */
export interface SignedCaller {
  readonly principal: Principal;
  readonly accessKeyId: string;
}

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
const CLOCK_SKEW_MILLISECONDS = 5 * 60 * 1000;

/**
 * Lets a request through if its signature, where the method asks for one, and the policies allow it.
 *
 * @returns `undefined` where the method asks for no signature.
 * @throws GatewayError
 */
export async function authorizeMethod(
  source: AuthorizationSource,
  request: MethodRequest,
): Promise<SignedCaller | undefined> {
  const { authorization } = request.route.method;
  if (authorization !== "NONE" && authorization !== "AWS_IAM") {
    throw new GatewayError("API_CONFIGURATION_ERROR", {
      fault: `${authorization} authorization is not simulated`,
    });
  }
  const caller = authorization === "AWS_IAM" ? await authenticate(source, request) : undefined;
  if (caller !== undefined || request.resourcePolicy !== undefined) requireAllowed(source, request, caller);
  return caller;
}

async function authenticate(
  { credentials, region, now }: AuthorizationSource,
  { exchange: { request }, body }: MethodRequest,
): Promise<SignedCaller> {
  const authorization = headerValue(request, "authorization");
  if (authorization === undefined && !/[?&]X-Amz-Signature=/.test(request.url ?? "")) {
    throw new GatewayError("MISSING_AUTHENTICATION_TOKEN");
  }
  try {
    const signature = verifySignature(request, credentials, {
      body: await body(),
      now: new Date(now()),
      clockSkewMilliseconds: CLOCK_SKEW_MILLISECONDS,
    });
    if (signature.service !== "execute-api" || signature.region !== region) {
      const message =
        signature.service === "execute-api"
          ? `Credential should be scoped to a valid region, not '${signature.region}'. `
          : "Credential should be scoped to correct service: 'execute-api'. ";
      throw new GatewayError("INVALID_SIGNATURE", { message });
    }
    // S3 takes UNSIGNED-PAYLOAD in the hash's place; nothing says that API Gateway does.
    if (!/^[0-9a-f]{64}$/.test(signature.payloadHash)) throw new GatewayError("INVALID_SIGNATURE");
    return signature;
  } catch (error) {
    throw error instanceof SignatureError ? toGatewayError(error) : error;
  }
}

const unknownToken = {
  message: "The security token included in the request is invalid.",
  errorType: "UnrecognizedClientException",
};

/** API Gateway's error for each signature error code. The error type is documented by its name alone. */
const answers: Partial<Record<SignatureErrorCode, { message?: string; errorType?: string }>> = {
  InvalidAccessKeyId: unknownToken,
  InvalidToken: unknownToken,
  SignatureDoesNotMatch: {},
  XAmzContentSHA256Mismatch: {},
};

function toGatewayError({ code, message }: SignatureError): GatewayError {
  const isSimulated = code !== "NotImplemented";
  return new GatewayError("INVALID_SIGNATURE", {
    ...(answers[code] ?? {
      message,
      ...(code === "AuthorizationHeaderMalformed" && { errorType: "IncompleteSignatureException" }),
    }),
    ...(!isSimulated && { fault: message }),
  });
}

/** Within one account an Allow of either the caller's policies or the API's is enough, between two both are needed. */
function requireAllowed(
  source: AuthorizationSource,
  { exchange, path, resourcePolicy }: MethodRequest,
  caller: SignedCaller | undefined,
): void {
  const { request } = exchange;
  // The path begins with the stage; the ARN has the method in between.
  const [, stageName = "", ...rest] = path.split("/");
  const resource = `${stageName}/${request.method}/${rest.join("/")}`;
  const context: PolicyContext = {
    "aws:RequestedRegion": source.region,
    "aws:SourceIp": exchange.context.sourceIp,
    "aws:UserAgent": request.headers["user-agent"],
    "aws:Referer": request.headers.referer,
    "aws:SourceVpc": undefined,
    "aws:SourceVpce": undefined,
  };
  const decision = source.authorizer.decide(
    caller?.principal,
    {
      action: "execute-api:Invoke",
      resourceArn: `${executionArn(source)}/${resource}`,
      resourceAccountId: source.accountId,
      context,
    },
    resourcePolicy === undefined ? [] : [resourcePolicy],
  );
  if (decision.allowed) return;
  const who = caller === undefined ? "anonymous" : principalArn(caller.principal, source.accountId);
  // AWS shows the account's last four digits.
  const shownArn = executionArn({ ...source, accountId: source.accountId.replace(/\d(?=\d{4})/g, "*") });
  const how = decision.reason === "explicitDeny" ? " with an explicit deny" : "";
  throw new GatewayError("ACCESS_DENIED", {
    message: `User: ${who} is not authorized to perform: execute-api:Invoke on resource: ${shownArn}/${resource}${how}`,
    errorType: "AccessDeniedException",
    ...(decision.reason === "unsupportedPolicy" && { fault: decision.because }),
  });
}

/** The caller's account, which need not be the API's. */
function callersAccount(principal: Principal, accountId: string): string {
  return principal.kind === "role" ? (accountOf(principal.roleArn) ?? accountId) : accountId;
}

/** Who a signature stands for. Format: `arn:aws:iam::{accountId}:user/local` or `arn:aws:sts::{accountId}:assumed-role/{role}/local`. */
function principalArn(principal: Principal, accountId: string): string {
  if (principal.kind === "developer") return `arn:aws:iam::${accountId}:user/local`;
  return `arn:aws:sts::${callersAccount(principal, accountId)}:assumed-role/${principal.roleArn.split("/").at(-1)}/local`;
}

/**
 * The caller's identity for functions and access logs. Ids are made up; AWS's begin with `AIDA` and `AROA`.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export function callerIdentity({ principal, accessKeyId }: SignedCaller, accountId: string): CallerIdentity {
  const id = principal.kind === "developer" ? "AIDALOCAL" : "AROALOCAL:local";
  return {
    accountId: callersAccount(principal, accountId),
    accessKey: accessKeyId,
    caller: id,
    user: id,
    userArn: principalArn(principal, accountId),
  };
}
