import { LARGEST_LAMBDA_DOWNLOAD_BYTES } from "../../contract/limits.ts";
import type { LocalOutput, StackOutputs } from "../../contract/stack-outputs.ts";
import type { ServedFile } from "./served-files.ts";

type Outputs = StackOutputs & { readonly local: LocalOutput };

const SHOWN_DOWNLOADS = 2;

/** Commands that can be pasted into a terminal, with all they need to be let in. */
export function callExamples(outputs: Outputs, files: readonly ServedFile[]): string[] {
  const { downloadApi, chatApi } = outputs;
  const curl = ["curl -fsS", ...credentialOptions(outputs)].join(" ");
  const chat = `${curl} --no-buffer -H "content-type: application/json" -d '{"message":"こんにちは"}'`;
  const downloads = files.flatMap((file) => {
    const url = downloadUrl(outputs, file);
    return url === undefined || !isSignable(outputs, file) ? [] : [`${curl} -o ${plainName(file)} "${url}"`];
  });
  const examples = downloads.slice(0, SHOWN_DOWNLOADS);
  if (downloadApi?.routes.includes("POST /chat") === true) examples.push(`${chat} "${downloadApi.url}/chat"`);
  if (chatApi !== undefined) examples.push(`${chat} "${chatApi.url}/stream"`);
  if (chatApi?.routes.includes("GET /") === true) examples.push(`and in a browser: ${chatApi.url}/`);
  return examples;
}

/** API through which the file comes in one piece: Lambda's, or the container's, which has no limit. */
function downloadUrl({ downloadApi, chatApi }: Outputs, { key, bytes }: ServedFile): string | undefined {
  const route = /^GET (\/download[^/]*)\//m.exec(downloadApi?.routes.join("\n") ?? "")?.[1];
  const path = key.split("/").map(encodeURIComponent).join("/");
  if (downloadApi && route !== undefined && bytes <= LARGEST_LAMBDA_DOWNLOAD_BYTES) {
    return `${downloadApi.url}${route}/${path}`;
  }
  return chatApi && `${chatApi.url}/download/${path}`;
}

/** Many curls sign anything else in a path wrongly, above all what is already escaped. */
function isSignable({ auth }: Outputs, { key }: ServedFile): boolean {
  return auth !== "iam" || /^[\w.~/-]+$/.test(key);
}

/** A name that no shell takes for anything else. */
function plainName({ key }: ServedFile): string {
  return key.slice(key.lastIndexOf("/") + 1).replaceAll(/[^\w.-]+/g, "_");
}

function credentialOptions({ auth, apiKey, region, local }: Outputs): string[] {
  const { accessKeyId, secretAccessKey } = local.credentials;
  switch (auth) {
    case "apiKey":
      return [`-H "x-api-key: ${apiKey}"`];
    case "iam":
      return [`--aws-sigv4 "aws:amz:${region}:execute-api" --user "${accessKeyId}:${secretAccessKey}"`];
    case "none":
      return [];
  }
}
