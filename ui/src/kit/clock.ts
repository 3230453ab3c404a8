// The server's clock as the browser knows it. Relative times and ranges are told by it, so that a
// laptop with a wrong clock does not show "in 3 minutes". The demonstration's runs many times as fast
// as the browser's.
import { useEffect, useState } from "react";

interface Reading {
  server: number; // ms
  browser: number; // ms
}

const APART_MS_MIN = 1000; // between two readings that tell how fast it runs
const RATE_ERROR = 0.2; // what the network makes of it

let last: Reading = { server: 0, browser: 0 };
let rate = 1; // ms of the server in one of the browser
let measured = 1; // by the last two readings

const WAIT_MS_MAX = 2000;
let tellKnown = () => {};
// Settles when the server's time is known, or is not told soon. What asks for "the last hour" waits
// for it, so that it asks for the right one.
export const clockKnown = new Promise<void>((resolve) => {
  tellKnown = resolve;
  setTimeout(resolve, WAIT_MS_MAX);
});

const about = (a: number, b: number) => Math.abs(a - b) <= RATE_ERROR * b;

// Twice the same: a clock that was set, or an answer that came late, is no speed.
function measure(reading: Reading): void {
  const seen = (reading.server - last.server) / (reading.browser - last.browser);
  if (about(seen, measured)) rate = about(seen, 1) ? 1 : seen;
  measured = seen;
}

let known = false;
const listeners = new Set<(atOnce: boolean) => void>();

// `told` came with an answer that was read at `receivedAt`.
export function setServerNow(told: string, receivedAt = Date.now()): void {
  const server = Date.parse(told);
  if (Number.isNaN(server)) return;
  const near = receivedAt - last.browser < APART_MS_MIN;
  if (known && near && Math.abs(server - serverNow(receivedAt)) < APART_MS_MIN * rate) return;
  // Less than a second is the network, not the clock.
  const own = rate === 1 && Math.abs(server - receivedAt) < 1000;
  const reading = { server: own ? receivedAt : server, browser: receivedAt };
  if (known && !near) measure({ server, browser: receivedAt });
  last = reading;
  // The page has gone by a wrong clock until now.
  if (!known && !own) for (const listener of listeners) listener(true);
  known = true;
  tellKnown();
}

export const serverNow = (browser = Date.now()) => last.server + (browser - last.browser) * rate;

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
