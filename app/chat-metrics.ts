import { chatMetrics } from "../contract/chat-metrics.ts";
import { embeddedMetrics, type MetricUnit, type MetricValue } from "./embedded-metrics.ts";
import type { OpenStreams } from "./open-streams.ts";

/** What one chat was like. */
export interface ChatMeasures {
  /** From the request to the first text; `undefined` where none came. */
  readonly timeToFirstTokenMilliseconds: number | undefined;
  /** Between one text and the next, on average; `undefined` with fewer than two. */
  readonly interTokenGapMilliseconds: number | undefined;
  /** As the model counts them; `undefined` for an answer that is not whole. */
  readonly tokensOut: number | undefined;
  /** Whether it failed through no fault of the caller's. */
  readonly hasFailed: boolean;
}

const { names } = chatMetrics;

/** Publishes the service's metrics by way of its log. */
export class ChatMetrics {
  readonly #serviceName: string;
  readonly #writeLine: (line: string) => void;

  /** @param writeLine Takes a line of the log, without its end. */
  constructor(serviceName: string, writeLine: (line: string) => void) {
    this.#serviceName = serviceName;
    this.#writeLine = writeLine;
  }

  /** Publishes how many streams there are, now and every `chatMetrics.periodSeconds`, until the function returned is called. */
  watch(streams: OpenStreams): () => void {
    const publish = () => this.#publish([count(names.concurrentStreams, streams.count)]);
    publish();
    const timer = setInterval(publish, chatMetrics.periodSeconds * 1000);
    return () => clearInterval(timer);
  }

  /** Publishes what one chat was like, once it is over. An error counts as 0 where there is none, so that a rate can be drawn. */
  publishChat(measures: ChatMeasures): void {
    this.#publish([
      ...measured(names.timeToFirstToken, "Milliseconds", measures.timeToFirstTokenMilliseconds),
      ...measured(names.interTokenGap, "Milliseconds", measures.interTokenGapMilliseconds),
      ...measured(names.tokensOut, "Count", measures.tokensOut),
      count(names.errors, measures.hasFailed ? 1 : 0),
    ]);
  }

  #publish(values: readonly MetricValue[]): void {
    const { namespace, dimension } = chatMetrics;
    const series = { namespace, dimension, dimensionValue: this.#serviceName };
    this.#writeLine(embeddedMetrics(series, values, Date.now()));
  }
}

function count(name: string, value: number): MetricValue {
  return { name, unit: "Count", value };
}

function measured(name: string, unit: MetricUnit, value: number | undefined): MetricValue[] {
  return value === undefined ? [] : [{ name, unit, value }];
}
