import { readdirSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "./recorded-program.ts";

/** The files in `assets/` beside the page, in order. */
export const pageAssets: readonly string[] = readdirSync(join(projectFolder, "app/public/assets")).sort();
