// Ways to another time range: presets, shifts, zooms, pasted text. With the menu, apart from the entry.
import { type Interval, parseRange, SPAN_MS_MAX, SPAN_MS_MIN, type TimeRange } from "./time_range";

export const PRESETS: { label: string; range: TimeRange }[] = [
  { label: "Last 15 minutes", range: { from: "now-15m", to: "now" } },
  { label: "Last hour", range: { from: "now-1h", to: "now" } },
  { label: "Last 6 hours", range: { from: "now-6h", to: "now" } },
  { label: "Last 24 hours", range: { from: "now-24h", to: "now" } },
  { label: "Last 7 days", range: { from: "now-7d", to: "now" } },
];

// Moves by half the span: -1 back, 1 forth.
export function shiftRange({ from, to }: Interval, direction: -1 | 1): Interval {
  const step = ((to - from) / 2) * direction;
  return { from: from + step, to: to + step };
}

// Factor 2 shows twice as much around the same middle.
export function zoomRange({ from, to }: Interval, factor: number): Interval {
  const middle = (from + to) / 2;
  const half = Math.min(Math.max(((to - from) / 2) * factor, SPAN_MS_MIN / 2), SPAN_MS_MAX / 2);
  return { from: Math.round(middle - half), to: Math.round(middle + half) };
}

// From pasted text: "A to B", or an address with from= and to=.
export function parsePasted(text: string): TimeRange | null {
  const address = /[?&]from=([^&#]+)&to=([^&#]+)/.exec(text);
  const words = /^\s*(\S.*?)\s+to\s+(\S.*?)\s*$/.exec(text);
  const pair = address ?? words;
  if (!pair?.[1] || !pair[2]) return null;
  try {
    const range = address
      ? { from: decodeURIComponent(pair[1]), to: decodeURIComponent(pair[2]) }
      : { from: pair[1], to: pair[2] };
    return parseRange(range, Date.now()) ? range : null;
  } catch {
    return null; // a broken percent escape
  }
}
