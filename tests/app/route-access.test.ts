import test from "ava";
import { routeAccess } from "../../contract/route-access.ts";
import { pageAssets } from "../helpers/page-assets.ts";
import { send } from "../helpers/raw-request.ts";
import { runS3, REGION } from "../helpers/running-s3.ts";
import { runService } from "../helpers/running-service.ts";

const protectedPaths = ["/download/there.txt", "/stream", "/dev/download/there.txt"];
const publicPaths = ["/", "/health", ...pageAssets.map((name) => `/assets/${name}`)];
/** What a reader of paths may take for one of the protected. */
const oddPaths = [
  "/assets/..%2Fdownload%2Fthere.txt",
  "/assets/../download/there.txt",
  "/assets/./../download/there.txt",
  "/assets/%2e%2e/download/there.txt",
  "//download/there.txt",
  "/dev//download/there.txt",
  "/%2Fdownload/there.txt",
];
type Marks = readonly (readonly [name: string, value: string])[];
const { header } = routeAccess;

for (const { what, marks } of [
  { what: "marked public", marks: [[header, "public"]] },
  {
    what: "marked public with the caller's mark before it",
    marks: [
      [header.toLowerCase(), "protected"],
      [header, "public"],
    ],
  },
  {
    what: "marked public with the caller's mark after it",
    marks: [
      [header, "public"],
      [header.toUpperCase(), "protected"],
    ],
  },
  { what: "with both marks in one header", marks: [[header, "protected, public"]] },
  { what: "with an unknown mark", marks: [[header, "Protected"]] },
  { what: "with an empty mark", marks: [[header, ""]] },
  { what: "that has lost its mark", marks: [] },
] satisfies { what: string; marks: Marks }[]) {
  test(`a request ${what} gets the page, its assets and /health, and nothing else`, async (t) => {
    const s3 = await runS3(t, { files: { "there.txt": "secret" } });
    const service = await runService(t, {
      configuration: {
        region: REGION,
        stage: "dev",
        servePage: true,
        store: { bucket: "files", keyPrefix: "", logKeys: false },
      },
      s3Config: { endpoint: s3.endpoint, credentials: s3.developer },
    });
    const statusOf = async (target: string, method = "GET") =>
      (await send(service.url, { method, target, headers: marks, body: "" })).status;
    for (const path of publicPaths) t.is(await statusOf(path), 200, path);
    for (const path of [...protectedPaths, ...oddPaths]) t.is(await statusOf(path), 404, path);
    t.is(await statusOf("/stream", "POST"), 404);
    t.is(await statusOf("/ready"), marks.length === 0 ? 200 : 404, "the load balancer's own come without");
    t.is(s3.requests.length, 0);
  });
}

test("a request marked protected is answered on every route", async (t) => {
  const s3 = await runS3(t, { files: { "there.txt": "secret" } });
  const service = await runService(t, {
    configuration: {
      stage: "dev",
      servePage: true,
      store: { bucket: "files", keyPrefix: "", logKeys: false },
    },
    s3Config: { endpoint: s3.endpoint, credentials: s3.developer },
  });
  const headers = [[header, routeAccess.protected]] as const;
  for (const target of ["/download/there.txt", "/dev/download/there.txt", "/ready", "/", "/health"]) {
    t.is((await send(service.url, { method: "GET", target, headers, body: "" })).status, 200, target);
  }
});

test("without an API in front nobody marks requests, and a mark still counts", async (t) => {
  const service = await runService(t);
  const statusOf = async (headers: Marks) =>
    (await send(service.url, { method: "GET", target: "/stream", headers, body: "" })).status;
  t.is(await statusOf([]), 405);
  t.is(await statusOf([[header, "public"]]), 404);
});
