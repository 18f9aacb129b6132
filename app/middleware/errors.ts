import { errorAnswer } from "../../core/error-answer.ts";
import { ReaderGoneError } from "../../core/reader-gone-error.ts";
import { setHead } from "../answer.ts";
import type { AppMiddleware } from "../app-state.ts";

/** Turns what a route throws into an error answer, or, once an answer has begun, breaks the connection off. */
export const errors: AppMiddleware = async (ctx, next) => {
  try {
    await next();
  } catch (error) {
    if (ctx.res.headersSent || error instanceof ReaderGoneError) {
      ctx.state.breakage = error instanceof Error ? error : new Error("unknown", { cause: error });
      ctx.respond = false;
      ctx.res.destroy();
      return;
    }
    ctx.state.error = error;
    const { body, ...head } = errorAnswer(error);
    setHead(ctx, head);
    ctx.body = body;
    ctx.state.bytesHandedOver = ctx.method === "HEAD" ? 0 : body.length;
  }
};
