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

const UNIT_MS: Record<string, number> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
export const SPAN_MS_MIN = 1000;
export const SPAN_MS_MAX = 366 * 86_400_000;

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
