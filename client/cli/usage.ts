/** A command line that cannot be followed. Its message says why. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Exit codes of the command. */
export const exitCodes = {
  done: 0,
  /** The API refused, or could not be reached; the object changed; the bytes are not the API's. */
  failed: 1,
  /** The command line cannot be followed. */
  usage: 2,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** Text of `--help`. */
export const usage = `streamgate COMMAND

Commands:
  download KEY     download an object, in ranges side by side
    -o, --output FILE   file to write, - for standard output; default: the name the API gives, in this folder
    --concurrency N     ranges side by side; default: 8
    --route NAME        download, download-fastapi or download-stdlib; default: download
    --no-resume         begin anew, whatever an unfinished download has left
  chat [TEXT]      ask the model, and print its answer as it comes; without TEXT the question is read from
                   standard input, on a terminal line by line as a conversation
    --lambda            ask through the download API's function
    --system TEXT       instructions ahead of the conversation
    --max-tokens N      most tokens of an answer
  outputs          print the addresses in use, without the key
  doctor           look for what is wrong, one line each

Where the API is:
  .streamgate/outputs.json of this folder, which npm start writes; or
  --stack NAME     the outputs of a deployed stack, asked of the Pulumi CLI; or
  --url URL        the API's own URL
  --key KEY        the API key; default: STREAMGATE_API_KEY, else that of the outputs
  With auth: iam, requests are signed with the AWS credentials of the environment.

  --json           print JSON lines for machines
  --help           print this

Standard output carries data alone. Exit codes: 0 done; 1 refused, unreachable, changed or damaged; 2 usage;
130 interrupted.`;
