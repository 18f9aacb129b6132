/** What the deployment says of the model, to function and container alike. */
export interface ModelConfiguration {
  /** A model's id, or an inference profile's id or ARN. */
  readonly modelId: string;
  /** Empty: none. */
  readonly systemPrompt: string;
  /** Most tokens an answer may have. */
  readonly maxTokens: number;
  readonly guardrail?: { readonly identifier: string; readonly version: string };
}

/**
 * Reads `MODEL_ID`, `SYSTEM_PROMPT`, `MAX_TOKENS`, `GUARDRAIL_ID` and `GUARDRAIL_VERSION`.
 *
 * @throws Error naming the variable and what is allowed. To be thrown while the process starts, so that Lambda or ECS
 * reports it as the reason it cannot.
 */
export function readModelConfiguration(environment: NodeJS.ProcessEnv): ModelConfiguration {
  const {
    MODEL_ID: modelId = "",
    SYSTEM_PROMPT: systemPrompt = "",
    MAX_TOKENS: maxTokens = "",
    GUARDRAIL_ID: identifier = "",
    GUARDRAIL_VERSION: version = "",
  } = environment;
  if (modelId === "") {
    throw new Error("The environment variable MODEL_ID is not set: name the model that answers.");
  }
  if (!/^[1-9]\d*$/.test(maxTokens)) {
    throw new Error(
      `The environment variable MAX_TOKENS is "${maxTokens}": set it to a whole number above 0.`,
    );
  }
  if ((identifier === "") !== (version === "")) {
    throw new Error(
      "Only one of the environment variables GUARDRAIL_ID and GUARDRAIL_VERSION is set: set both or neither.",
    );
  }
  return {
    modelId,
    systemPrompt,
    maxTokens: Number(maxTokens),
    ...(identifier !== "" && { guardrail: { identifier, version } }),
  };
}
