import test from "ava";
import { readStoreConfiguration } from "../../../core/object-stream/index.ts";

test("a bucket is all the function needs", (t) => {
  t.deepEqual(readStoreConfiguration({ BUCKET: "b" }), {
    bucket: "b",
    keyPrefix: "",

    logKeys: false,
  });
  t.deepEqual(readStoreConfiguration({ BUCKET: "b", KEY_PREFIX: "p/", LOG_KEYS: "true", PUBLIC: "true" }), {
    bucket: "b",
    keyPrefix: "p/",
    isPublic: true,
    logKeys: true,
  });
});

test("a variable that is missing or wrong is named", (t) => {
  t.throws(() => readStoreConfiguration({}), { message: /BUCKET is not set/ });
  t.throws(() => readStoreConfiguration({ BUCKET: "" }), { message: /BUCKET is not set/ });
  t.throws(() => readStoreConfiguration({ BUCKET: "b", KEY_PREFIX: "p" }), {
    message: /KEY_PREFIX is "p".*end it in/,
  });
  t.throws(() => readStoreConfiguration({ BUCKET: "b", LOG_KEYS: "yes" }), { message: /LOG_KEYS is "yes"/ });
  t.throws(() => readStoreConfiguration({ BUCKET: "b", PUBLIC: "yes" }), { message: /PUBLIC is "yes"/ });
});
