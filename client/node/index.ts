export { saveObject, type SavedObject, type SaveOptions } from "./save-object.ts";
export { sha256 } from "./sha256.ts";
