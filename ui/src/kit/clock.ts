// The server's clock as the browser knows it. Relative times and ranges are told by it, so that a
// laptop with a wrong clock does not show "in 3 minutes".
import { useEffect, useState } from "react";

let offsetMs = 0;

// `serverNow` came with an answer that was asked for at `sentAt` and read at `receivedAt`.
export function setServerNow(serverNow: string, receivedAt = Date.now()): void {
  const server = Date.parse(serverNow);
  if (Number.isNaN(server)) return;
  const offset = server - receivedAt;
  // Less than a second is the network, not the clock.
  offsetMs = Math.abs(offset) < 1000 ? 0 : offset;
}

export const serverNow = () => Date.now() + offsetMs;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

// The server's time in ms, anew every `everyMs` (a multiple of 1 s) while the component lives. One
// timer serves the page.
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    let ticks = 0;
    const tick = () => {
      ticks += 1000;
      if (ticks % everyMs === 0) setNow(serverNow());
    };
    listeners.add(tick);
    timer ??= setInterval(() => {
      if (!document.hidden) for (const listener of listeners) listener();
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
