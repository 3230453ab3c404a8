// One stream per browser. HTTP/1.1 allows six connections per origin: with a stream in every tab
// the seventh tab would hang. The tab that holds a Web Lock reads the stream and relays each event
// over a BroadcastChannel; when it goes, another takes the lock and resumes where the first was.
import { toApiError } from "../api/client";
import { type ServerEvent, SseParser } from "./sse_parser";

const LOCK = "vedette.stream";
const CHANNEL = "vedette.stream";
const PATH = "/api/v1/stream?topics=incidents,anomalies,status";
const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 15_000;
// Two heartbeats and a little: a connection that is silent for longer is dead.
const SILENCE_MS_MAX = 35_000;

export type StreamSignal =
  | { type: "event"; event: ServerEvent }
  | { type: "heard" } // bytes came, perhaps only a heartbeat
  | { type: "open"; resumed: boolean }
  | { type: "lost" }
  | { type: "hello" }; // a new tab asks the leader for the state of the link

export class BrowserStream {
  readonly #channel = new BroadcastChannel(CHANNEL);
  readonly #stop = new AbortController();
  #lastId = "";
  #open = false;
  #leads = false;

  constructor(private readonly onSignal: (signal: StreamSignal) => void) {
    this.#channel.onmessage = ({ data }: MessageEvent<StreamSignal>) => this.#relayed(data);
    this.#channel.postMessage({ type: "hello" } satisfies StreamSignal);
    if ("locks" in navigator) {
      navigator.locks
        .request(LOCK, { signal: this.#stop.signal }, () => this.#lead())
        .catch(() => {}); // aborted: the page is going
    } else {
      // Web Locks need a secure context (HTTPS or loopback). Without them each tab has its own.
      void this.#lead();
    }
  }

  stop(): void {
    this.#stop.abort();
    this.#channel.close();
  }

  #relayed(signal: StreamSignal): void {
    if (signal.type === "hello") {
      if (this.#leads && this.#open) this.#channel.postMessage({ type: "heard" });
      return;
    }
    if (!this.#leads) this.#take(signal);
  }

  #take(signal: StreamSignal): void {
    if (signal.type === "event" && signal.event.id) this.#lastId = signal.event.id;
    this.onSignal(signal);
  }

  #tell(signal: StreamSignal): void {
    if (this.#stop.signal.aborted) return;
    this.#take(signal);
    if ("locks" in navigator) this.#channel.postMessage(signal);
  }

  async #lead(): Promise<void> {
    this.#leads = true;
    let retryMs = RETRY_MS_MIN;
    while (!this.#stop.signal.aborted) {
      const openedAt = Date.now();
      try {
        await this.#read();
      } catch {
        // Told below; the reason is of no use to a person: the words say "Reconnecting".
      }
      this.#open = false;
      this.#tell({ type: "lost" });
      // A stream that lived for a while earns a quick return.
      retryMs = Date.now() - openedAt > 10_000 ? RETRY_MS_MIN : Math.min(retryMs * 2, RETRY_MS_MAX);
      await this.#sleep(retryMs * (0.75 + Math.random() / 2));
    }
  }

  async #read(): Promise<void> {
    const attempt = new AbortController();
    const signal = AbortSignal.any([attempt.signal, this.#stop.signal]);
    let watchdog = setTimeout(() => attempt.abort(), SILENCE_MS_MAX);
    try {
      const resumed = this.#lastId !== "";
      const headers: HeadersInit = resumed ? { "Last-Event-ID": this.#lastId } : {};
      const response = await fetch(PATH, { headers, signal, cache: "no-store" });
      if (!response.ok || !response.body) {
        throw toApiError(response.status, await response.json().catch(() => null));
      }
      this.#open = true;
      this.#tell({ type: "open", resumed });
      const parser = new SseParser((event) => this.#tell({ type: "event", event }));
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(watchdog);
        watchdog = setTimeout(() => attempt.abort(), SILENCE_MS_MAX);
        this.#tell({ type: "heard" });
        parser.push(value);
      }
    } finally {
      clearTimeout(watchdog);
      attempt.abort();
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#stop.signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
