import { readConfiguration } from "./configuration.ts";
import { startService } from "./service.ts";

const service = await startService(readConfiguration(process.env), { log: process.stdout });

// ECS says so to a task it is about to stop.
process.once("SIGTERM", () => void service.stop().then(() => process.exit(0)));
