import { ApiError } from "./api.js";
import { byId, exchange, showProblem } from "./elements.js";
import { formatBytes } from "./format.js";
import { fetchObject } from "./transfer.js";
import { TransferMeter } from "./transfer-meter.js";

const form = byId("download-form", HTMLFormElement);
const input = byId("object-key", HTMLInputElement);
const start = byId("start-download", HTMLButtonElement);
const stop = byId("stop-download", HTMLButtonElement);
const transfer = byId("transfer", HTMLElement);
const receipt = byId("receipt", HTMLElement);
const save = byId("save", HTMLElement);
const saveLink = byId("save-link", HTMLAnchorElement);
const problem = byId("download-problem", HTMLElement);
const status = byId("download-status", HTMLElement);

const verdicts = {
  same: "Matches the digest the API sent.",
  different: "Does not match the digest the API sent. The file was not saved.",
  none: "The API sent no digest to compare with.",
  untaken: "Too large for this browser to take its digest.",
};

let stopping = new AbortController();

/** Makes the download panel work. */
export function startDownload() {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!start.hidden) void download(input.value);
  });
  stop.addEventListener("click", () => stopping.abort());
}

/** @param {string} key */
async function download(key) {
  stopping = new AbortController();
  const { signal } = stopping;
  begin();
  const meter = new TransferMeter();
  try {
    const transferred = await fetchObject(key, signal, (received, size) => meter.count(received, size));
    meter.finish();
    show(transferred, key);
  } catch (error) {
    if (signal.aborted) fail("Stopped. Nothing was saved.");
    else if (error instanceof ApiError) fail(error.message, error.detail);
    else throw error;
  } finally {
    meter.stop();
    exchange(start, stop);
  }
}

function begin() {
  exchange(stop, start);
  URL.revokeObjectURL(saveLink.href);
  for (const element of [receipt, save, problem]) element.hidden = true;
  transfer.hidden = false;
  status.textContent = "Downloading.";
}

/**
 * @param {import("./transfer.js").Transferred} transferred
 * @param {string} key
 */
function show({ blob, digest, comparison }, key) {
  byId("digest", HTMLElement).textContent = digest;
  byId("verdict", HTMLElement).textContent = verdicts[comparison];
  receipt.dataset.comparison = comparison;
  receipt.hidden = false;
  status.textContent = `Downloaded ${formatBytes(blob.size)}. ${verdicts[comparison]}`;
  if (comparison === "different") return;
  saveLink.href = URL.createObjectURL(blob);
  saveLink.download = key.slice(key.lastIndexOf("/") + 1);
  save.hidden = false;
  saveLink.click();
}

/**
 * @param {string} message
 * @param {string} [detail]
 */
function fail(message, detail = "") {
  transfer.hidden = true;
  showProblem(problem, message, detail);
  status.textContent = message;
}
