import { pino } from "pino";
import { readConfiguration } from "./configuration.ts";
import { startService } from "./service.ts";

const log = pino.destination({ fd: process.stdout.fd, sync: true });
const service = await startService(readConfiguration(process.env), { log });

// ECS says so to a task it is about to stop.
process.once("SIGTERM", () => void service.stop().then(() => process.exit(0)));
