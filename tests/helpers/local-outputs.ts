/** What every local stack exports that lets everybody in, whatever it has. */
export const openStackOutputs = {
  auth: "none",
  bucket: "files",
  region: "us-east-1",
  keptOnDestroy: [],
  local: {
    endpoints: { s3: "", bedrock: "" },
    credentials: { accessKeyId: "id", secretAccessKey: "secret" },
  },
} as const;
