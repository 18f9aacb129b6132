/**
 * Whether a `Content-Type`, or the first type of an `Accept`, is among an API's binary media types: named, or
 * covered by `*\/*` or `image/*`. Without a header only `*\/*` covers it.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html
 */
export function matchesMediaType(binaryMediaTypes: readonly string[], header: string | undefined): boolean {
  const mediaType = (header ?? "").split(/[;,]/)[0]?.trim().toLowerCase() ?? "";
  const wholeType = `${mediaType.split("/")[0]}/*`;
  return binaryMediaTypes.some((candidate) =>
    ["*/*", mediaType, wholeType].includes(candidate.toLowerCase()),
  );
}
