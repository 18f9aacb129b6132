import { byId } from "./elements.js";

const STORAGE_NAME = "streamgate-api-key";

const field = byId("api-key", HTMLInputElement);

/** Keeps the key while the tab is open: it survives a reload and is in no other tab, cookie or URL. */
export function keepApiKey() {
  field.value = sessionStorage.getItem(STORAGE_NAME) ?? "";
  field.addEventListener("input", () => {
    sessionStorage.setItem(STORAGE_NAME, apiKey());
    field.removeAttribute("aria-invalid");
  });
}

/** The key as entered; empty where there is none. */
export function apiKey() {
  return field.value.trim();
}

/** Shows that the API did not take the key. */
export function markApiKeyRefused() {
  field.setAttribute("aria-invalid", "true");
}
