/** The `$context` variables of one request; a name that is missing has no value (yet). */
export type ContextVariables = Record<string, string | number | undefined>;

/** A dot ends a sentence rather than a name unless a letter follows. */
const variablePattern = /\$context\.([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)/g;

/**
 * Puts the variables into a template. Values are escaped so that a template that is JSON stays JSON.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 *
 * @param missing What stands for a variable without a value.
 */
export function renderTemplate(template: string, variables: ContextVariables, missing: string): string {
  return template.replaceAll(variablePattern, (_match, name: string) => {
    // The one variable that brings its own quotes.
    if (name === "error.messageString") {
      const message = variables["error.message"];
      return message === undefined ? missing : JSON.stringify(String(message));
    }
    const value = variables[name];
    return value === undefined ? missing : JSON.stringify(String(value)).slice(1, -1);
  });
}

/** Format: `22/Nov/2026:05:09:25 +0000`. */
export function formatRequestTime(epochMilliseconds: number): string {
  const [, day, month, year, time] = new Date(epochMilliseconds).toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
