import test from "ava";
import { permissionName } from "../../../components/api/permission-name.ts";
import { parseRoute } from "../../../components/api/route.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
const statementId = /^[A-Za-z0-9_-]{1,100}$/;

const routes = [
  "GET /",
  "ANY /",
  "GET /download/{key+}",
  "HEAD /download/{key+}",
  "GET /a/b",
  "GET /a-b",
  "GET /a_b",
  "GET /_/._-",
  "GET /{a.b}",
  `OPTIONS /${"long".repeat(60)}/{${"p".repeat(60)}+}`,
  `OPTIONS /${"long".repeat(60)}/{${"q".repeat(60)}+}`,
] as const;

test("a permission's name and the provider's digits are a statementId that AWS takes, another for each route", (t) => {
  const names = routes.map((route) => permissionName("a".repeat(45), parseRoute(route)));
  for (const name of names) t.regex(`${name}-1234567`, statementId);
  t.is(new Set(names).size, routes.length);
});

test("a permission's name says which API and which route it is for", (t) => {
  t.is(permissionName("downloads", parseRoute("GET /download/{key+}")), "downloads-GET-download-key-5f045c6");
});
