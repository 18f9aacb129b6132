import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import type { Handler, Route } from "../middleware/routing.ts";

/** A file of the page, as it is sent. */
interface PageFile {
  /** Format: `.js`. */
  readonly extension: string;
  readonly content: Buffer;
  /** Strong, with its quotes. */
  readonly etag: string;
}

/**
 * `GET /`: the page, and `GET /assets/...`: what it consists of.
 *
 * @param folder Holds `index.html` and `assets/`. Read once, now.
 */
export function pageRoute(folder: string): Route {
  const files = readPage(folder);
  const policy = contentSecurityPolicy(files.get("/")?.content.toString() ?? "");
  const answer: Handler = (ctx, path) => {
    const file = files.get(path);
    if (file === undefined) return;
    ctx.status = 200;
    // The files' names stay when they change, so they are asked for each time, and seldom sent.
    ctx.set("Cache-Control", "no-cache");
    ctx.set("Content-Security-Policy", policy);
    ctx.set("ETag", file.etag);
    ctx.set("Referrer-Policy", "no-referrer");
    ctx.set("X-Content-Type-Options", "nosniff");
    if (ctx.fresh) {
      ctx.status = 304;
      return;
    }
    ctx.type = file.extension;
    ctx.body = file.content;
    ctx.state.bytesHandedOver = ctx.method === "HEAD" ? 0 : file.content.length;
  };
  return {
    name: "/{page}",
    matches: (path) => files.has(path),
    methods: { GET: answer, HEAD: answer },
    access: "public",
  };
}

/** By path. */
function readPage(folder: string): ReadonlyMap<string, PageFile> {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => {
        const content = readFileSync(join(parentPath, name));
        const path = `/${relative(folder, join(parentPath, name)).split(sep).join("/")}`;
        const etag = `"${sha256(content, "base64url")}"`;
        return [path === "/index.html" ? "/" : path, { extension: extname(name), content, etag }] as const;
      }),
  );
}

/**
 * Nothing but what lies beside the page itself, what is written into it, and no frame around it: the caller's API key is
 * typed into it.
 */
function contentSecurityPolicy(html: string): string {
  const scripts = [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = ""]) =>
    sha256(script, "base64"),
  );
  return [
    "default-src 'none'",
    ["script-src 'self'", ...scripts.map((digest) => `'sha256-${digest}'`)].join(" "),
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function sha256(content: string | Buffer, encoding: "base64" | "base64url"): string {
  return createHash("sha256").update(content).digest(encoding);
}
