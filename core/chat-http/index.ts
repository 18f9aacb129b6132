export {
  openChatAnswer,
  type ChatHttpAnswer,
  type ChatHttpRequest,
  type ChatService,
  type ModelAnswer,
} from "./chat-answer.ts";
export { ChatRecord, type ChatLogFields } from "./chat-log.ts";
export { LARGEST_CHAT_REQUEST_BYTES } from "./chat-request.ts";
