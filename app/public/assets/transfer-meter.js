import { byId } from "./elements.js";
import { formatBytes, formatDuration } from "./format.js";

const progress = byId("transfer-progress", HTMLProgressElement);
const facts = byId("transfer-facts", HTMLElement);

/** Often enough to seem alive, seldom enough to be read. */
const SHOWN_EVERY_MILLISECONDS = 250;

/** Shows how far a download has come and how fast it is. Runs from its construction until it is stopped. */
export class TransferMeter {
  #startedAt = performance.now();
  #received = 0;
  #size = NaN;
  #shownAt = this.#startedAt;
  #shownReceived = 0;
  #timer = setInterval(() => this.#show(), SHOWN_EVERY_MILLISECONDS);

  constructor() {
    progress.removeAttribute("value");
    facts.textContent = "Waiting for the first byte";
  }

  /**
   * @param {number} received Bytes so far.
   * @param {number} size Bytes in all; NaN where that is not known.
   */
  count(received, size) {
    this.#received = received;
    this.#size = size;
  }

  /** Shows the whole of a download that is complete. */
  finish() {
    progress.value = progress.max;
    const milliseconds = performance.now() - this.#startedAt;
    facts.textContent = [
      formatBytes(this.#received),
      `in ${formatDuration(milliseconds)}`,
      perSecond(this.#received, milliseconds),
    ].join(" · ");
  }

  stop() {
    clearInterval(this.#timer);
  }

  #show() {
    if (this.#received === 0) return;
    const now = performance.now();
    const speed = perSecond(this.#received - this.#shownReceived, now - this.#shownAt);
    this.#shownAt = now;
    this.#shownReceived = this.#received;
    if (this.#size > 0) progress.value = this.#received / this.#size;
    const size = Number.isNaN(this.#size) ? "" : ` of ${formatBytes(this.#size)}`;
    facts.textContent = `${formatBytes(this.#received)}${size} · ${speed}`;
  }
}

/**
 * @param {number} bytes
 * @param {number} milliseconds
 */
function perSecond(bytes, milliseconds) {
  return `${formatBytes((bytes / milliseconds) * 1000)}/s`;
}
