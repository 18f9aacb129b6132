import type { LocalOutput, StackOutputs } from "../../contract/stack-outputs.ts";

type Outputs = StackOutputs & { readonly local: LocalOutput };

/**
 * Commands that can be pasted into a terminal, with all they need to be let in.
 *
 * @param files Names of objects that are there.
 */
export function callExamples(outputs: Outputs, files: readonly string[]): string[] {
  const { downloadApi, chatApi } = outputs;
  const curl = `curl -fsS ${credentialOptions(outputs)}`;
  const chat = `${curl} --no-buffer -H "content-type: application/json" -d '{"message":"こんにちは"}'`;
  const examples: string[] = [];
  const downloadPath = /^GET (\/download[^/]*)\//m.exec(downloadApi?.routes.join("\n") ?? "")?.[1];
  for (const name of downloadPath === undefined ? [] : files) {
    const file = name.replaceAll(/[^\w.-]+/g, "_");
    examples.push(`${curl} -o ${file} "${downloadApi?.url}${downloadPath}/${encodeURIComponent(name)}"`);
  }
  if (downloadApi?.routes.includes("POST /chat") === true) examples.push(`${chat} "${downloadApi.url}/chat"`);
  if (chatApi !== undefined) examples.push(`${chat} "${chatApi.url}/stream"`);
  if (chatApi?.routes.includes("GET /") === true) examples.push(`and in a browser: ${chatApi.url}/`);
  return examples;
}

function credentialOptions({ auth, apiKey, region, local }: Outputs): string {
  const { accessKeyId, secretAccessKey } = local.credentials;
  switch (auth) {
    case "apiKey":
      return `-H "x-api-key: ${apiKey}"`;
    case "iam":
      return `--aws-sigv4 "aws:amz:${region}:execute-api" --user "${accessKeyId}:${secretAccessKey}"`;
    case "none":
      return "";
  }
}
