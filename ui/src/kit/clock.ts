// The server's clock as the browser knows it. Relative times and ranges are told by it, so that a
// laptop with a wrong clock does not show "in 3 minutes".
import { useEffect, useState } from "react";

let offsetMs = 0;

const WAIT_MS_MAX = 2000;
let tellKnown = () => {};
// Settles when the server's time is known, or is not told soon. What asks for "the last hour" waits
// for it, so that it asks for the right one.
export const clockKnown = new Promise<void>((resolve) => {
  tellKnown = resolve;
  setTimeout(resolve, WAIT_MS_MAX);
});

let known = false;
const listeners = new Set<(atOnce: boolean) => void>();

// `serverNow` came with an answer that was read at `receivedAt`.
export function setServerNow(serverNow: string, receivedAt = Date.now()): void {
  const server = Date.parse(serverNow);
  if (Number.isNaN(server)) return;
  const offset = server - receivedAt;
  // Less than a second is the network, not the clock.
  offsetMs = Math.abs(offset) < 1000 ? 0 : offset;
  // The page has gone by a wrong clock until now.
  if (!known && offsetMs !== 0) for (const listener of listeners) listener(true);
  known = true;
  tellKnown();
}

export const serverNow = () => Date.now() + offsetMs;

let timer: ReturnType<typeof setInterval> | undefined;

// The server's time in ms, anew every `everyMs` (a multiple of 1 s) while the component lives. One
// timer serves the page.
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    let ticks = 0;
    const tick = (atOnce: boolean) => {
      if (!atOnce) ticks += 1000;
      if (atOnce || ticks % everyMs === 0) setNow(serverNow());
    };
    listeners.add(tick);
    timer ??= setInterval(() => {
      if (!document.hidden) for (const listener of listeners) listener(false);
    }, 1000);
    return () => {
      listeners.delete(tick);
      if (listeners.size === 0) {
        clearInterval(timer);
        timer = undefined;
      }
    };
  }, [everyMs]);
  return now;
}
