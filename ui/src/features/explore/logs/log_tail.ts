// New log lines as they come. One request of its own for as long as the page tails; lines are shown
// together a few times a second, and only the newest are kept.
import { useEffect, useState } from "react";
import { toApiError } from "../../../api/client";
import type { Log } from "../../../api/types";
import { type ServerEvent, SseParser } from "../../../live/sse_parser";

const LINES_MAX = 500;
const SHOW_EVERY_MS = 300;
const RETRY_MS = 3000;

export interface Tail {
  lines: Log[]; // newest first
  dropped: number; // by the server, because there were too many
  error: Error | null;
  open: boolean;
}

const CLOSED: Tail = { lines: [], dropped: 0, error: null, open: false };

// The tail after some events. Pure.
export function takeEvents(tail: Tail, events: ServerEvent[]): Tail {
  const fresh: Log[] = [];
  let { dropped } = tail;
  for (const { event, data } of events) {
    try {
      const value = JSON.parse(data);
      if (event === "log" && typeof value?.id === "string") fresh.push(value);
      if (event === "dropped") dropped += Number(value?.lines) || 0;
    } catch {
      // Not JSON: of a later version.
    }
  }
  return { ...tail, dropped, lines: [...fresh.reverse(), ...tail.lines].slice(0, LINES_MAX) };
}

async function read(
  query: string,
  signal: AbortSignal,
  onOpen: () => void,
  onText: (t: string) => void,
) {
  const path = `/api/v1/logs/tail?${new URLSearchParams({ query })}`;
  const response = await fetch(path, { signal, cache: "no-store" });
  if (!response.ok || !response.body) {
    throw toApiError(response.status, await response.json().catch(() => null));
  }
  onOpen();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onText(value);
  }
}

export function useLogTail(query: string, on: boolean): Tail {
  const [tail, setTail] = useState(CLOSED);
  useEffect(() => {
    setTail(CLOSED);
    if (!on) return;
    const stop = new AbortController();
    let waiting: ServerEvent[] = [];
    const parser = new SseParser((event) => waiting.push(event));
    const timer = setInterval(() => {
      if (waiting.length === 0 || document.hidden) return;
      const events = waiting;
      waiting = [];
      setTail((have) => takeEvents(have, events));
    }, SHOW_EVERY_MS);
    let retry: ReturnType<typeof setTimeout>;
    const follow = async () => {
      const opened = () => setTail((have) => ({ ...have, open: true, error: null }));
      let error: Error | null = null;
      try {
        await read(query, stop.signal, opened, (text) => parser.push(text));
      } catch (cause) {
        error = cause instanceof Error ? cause : new Error("The tail broke off.");
      }
      if (stop.signal.aborted) return;
      setTail((have) => ({ ...have, open: false, error }));
      retry = setTimeout(() => void follow(), RETRY_MS);
    };
    void follow();
    return () => {
      stop.abort();
      clearInterval(timer);
      clearTimeout(retry);
    };
  }, [query, on]);
  return tail;
}
