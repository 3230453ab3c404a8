// Numbers and times as people read them. Pure: zone and "now" are arguments.

export type Zone = "utc" | "local";

// Made once: to make one costs a hundred times what a use of it does.
function momentFormat(timeZone: string | undefined) {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone,
    year: "numeric",
    month: "short",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
    timeZoneName: "short",
  });
}
const FORMATS: Record<Zone, Intl.DateTimeFormat> = {
  utc: momentFormat("UTC"),
  local: momentFormat(undefined),
};

function parts(ms: number, zone: Zone): Record<string, string> {
  const result: Record<string, string> = {};
  for (const { type, value } of FORMATS[zone].formatToParts(ms)) result[type] = value;
  return result;
}

// "02:11:07", with the day in front when it is not today: "20 Nov 02:11:07".
export function formatClock(ms: number, zone: Zone, now: number, seconds = true): string {
  const p = parts(ms, zone);
  const today = parts(now, zone);
  const time = `${p.hour}:${p.minute}${seconds ? `:${p.second}` : ""}`;
  if (p.year !== today.year) return `${p.day} ${p.month} ${p.year} ${time}`;
  if (p.month !== today.month || p.day !== today.day) return `${p.day} ${p.month} ${time}`;
  return time;
}

// The same with milliseconds: "02:11:07.250".
export function formatFine(ms: number, zone: Zone, now: number): string {
  return `${formatClock(ms, zone, now)}.${String(ms % 1000).padStart(3, "0")}`;
}

const DAY_MS = 86_400_000;

// Times that a sentence of the server's tells, "since 08:28 UTC", as the page tells them. `near`: a
// moment less than half a day away from them.
export function inZone(text: string, zone: Zone, near: number): string {
  if (zone === "utc" || Number.isNaN(near)) return text;
  return text.replace(
    /\b([01]\d|2[0-3]):([0-5]\d)(:[0-5]\d)? UTC\b/g,
    (_, hours, minutes, seconds = "") => {
      const inDay =
        (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds.slice(1)) * 1000;
      const day = Math.round((near - inDay) / DAY_MS) * DAY_MS;
      return formatClock(day + inDay, zone, near, seconds !== "");
    },
  );
}

// The whole moment in one zone: "21 Nov 2026, 02:11:07 UTC".
export function formatMoment(ms: number, zone: Zone): string {
  const p = parts(ms, zone);
  return `${p.day} ${p.month} ${p.year}, ${p.hour}:${p.minute}:${p.second} ${p.timeZoneName}`;
}

// Both zones, for tooltips.
export function formatBothZones(ms: number): string {
  return `${formatMoment(ms, "utc")} / local ${formatMoment(ms, "local")}`;
}

// "7 s", "12 min", "3 h 05 min", "2 d 4 h".
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

// A running clock: "0:07", "12:40", "3:05:09".
export function formatStopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const pad = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = pad(seconds % 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${rest}` : `${minutes}:${rest}`;
}

// `ahead`: it may lie ahead. Else a clock that differs does not put what has happened there.
export function formatAgo(ms: number, now: number, ahead = false): string {
  const age = ahead ? now - ms : Math.max(0, now - ms);
  if (age < -2000) return `in ${formatDuration(-age)}`;
  return age < 5000 ? "just now" : `${formatDuration(age)} ago`;
}

// Four significant digits, thousands grouped; never "1e+21" for a person.
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) {
    if (Number.isNaN(value)) return "no value";
    return value > 0 ? "infinite" : "minus infinite";
  }
  const size = Math.abs(value);
  if (size >= 1e15 || (size !== 0 && size < 1e-4)) {
    return value.toExponential(2).replace("e+", "e");
  }
  if (size >= 1000) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(4)));
}

// "120 to 180", "at most 0.5", "at least 3"; empty when nothing is expected.
export function formatExpected(low: number | null, high: number | null, unit?: string): string {
  const value = (limit: number) => formatValue(limit, unit);
  if (low !== null && high !== null) return `${value(low)} to ${value(high)}`;
  if (high !== null) return `at most ${value(high)}`;
  return low === null ? "" : `at least ${value(low)}`;
}

// name{a="x", b="y"}; the name alone when there are no labels.
export function formatLabels(labels: Record<string, string>): string {
  const { __name__: name = "", ...rest } = labels;
  const inner = Object.entries(rest)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(", ");
  return inner ? `${name}{${inner}}` : name;
}

export const plural = (count: number, noun: string, many = `${noun}s`) =>
  `${count.toLocaleString("en-US")} ${count === 1 ? noun : many}`;

function scaled(size: number, base: number, units: string[]): string {
  let value = size;
  let unit = 0;
  while (Math.abs(value) >= base && unit < units.length - 1) {
    value /= base;
    unit += 1;
  }
  return `${Number(value.toPrecision(3))} ${units[unit]}`;
}

// "512 B", "3.2 kB", "1.4 GB": decimal, as disks are sold.
export const formatBytes = (bytes: number) =>
  scaled(bytes, 1000, ["B", "kB", "MB", "GB", "TB", "PB"]);

// "387 MiB": what is measured in bytes, as the server's sentences and Kubernetes' limits have it.
const formatBinary = (bytes: number) =>
  scaled(bytes, 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]);

// How long something took: "850 µs", "12.3 ms", "4.2 s".
export function formatTook(ms: number): string {
  if (ms < 1) return `${Number((ms * 1000).toPrecision(3))} µs`;
  if (ms < 1000) return `${Number(ms.toPrecision(3))} ms`;
  return ms < 60_000 ? `${Number((ms / 1000).toPrecision(3))} s` : formatDuration(ms);
}

// How a value is written; what is not known is a plain number.
const UNITS: Record<string, (value: number) => string> = {
  seconds: (value) => formatSigned(value * 1000, formatSpan),
  milliseconds: (value) => formatSigned(value, formatSpan),
  bytes: formatBinary,
  percent: (value) => `${formatNumber(value * 100)} %`,
  percent100: (value) => `${formatNumber(value)} %`,
};

export const UNIT_NAMES = Object.keys(UNITS);

// The server's words for them, where they differ.
const OF_SERVER: Record<string, string> = {
  s: "seconds",
  ms: "milliseconds",
  B: "bytes",
  ratio: "percent",
  percent: "percent100",
};

// A unit as the server says it: "s", "B/s", "messages"; "1" and null are plain numbers.
export const unitOfServer = (unit: string | null): string | undefined =>
  unit === null || unit === "1" ? undefined : (OF_SERVER[unit] ?? unit);

const METRIC = "([a-zA-Z_:][\\w:]*)\\s*(?:\\{[^{}]*\\})?";
const BY = "(?:\\s*(?:by|without)\\s*\\([^)]*\\)\\s*)?";
const RATE = `i?rate\\s*\\(\\s*${METRIC}\\s*\\[[^\\]]*\\]\\s*\\)`;
const RATES = new RegExp(
  `^\\s*(?:${RATE}|(?:sum|avg|min|max)${BY}\\s*\\(\\s*${RATE}\\s*\\)${BY})\\s*$`,
);

// Of a query that selects a metric and does nothing else to its values: what the metric's name ends
// in. A rule's quantile keeps the unit of what it is made of. A rate is so much a second; that of
// seconds is a share.
export function unitOfQuery(query: string): string | undefined {
  const [, alone, inner] = RATES.exec(query) ?? [];
  const rated = alone ?? inner;
  if (rated) {
    if (/seconds/.test(rated) && !/_count$/.test(rated)) return undefined;
    return /_bytes(?:_total)?$/.test(rated) ? "B/s" : "1/s";
  }
  const name = /^\s*([a-zA-Z_:][\w:]*)\s*(?:\{[^{}]*\})?\s*$/.exec(query)?.[1];
  return name && /_(seconds|milliseconds|bytes)(?::p\d+(?:_\d+[smhd])?)?$/.exec(name)?.[1];
}

// "1.25 min": near values stay apart, as they must on an axis.
function formatSpan(ms: number): string {
  if (ms < 60_000) return formatTook(ms);
  const [unit, word] = ms < 7_200_000 ? [60_000, "min"] : [3_600_000, "h"];
  return `${Number((ms / Number(unit)).toPrecision(3))} ${word}`;
}

const formatSigned = (value: number, format: (size: number) => string) =>
  value === 0 ? "0" : `${value < 0 ? "−" : ""}${format(Math.abs(value))}`;

// How values of a unit are written that has a way of its own, per second too.
function formatOf(unit = ""): ((value: number) => string) | undefined {
  if (unit in UNITS || !unit.endsWith("/s")) return UNITS[unit];
  const format = UNITS[OF_SERVER[unit.slice(0, -2)] ?? ""];
  return format && ((value) => `${format(value)}/s`);
}

// Any other unit stands behind the number: "120 messages/s", "3.5/s".
export function formatValue(value: number, unit?: string): string {
  if (!unit || !Number.isFinite(value)) return formatNumber(value);
  const format = formatOf(unit);
  if (format) return format(value);
  return formatNumber(value) + (unit.startsWith("1/") ? unit.slice(1) : ` ${unit}`);
}

// On an axis, where there is little room: "1.2 M" for 1,200,000.
export function formatTick(value: number, unit?: string): string {
  if (formatOf(unit)) return formatValue(value, unit);
  if (unit?.startsWith("1/")) return formatTick(value) + unit.slice(1);
  const size = Math.abs(value);
  for (const [from, word] of [
    [1e12, "T"],
    [1e9, "G"],
    [1e6, "M"],
  ] as const) {
    if (size >= from && size < 1e15) return `${Number((value / from).toPrecision(3))} ${word}`;
  }
  return formatNumber(value);
}

// "+50 %", "−3.4 %". Where there was nothing to compare with, a change is not known: "none" would say
// that all stayed as it was.
export function formatChange(change: number | null): string {
  if (change === null) return "not known";
  const percent = Math.abs(change * 100);
  if (percent < 0.05) return "0 %";
  const text = percent >= 10 ? Math.round(percent) : Number(percent.toPrecision(2));
  return `${change < 0 ? "−" : "+"}${text.toLocaleString("en-US")} %`;
}

const PERIOD_MS: Record<string, number> = {
  ...{ ms: 1, s: 1000, m: 60_000, h: 3_600_000 },
  ...{ d: 86_400_000, w: 604_800_000, y: 31_536_000_000 },
};

// "30 days" for "720h", "34 s" for "34s997ms": how configurations write a time.
export function formatPeriod(text: string): string {
  if (!/^(?:\d+(?:ms|[smhdwy]))+$/.test(text)) return text;
  let ms = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) {
    ms += Number(count) * (PERIOD_MS[unit ?? ""] ?? 0);
  }
  const day = 86_400_000;
  if (ms >= day && ms % day === 0) return plural(ms / day, "day");
  return ms > 0 && ms < 1000 ? formatTook(ms) : formatDuration(ms);
}

// "a, b and 194 more" of more than `max`; the last of them is never "1 more".
export function formatNames(names: string[], max: number): string {
  if (names.length <= max) return names.join(", ");
  return `${names.slice(0, max - 1).join(", ")} and ${names.length - max + 1} more`;
}
