import type { PolicyStatement } from "../policy-statement.ts";

/**
 * Writing into one log group that exists; making groups, whose logs nobody would ever delete, is left out.
 *
 * @param logGroupArn Without `:*` at its end.
 */
export function writeLogStatement(logGroupArn: string): PolicyStatement {
  return {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `${logGroupArn}:*`,
  };
}
