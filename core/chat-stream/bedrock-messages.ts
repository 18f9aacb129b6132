import type { ChatRequest } from "../../contract/chat.ts";

/*
 * Bedrock has one ValidationException for whatever is wrong, and many models' own words in it. They are told apart by
 * these words, as they are reported by the models' users.
 */

/**
 * A conversation that is longer than the model takes.
 *
 * Source: https://github.com/strands-agents/harness-sdk/issues/3969, https://github.com/daisuke-awaji/moca/issues/254
 */
const CONTEXT_TOO_LONG = [
  /\b(?:input|prompt|context|conversation|messages?)\b.{0,80}\b(?:too (?:long|large)|exceed(?:s|ed)?)\b/is,
  /\btoo (?:long|large) for (?:the |this |requested )?model\b/i,
  /\bmaximum (?:context|prompt|input|model) (?:length|size|window)\b/i,
  /\btoo many (?:total text bytes|input tokens|tokens: )/i,
  /\bcontext_length_exceeded\b|\bmodel token limit\b|\brange of input length\b|\bexpected maxLength\b/i,
  /\breduce the length\b/i,
];

/** A quota that does not come back within the minute. */
const DAILY_QUOTA = /\bper day\b|\bdaily\b/i;

/**
 * What only whoever deployed the API can change: the account's agreements and payments, the model's id and age, the
 * Region, policies, the guardrail.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html,
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html,
 * https://github.com/aws/aws-cli/issues/8717, https://github.com/truefoundry/models/pull/934
 */
const DEPLOYMENT = [
  /\boperation (?:is )?not allowed\b/i,
  /\bend of (?:its |it's )?life\b|\blegacy\b|\bmodel\b[^.]*\b(?:deprecated|retired|discontinued|no longer)\b/i,
  /\bmodel ?id(?:entifier)?\b|\binference profile\b|\b(?:on-demand|provisioned) throughput\b/i,
  /\b(?:not|n['’]t) support (?:the|this) (?:model|operation|api)\b|\bsupported (?:text or chat )?model\b/i,
  /\bmodel\b[^.]*\b(?:not|n['’]t) (?:available|supported|enabled|ready for (?:use|this account))\b/i,
  /\b(?:converse|converse ?stream|streaming)\b[^.]*\b(?:not|n['’]t) supported\b/i,
  /\bguardrail/i,
  /\baccounts?\b|\bsubscri(?:be|ption)|\bmarketplace\b|\bpayment\b|\bbilling\b|\bentitle|\buse[- ]case\b|\bagreement\b/i,
  /\b(?:not|n['’]t) (?:authorized|permitted to|have (?:access|permission))\b|\baccess (?:is )?denied\b|\bexplicit deny\b/i,
  /\bregions?\b|\bcountry\b|\bcountries\b|\bterritor(?:y|ies)\b|\bdata retention\b/i,
];

/** The request's settings, each with the names by which models speak of it. */
const SETTINGS = {
  system: /\bsystem\b/i,
  maxTokens: /\bmax(?:imum)?[_ ]?(?:output[_ ]?|new[_ ]?)?tokens\b/i,
  temperature: /\btemperature\b/i,
  topP: /\btop[_ ]?p\b/i,
  stopSequences: /\bstop[_ ]?sequences?\b/i,
} as const satisfies Partial<Record<keyof ChatRequest, RegExp>>;

const settingNames = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[];

/** Whether the conversation is longer than the model can take in. */
export function isContextTooLong(message: string): boolean {
  return CONTEXT_TOO_LONG.some((pattern) => pattern.test(message));
}

/** Whether the quota of the day is used up, which waiting some seconds does not help. */
export function isDailyQuota(message: string): boolean {
  return DAILY_QUOTA.test(message);
}

/**
 * Whether a ValidationException is about what was deployed, not about what was asked. A setting that the request does
 * not have can only be the deployment's.
 */
export function isAboutDeployment(message: string, request: ChatRequest): boolean {
  const mentioned = settingNames.filter((name) => SETTINGS[name].test(message));
  if (mentioned.length > 0) return mentioned.every((name) => request[name] === undefined);
  return DEPLOYMENT.some((pattern) => pattern.test(message));
}

/** The settings that the request has, and those among them that the message names. */
export function settingsIn(
  message: string,
  request: ChatRequest,
): { readonly sent: readonly string[]; readonly named: readonly string[] } {
  const sent = settingNames.filter((name) => request[name] !== undefined);
  return { sent, named: sent.filter((name) => SETTINGS[name].test(message)) };
}
