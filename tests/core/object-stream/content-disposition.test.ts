import test from "ava";
import { parse } from "content-disposition";
import fc from "fast-check";
import {
  contentDisposition,
  requireValidParameters,
} from "../../../core/object-stream/content-disposition.ts";
import { fileNameFor } from "../../../core/object-stream/file-name.ts";
import { Refusal } from "../../../core/refusal.ts";

test("an object is an attachment named after its key's last segment", (t) => {
  t.is(contentDisposition("a/b/c.txt", "text/plain", {}), "attachment; filename=c.txt");
  t.is(contentDisposition("two words.txt", "text/plain", {}), 'attachment; filename="two words.txt"');
  t.is(contentDisposition("folder/", "text/plain", {}), "attachment");
});

test("a name beyond ASCII goes out in the extended form, with a plain one beside it", (t) => {
  t.is(
    contentDisposition("日本.txt", "text/plain", {}),
    "attachment; filename=file-0e5c8464.txt; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt",
  );
});

test("the filename parameter overrides the key, without any folders in it", (t) => {
  t.is(contentDisposition("c.txt", "text/plain", { filename: "d.txt" }), "attachment; filename=d.txt");
  t.is(contentDisposition("c.txt", "text/plain", { filename: "../../d.txt" }), "attachment; filename=d.txt");
  t.is(contentDisposition("c.txt", "text/plain", { filename: "" }), "attachment; filename=c.txt");
});

const contentTypes: readonly (readonly [contentType: string, type: "attachment" | "inline"])[] = [
  ["application/pdf", "inline"],
  ["image/png", "inline"],
  ["IMAGE/JPEG", "inline"],
  ["text/plain; charset=utf-8", "inline"],
  ["audio/mpeg", "inline"],
  ["video/mp4", "inline"],
  ["image/svg+xml", "attachment"],
  ["text/html", "attachment"],
  ["text/html; text/plain", "attachment"],
  ["application/xhtml+xml", "attachment"],
  ["text/xml", "attachment"],
  ["text/javascript", "attachment"],
  ["application/octet-stream", "attachment"],
  ["text/plain, text/html", "attachment"],
  ["", "attachment"],
];

for (const [contentType, type] of contentTypes) {
  test(`asked for inline, ${contentType || "an empty content type"} is sent as ${type}`, (t) => {
    t.is(parse(contentDisposition("c", contentType, { disposition: "inline" })).type, type);
    t.is(parse(contentDisposition("c", contentType, {})).type, "attachment");
  });
}

test("a parameter with a value that is not allowed is refused", (t) => {
  for (const parameters of [{ disposition: "Inline" }, { disposition: "" }, { filename: "日".repeat(86) }]) {
    const error = t.throws(() => requireValidParameters(parameters), { instanceOf: Refusal });
    t.is(error.code, "invalid_parameter");
  }
  t.notThrows(() => requireValidParameters({ disposition: "attachment", filename: "日".repeat(85) }));
  t.notThrows(() => requireValidParameters({}));
});

test("no name breaks out of the header, and every name can be read back from it", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1 }), (filename) => {
      const header = contentDisposition("key", "text/plain", { filename });
      t.regex(header, /^[\x20-\x7e]*$/);
      t.is(parse(header).parameters["filename"], fileNameFor("key", undefined, filename));
    }),
  );
});
