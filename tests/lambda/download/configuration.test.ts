import test from "ava";
import { readConfiguration } from "../../../lambda/download/configuration.ts";

test("a bucket is all the function needs", (t) => {
  t.deepEqual(readConfiguration({ BUCKET: "b" }), { bucket: "b", keyPrefix: "", logKeys: false });
  t.deepEqual(readConfiguration({ BUCKET: "b", KEY_PREFIX: "p/", LOG_KEYS: "true" }), {
    bucket: "b",
    keyPrefix: "p/",
    logKeys: true,
  });
});

test("a variable that is missing or wrong is named", (t) => {
  t.throws(() => readConfiguration({}), { message: /BUCKET is not set/ });
  t.throws(() => readConfiguration({ BUCKET: "" }), { message: /BUCKET is not set/ });
  t.throws(() => readConfiguration({ BUCKET: "b", KEY_PREFIX: "p" }), {
    message: /KEY_PREFIX is "p".*end it in/,
  });
  t.throws(() => readConfiguration({ BUCKET: "b", LOG_KEYS: "yes" }), { message: /LOG_KEYS is "yes"/ });
});
