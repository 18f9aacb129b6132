import { keepApiKey } from "./api-key.js";
import { startChat } from "./chat.js";
import { startDownload } from "./download.js";

keepApiKey();
startChat();
startDownload();
