import { byId, showProblem, within } from "./elements.js";
import { formatDuration } from "./format.js";

const turns = byId("turns", HTMLElement);

/** Why a model ended, where that is not simply because it had said all. Others are shown as they are called. */
const endings = new Map([
  ["end_turn", ""],
  ["stop_sequence", "ended at a stop sequence"],
  ["max_tokens", "ended at the token limit"],
  ["model_context_window_exceeded", "ended because the conversation is too long"],
  ["guardrail_intervened", "changed or ended by a guardrail"],
  ["content_filtered", "ended by a content filter"],
]);

/** @param {string} question */
export function showQuestion(question) {
  const turn = addTurn("question-template");
  new GrowingText(within(turn, ".text", HTMLElement)).append(question);
}

/** An answer on the page while it is made. Times count from its construction. */
export class AnswerView {
  #turn = addTurn("answer-template");
  #text = new GrowingText(within(this.#turn, ":scope > .text", HTMLElement));
  #reasoning = new GrowingText(within(this.#turn, ".reasoning .text", HTMLElement));
  #problem = within(this.#turn, ".problem", HTMLElement);
  #factsLine = within(this.#turn, ".facts", HTMLElement);
  /** @type {string[]} */
  #facts = [];
  #askedAt = performance.now();
  #firstTokenAt = 0;

  constructor() {
    this.#turn.ariaBusy = "true";
  }

  /** What has arrived so far. */
  get text() {
    return this.#text.value;
  }

  /** What a screen reader is to say once, at the end: every token by itself could not be followed. */
  get spoken() {
    return [this.text, this.#problem.textContent, ...this.#facts].join("\n");
  }

  /** @param {string} text */
  add(text) {
    this.#noteFirstToken();
    this.#text.append(text);
  }

  /** @param {string} text */
  addReasoning(text) {
    this.#noteFirstToken();
    within(this.#turn, ".reasoning", HTMLDetailsElement).hidden = false;
    this.#reasoning.append(text);
  }

  /** @param {{ stopReason: string, usage?: { outputTokens: number } }} done */
  complete({ stopReason, usage }) {
    if (usage) this.#noteTokens(usage.outputTokens);
    const ending = endings.get(stopReason) ?? `ended: ${stopReason.replaceAll("_", " ")}`;
    if (ending !== "") this.#note(ending);
  }

  stopped() {
    this.#note("stopped");
  }

  /**
   * @param {string} message
   * @param {string} detail
   */
  fail(message, detail) {
    showProblem(this.#problem, message, detail);
  }

  /** To be called when nothing more will come. */
  end() {
    this.#turn.ariaBusy = "false";
  }

  /** @param {number} tokens */
  #noteTokens(tokens) {
    this.#note(`${tokens} tokens`);
    const seconds = (performance.now() - this.#firstTokenAt) / 1000;
    // What came all at once had no speed.
    if (this.#firstTokenAt > 0 && seconds > 0 && tokens > 1) {
      this.#note(`${Math.round((tokens - 1) / seconds)} tokens/s`);
    }
  }

  /** Reasoning counts: the model's number of tokens has it in it too. */
  #noteFirstToken() {
    if (this.#firstTokenAt > 0) return;
    this.#firstTokenAt = performance.now();
    this.#note(`${formatDuration(this.#firstTokenAt - this.#askedAt)} to first token`);
  }

  /** @param {string} fact */
  #note(fact) {
    this.#facts.push(fact);
    this.#factsLine.textContent = this.#facts.join(" · ");
  }
}

/**
 * Text that grows by a token at a time, and is never anything but text. Han characters are drawn, and all text is read aloud,
 * by language: where a good part of the letters tells it, so does the text.
 */
class GrowingText {
  #node = new Text();
  #element;
  #letters = 0;
  #kana = 0;
  #hangul = 0;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
    element.append(this.#node);
  }

  get value() {
    return this.#node.data;
  }

  /** @param {string} text */
  append(text) {
    this.#node.appendData(text);
    this.#letters += count(text, /\p{Letter}/gu);
    this.#kana += count(text, /[\p{Script=Hiragana}\p{Script=Katakana}]/gu);
    this.#hangul += count(text, /\p{Script=Hangul}/gu);
    const language = this.#language;
    if (this.#element.lang !== language) this.#element.lang = language;
  }

  get #language() {
    const many = this.#letters / 5;
    if (this.#kana > many) return "ja";
    return this.#hangul > many ? "ko" : "";
  }
}

/**
 * @param {string} text
 * @param {RegExp} letter
 */
function count(text, letter) {
  return text.match(letter)?.length ?? 0;
}

/** @param {string} templateId */
function addTurn(templateId) {
  const { content } = byId(templateId, HTMLTemplateElement);
  const turn = within(content, "li", HTMLElement).cloneNode(true);
  turns.append(turn);
  return /** @type {HTMLElement} */ (turn);
}
