import { AnswerView, showQuestion } from "./answer-view.js";
import { ApiError, request } from "./api.js";
import { CutAnswerError, readChatEvents } from "./chat-events.js";
import { byId, exchange } from "./elements.js";
import { followEnd, scrollToEnd } from "./follow-end.js";

const form = byId("chat-form", HTMLFormElement);
const input = byId("message", HTMLTextAreaElement);
const send = byId("send", HTMLButtonElement);
const stop = byId("stop-answer", HTMLButtonElement);
const newChat = byId("new-chat", HTMLButtonElement);
const conversation = byId("conversation", HTMLElement);
const turns = byId("turns", HTMLElement);
const invitation = byId("invitation", HTMLElement);
const status = byId("chat-status", HTMLElement);

/**
 * What the model is told of the conversation: every question that was answered, if only in part, and its answer.
 *
 * @type {{ role: "user" | "assistant", content: string }[]}
 */
let history = [];
let stopping = new AbortController();

/** The error codes of a conversation that is longer than the API, or the model, takes. */
const tooLong = new Set(["payload_too_large", "context_too_long"]);

/** Makes the chat panel work. */
export function startChat() {
  followEnd(conversation, turns);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (send.hidden || input.value.trim() === "") return;
    const question = input.value;
    input.value = "";
    void converse(question);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  stop.addEventListener("click", () => stopping.abort());
  newChat.addEventListener("click", () => {
    stopping.abort();
    history = [];
    turns.replaceChildren();
    invitation.hidden = false;
    newChat.disabled = true;
    input.focus();
  });
}

/**
 * Enter also ends the input of Japanese, Chinese and Korean, and is then not meant for the form. Safari has ended it already
 * when it tells of the key, and gives that key the number 229.
 *
 * @param {KeyboardEvent} event
 */
function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/** @param {string} question */
async function converse(question) {
  stopping = new AbortController();
  const { signal } = stopping;
  const asked = history;
  invitation.hidden = true;
  newChat.disabled = false;
  exchange(stop, send);
  showQuestion(question);
  const answer = new AnswerView();
  scrollToEnd(conversation);
  status.textContent = "Waiting for the answer.";
  try {
    await receive([...asked, { role: "user", content: question }], answer, signal);
  } catch (error) {
    if (signal.aborted) answer.stopped();
    else answer.fail(...describe(error, isMost(question, asked)));
  } finally {
    answer.end();
    exchange(send, stop);
  }
  if (history !== asked) return;
  status.textContent = answer.spoken;
  // A blank turn would be refused, and so would two turns of the user in a row.
  if (answer.text.trim() !== "") {
    history = [...asked, { role: "user", content: question }, { role: "assistant", content: answer.text }];
  } else if (input.value === "") {
    input.value = question;
  }
}

/**
 * @param {typeof history} messages
 * @param {AnswerView} answer
 * @param {AbortSignal} signal
 */
async function receive(messages, answer, signal) {
  const response = await request("stream", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/x-ndjson" },
    body: JSON.stringify({ messages }),
    signal,
  });
  if (response.body === null) throw new CutAnswerError();
  for await (const { data, reasoning, done, error } of readChatEvents(response.body)) {
    if (data !== undefined) answer.add(data);
    if (reasoning !== undefined) answer.addReasoning(reasoning);
    if (done !== undefined) answer.complete(done);
    if (error !== undefined) throw new ApiError(error.message, error.code, error.code);
  }
}

/**
 * @param {unknown} error
 * @param {boolean} isQuestionMost Whether the question is the greater part of the conversation.
 * @returns {[message: string, detail: string]}
 */
function describe(error, isQuestionMost) {
  if (error instanceof ApiError && tooLong.has(error.code)) {
    const message = isQuestionMost
      ? "The message is too long: shorten it."
      : "The conversation has become too long: begin a new chat.";
    return [message, error.detail];
  }
  if (error instanceof ApiError) return [error.message, error.detail];
  if (error instanceof CutAnswerError) {
    return ["The connection broke off before the answer was complete.", "no done event"];
  }
  throw error;
}

/**
 * @param {string} question
 * @param {typeof history} asked
 */
function isMost(question, asked) {
  return question.length > asked.reduce((sum, { content }) => sum + content.length, 0);
}
