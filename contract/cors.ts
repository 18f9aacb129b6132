/**
 * Response headers that a page of another origin may read, besides the few it always may. They stand on every answer
 * to an allowed origin, whether a function, the container or API Gateway itself gives it.
 * Source: https://fetch.spec.whatwg.org/#http-access-control-expose-headers
 */
export const exposedHeaders = [
  "ETag",
  "Content-Range",
  "Content-Length",
  "X-Object-Size",
  "Accept-Ranges",
  "Content-Disposition",
  "Retry-After",
  "Repr-Digest",
] as const;
