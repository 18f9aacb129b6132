import { existsSync } from "node:fs";
import { join } from "node:path";
import { testNeeding } from "../helpers/test-needing.ts";
import { botocoreFolder } from "./service-models.ts";

/** A test that needs AWS's API models. */
export const judgedTest = testNeeding(existsSync(join(botocoreFolder, "made-from")), ".ci/install-judges");
