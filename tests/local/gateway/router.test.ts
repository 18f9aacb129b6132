import test from "ava";
import { awsLimitValues } from "../../../contract/limits.ts";
import { readMethods } from "../../../local/gateway/deployment-snapshot.ts";
import { readResourceTree } from "../../../local/gateway/resource-tree.ts";
import { Router } from "../../../local/gateway/router.ts";
import { RecordedRestApi } from "../../helpers/recorded-rest-api.ts";

/** GET /, GET /a, GET /a/{id}, ANY /a/{id}/more, POST /a/b, GET /files/{path+}, GET /empty/x */
const recorded = new RecordedRestApi()
  .path("a", "root", "a")
  .path("id", "a", "{id}")
  .path("more", "id", "more")
  .path("b", "a", "b")
  .path("files", "root", "files")
  .path("path", "files", "{path+}")
  .path("empty", "root", "empty")
  .path("x", "empty", "x")
  .method("1", "root", "GET", "BUFFERED")
  .method("2", "a", "GET", "BUFFERED")
  .method("3", "id", "GET", "BUFFERED")
  .method("4", "more", "ANY", "BUFFERED")
  .method("5", "b", "POST", "BUFFERED")
  .method("6", "path", "GET", "BUFFERED")
  .method("7", "x", "GET", "BUFFERED");
const methods = readMethods(recorded.graph, recorded.restApi, awsLimitValues);
const router = new Router(
  readResourceTree(recorded.graph, recorded.restApi),
  methods.map(({ apiMethod }) => apiMethod),
);

const routes: [
  request: string,
  path: string | undefined,
  pathParameters?: Readonly<Record<string, string>>,
][] = [
  ["GET /", "/", {}],
  ["GET /a", "/a", {}],
  ["GET /a/", "/a", {}],
  ["GET /a//", undefined],
  ["GET /A", undefined],
  ["GET /a/1", "/a/{id}", { id: "1" }],
  ["GET /a/1%2F2", "/a/{id}", { id: "1%2F2" }],
  ["PUT /a/1/more", "/a/{id}/more", { id: "1" }],
  ["HEAD /a/1/more", "/a/{id}/more", { id: "1" }],
  ["POST /a/b", "/a/b", {}],
  ["GET /a/b", undefined],
  ["GET /a/b/more", "/a/{id}/more", { id: "b" }],
  ["GET /a/1/less", undefined],
  ["HEAD /a", undefined],
  ["GET /files", undefined],
  ["GET /files/", undefined],
  ["GET /files/x", "/files/{path+}", { path: "x" }],
  ["GET /files/x/y//z", "/files/{path+}", { path: "x/y//z" }],
  ["GET /files//x", "/files/{path+}", { path: "/x" }],
  ["GET /files/{path+}", "/files/{path+}", { path: "{path+}" }],
  ["GET /empty", undefined],
  ["GET /nothing", undefined],
];
for (const [request, path, pathParameters] of routes) {
  test(`${request} is ${path === undefined ? "not routed" : `routed to ${path}`}`, (t) => {
    const [httpMethod = "", requestPath = ""] = request.split(" ");
    const route = router.find(requestPath, httpMethod);
    t.is(route?.resource.path, path);
    t.deepEqual(route?.pathParameters, pathParameters);
  });
}
