// Cuts a text/event-stream into events. fetch is used rather than EventSource because the place to
// resume from outlives the tab that leads, keys travel in headers, and heartbeats are to be seen.

export interface ServerEvent {
  id: string; // the last id seen so far; empty before the first
  event: string;
  data: string;
}

const LINE_CHARS_MAX = 1 << 20;

export class SseParser {
  #rest = "";
  #id = "";
  #event = "";
  #data: string[] = [];

  constructor(private readonly emit: (event: ServerEvent) => void) {}

  // Throws when a line does not end within a sane length.
  push(text: string): void {
    this.#rest += text;
    // A CR at the very end may be half of a CRLF: it waits for the next piece.
    const lines = this.#rest.split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > LINE_CHARS_MAX) throw new Error("a line of the stream is too long");
    for (const line of lines) this.#line(line);
  }

  #line(line: string): void {
    if (line === "") {
      this.#dispatch();
      return;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#event = value;
    else if (field === "id" && !value.includes("\0")) this.#id = value;
  }

  #dispatch(): void {
    if (this.#data.length > 0) {
      this.emit({ id: this.#id, event: this.#event || "message", data: this.#data.join("\n") });
    }
    this.#event = "";
    this.#data = [];
  }
}
