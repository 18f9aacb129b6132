import test from "ava";
import { languageOf } from "../../../local/cli/greeting.ts";

test("LC_ALL goes before LC_MESSAGES, and that before LANG, as in POSIX", (t) => {
  t.is(languageOf({ LANG: "ja_JP.UTF-8" }), "ja");
  t.is(languageOf({ LC_MESSAGES: "ja", LANG: "en_US.UTF-8" }), "ja");
  t.is(languageOf({ LC_ALL: "ja_JP", LC_MESSAGES: "C", LANG: "C" }), "ja");
  t.is(languageOf({ LC_ALL: "C.UTF-8", LANG: "ja_JP.UTF-8" }), "en");
  t.is(languageOf({ LC_ALL: "", LANG: "ja_JP.eucJP" }), "ja");
});

test("every other locale, and none, is English", (t) => {
  for (const LANG of ["", "C", "en_US.UTF-8", "jam_JM.UTF-8"]) t.is(languageOf({ LANG }), "en", LANG);
  t.is(languageOf({}), "en");
});
