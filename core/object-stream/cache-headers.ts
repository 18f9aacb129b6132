/** Objects may change under the same name. */
const DEFAULT_CACHE_CONTROL = "private, no-cache";

/** What a response's reader shows to be let in, so that a cache never hands it to somebody who shows something else. */
const CREDENTIAL_HEADERS = "Authorization, X-Api-Key";

/** Directives that let a shared cache keep a response, and `private` itself, which is set anew. */
const SHARED_CACHE_DIRECTIVES = new Set(["public", "private", "s-maxage", "proxy-revalidate"]);

/**
 * What caches are told of an object.
 *
 * HTTP keeps a response out of shared caches by itself only when the request had `Authorization`, and not even then when
 * it says `public` or `s-maxage`. So what takes credentials to read is `private`, however it was stored.
 * Source: RFC 9111 sections 3.5 and 5.2.2.
 *
 * @param stored The object's own `Cache-Control`.
 * @param isPublic Whether it takes no credentials to read the object.
 */
export function cacheHeaders(
  stored: string | undefined,
  isPublic: boolean,
): Readonly<Record<string, string>> {
  if (isPublic) return { "Cache-Control": stored ?? DEFAULT_CACHE_CONTROL };
  return { "Cache-Control": privateCacheControl(stored), Vary: CREDENTIAL_HEADERS };
}

function privateCacheControl(stored: string | undefined): string {
  if (stored === undefined) return DEFAULT_CACHE_CONTROL;
  // Commas in quotes do not separate.
  const directives = (stored.match(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g) ?? []).map((directive) =>
    directive.trim(),
  );
  const kept = directives.filter(
    (directive) => directive !== "" && !SHARED_CACHE_DIRECTIVES.has(nameOf(directive)),
  );
  return ["private", ...kept].join(", ");
}

function nameOf(directive: string): string {
  return directive.split("=", 1).join().trim().toLowerCase();
}
