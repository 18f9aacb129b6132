import test from "ava";
import fc from "fast-check";
import { deploymentFingerprint } from "../../../components/api/deployment-fingerprint.ts";

/** The same value with the keys of every object in reverse. */
function reversed(value: fc.JsonValue): fc.JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as Record<string, fc.JsonValue>)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

/** Canonical text by other means than the code's: objects as sorted lists of pairs. */
function canonical(value: fc.JsonValue): unknown {
  if (Array.isArray(value)) return ["list", value.map(canonical)];
  if (typeof value !== "object" || value === null) return value;
  return [
    "object",
    Object.keys(value)
      .sort()
      .map((key) => [key, canonical(value[key] ?? null)]),
  ];
}

const snapshots = () => fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as fc.JsonValue);

test("the fingerprint is a SHA-256 in hex", (t) => {
  t.regex(deploymentFingerprint([]), /^[0-9a-f]{64}$/);
});

test("the order of keys does not matter, at any depth", (t) => {
  t.notThrows(() => {
    fc.assert(
      fc.property(
        snapshots(),
        (value) => deploymentFingerprint(value) === deploymentFingerprint(reversed(value)),
      ),
    );
  });
});

test("two snapshots have one fingerprint only when they are the same", (t) => {
  t.notThrows(() => {
    fc.assert(
      fc.property(snapshots(), snapshots(), (one, other) => {
        const same = JSON.stringify(canonical(one)) === JSON.stringify(canonical(other));
        return same === (deploymentFingerprint(one) === deploymentFingerprint(other));
      }),
    );
  });
});

const route = {
  httpMethod: "GET",
  uri: "arn:one",
  timeoutMilliseconds: 1000,
  apiKeyRequired: true,
  requestParameters: { "integration.request.header.x": "'1'" },
};

for (const [what, changed] of Object.entries({
  "a text": { ...route, uri: "arn:two" },
  "a number": { ...route, timeoutMilliseconds: 1001 },
  "a flag": { ...route, apiKeyRequired: false },
  "a nested value": { ...route, requestParameters: { "integration.request.header.x": "'2'" } },
  "the name of a key": { ...route, requestParameters: { "integration.request.header.y": "'1'" } },
  "a key more": { ...route, cacheKeyParameters: [] },
  "a number written as text": { ...route, timeoutMilliseconds: "1000" },
})) {
  test(`${what} changes the fingerprint`, (t) => {
    t.not(deploymentFingerprint([changed]), deploymentFingerprint([route]));
  });
}
