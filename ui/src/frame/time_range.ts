// The time range of a page. In the address it is two words, `from` and `to`, each relative
// ("now-1h") or absolute (RFC 3339). Copied links are absolute: they show the same tomorrow.

export interface TimeRange {
  from: string;
  to: string;
}

export interface Interval {
  from: number; // ms
  to: number;
}

export const DEFAULT_RANGE: TimeRange = { from: "now-1h", to: "now" };

export const PRESETS: { label: string; range: TimeRange }[] = [
  { label: "Last 15 minutes", range: { from: "now-15m", to: "now" } },
  { label: "Last hour", range: { from: "now-1h", to: "now" } },
  { label: "Last 6 hours", range: { from: "now-6h", to: "now" } },
  { label: "Last 24 hours", range: { from: "now-24h", to: "now" } },
  { label: "Last 7 days", range: { from: "now-7d", to: "now" } },
];

const UNIT_MS: Record<string, number> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const SPAN_MS_MIN = 1000;
const SPAN_MS_MAX = 366 * 86_400_000;

// The moment that a word means, or null when it means none.
export function parseMoment(word: string, now: number): number | null {
  const relative = /^now(?:-(\d{1,6})([smhdw]))?$/.exec(word.trim());
  if (relative) {
    const [, count, unit] = relative;
    return count && unit ? now - Number(count) * (UNIT_MS[unit] ?? 0) : now;
  }
  if (!/^\d{4}-\d{2}-\d{2}/.test(word.trim())) return null;
  const text = word.trim().replace(" ", "T");
  // A time without a zone is read as UTC, whatever the browser's zone: links travel.
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text) || !text.includes("T") ? text : `${text}Z`;
  const ms = Date.parse(zoned);
  return Number.isNaN(ms) ? null : ms;
}

export function parseRange(range: TimeRange, now: number): Interval | null {
  const from = parseMoment(range.from, now);
  const to = parseMoment(range.to, now);
  if (from === null || to === null || to - from < SPAN_MS_MIN || to - from > SPAN_MS_MAX) {
    return null;
  }
  return { from, to };
}

export const isRelative = (range: TimeRange) => range.to === "now";

export function toAbsolute(interval: Interval): TimeRange {
  return {
    from: new Date(interval.from).toISOString(),
    to: new Date(interval.to).toISOString(),
  };
}

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

// A round step that gives at most `points` points.
export function stepSeconds({ from, to }: Interval, points = 300): number {
  const raw = (to - from) / 1000 / points;
  const round = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200];
  return round.find((step) => step >= raw) ?? Math.ceil(raw / 86_400) * 86_400;
}

export interface StepWindow {
  start: number; // ms
  end: number;
  step: number; // seconds
}

// Ends on whole steps: a window that moves by milliseconds would be another query each second.
export function toSteps(interval: Interval, step = 0): StepWindow {
  const seconds = step || stepSeconds(interval);
  const ms = seconds * 1000;
  const end = Math.floor(interval.to / ms) * ms;
  return {
    start: Math.min(Math.floor(interval.from / ms) * ms, end - ms),
    end,
    step: seconds,
  };
}
