import { expect, test } from "vitest";
import {
  formatAgo,
  formatBothZones,
  formatChange,
  formatClock,
  formatDuration,
  formatExpected,
  formatLabels,
  formatNames,
  formatNumber,
  formatPeriod,
  formatStopwatch,
  formatTick,
  formatValue,
  inZone,
  plural,
  unitOfQuery,
  unitOfServer,
} from "./format";

const NOON = Date.parse("2026-11-21T12:00:00Z");
const MINUTE = 60_000;

test("a time of today has no date, another day has one, another year has the year", () => {
  expect(formatClock(NOON - MINUTE, "utc", NOON)).toBe("11:59:00");
  expect(formatClock(NOON - 13 * 60 * MINUTE, "utc", NOON)).toBe("20 Nov 23:00:00");
  expect(formatClock(Date.parse("2025-01-02T03:04:05Z"), "utc", NOON)).toBe("02 Jan 2025 03:04:05");
  expect(formatClock(NOON, "utc", NOON, false)).toBe("12:00");
});

test("a tooltip tells both zones", () => {
  expect(formatBothZones(NOON)).toMatch(/^21 Nov 2026, 12:00:00 UTC \/ local .+/);
});

test.each([
  [-5, "0 s"],
  [7_000, "7 s"],
  [12 * MINUTE, "12 min"],
  [185 * MINUTE, "3 h 05 min"],
  [52 * 60 * MINUTE, "2 d 4 h"],
])("a duration of %d ms is %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

test("a stopwatch shows hours only when there are some", () => {
  expect(formatStopwatch(7_000)).toBe("0:07");
  expect(formatStopwatch(760_000)).toBe("12:40");
  expect(formatStopwatch(11_109_000)).toBe("3:05:09");
});

test("an age below the clock's error is just now, and the future is told as such", () => {
  expect(formatAgo(NOON - 1000, NOON)).toBe("just now");
  expect(formatAgo(NOON - MINUTE, NOON)).toBe("1 min ago");
  expect(formatAgo(NOON + MINUTE, NOON)).toBe("just now");
  expect(formatAgo(NOON + MINUTE, NOON, true)).toBe("in 1 min");
});

test.each([
  [0, "0"],
  [0.08412345, "0.08412"],
  [12.3456, "12.35"],
  [1830.4, "1,830"],
  [-1234567, "-1,234,567"],
  [1e21, "1.00e21"],
  [1e-9, "1.00e-9"],
  [Number.NaN, "no value"],
  [Number.POSITIVE_INFINITY, "infinite"],
  [Number.NEGATIVE_INFINITY, "minus infinite"],
])("the number %d is written %s", (value, text) => expect(formatNumber(value)).toBe(text));

test("an expected range may be open at either end", () => {
  expect(formatExpected(120, 180)).toBe("120 to 180");
  expect(formatExpected(null, 0.5)).toBe("at most 0.5");
  expect(formatExpected(3, null)).toBe("at least 3");
  expect(formatExpected(null, null)).toBe("");
});

test("labels are written as PromQL writes them, sorted and quoted", () => {
  expect(formatLabels({ __name__: "up", job: 'a"b', app: "x" })).toBe('up{app="x", job="a\\"b"}');
  expect(formatLabels({ __name__: "up" })).toBe("up");
});

test("one is singular", () => {
  expect(plural(1, "incident")).toBe("1 incident");
  expect(plural(0, "anomaly", "anomalies")).toBe("0 anomalies");
  expect(plural(1200, "incident")).toBe("1,200 incidents");
});

test("values are written in their unit, and a unit of no own way behind the number", () => {
  expect(formatValue(0.0123, "percent")).toBe("1.23 %");
  expect(formatValue(0.25, "seconds")).toBe("250 ms");
  expect(formatValue(75, "seconds")).toBe("1.25 min");
  expect(formatValue(-0.25, "seconds")).toBe("−250 ms");
  expect(formatValue(216_837_237, "bytes")).toBe("207 MiB");
  expect(formatValue(12, "furlongs")).toBe("12 furlongs");
  expect(formatTick(216_837_237)).toBe("217 M");
  expect(formatTick(0.5, "percent")).toBe("50 %");
});

test.each([
  [0.5, "+50 %"],
  [-0.034, "−3.4 %"],
  [12, "+1,200 %"],
  [0.000003861, "0 %"],
  [null, "not known"],
])("a change of %s is %s", (change, text) => expect(formatChange(change)).toBe(text));

test.each([
  ["720h", "30 days"],
  ["24h", "1 day"],
  ["46m", "46 min"],
  ["34s997ms", "34 s"],
  ["25h", "25 h 00 min"],
  ["250ms", "250 ms"],
  ["0s", "0 s"],
  ["mon-fri", "mon-fri"],
])("the period %s is written %s", (text, words) => expect(formatPeriod(text)).toBe(words));

test.each([
  ["s", 0.12, "120 ms"],
  ["ms", 940, "940 ms"],
  ["B/s", 1_572_864, "1.5 MiB/s"],
  ["1/s", 33.3, "33.3/s"],
  ["1/min", 84, "84/min"],
  ["messages/s", 120, "120 messages/s"],
  ["percent", 91, "91 %"],
  ["ratio", 0.0202, "2.02 %"],
  ["ratio", Number.NaN, "no value"],
  ["1", 4, "4"],
  [null, 4, "4"],
])("of the server's unit %s, %s is %s", (unit, value, text) =>
  expect(formatValue(value, unitOfServer(unit))).toBe(text),
);

test("of many names some are told, and how many more there are", () => {
  expect(formatNames(["a", "b", "c"], 3)).toBe("a, b, c");
  expect(formatNames(["a", "b", "c", "d"], 3)).toBe("a, b and 2 more");
});

test.each([
  ["process_resident_memory_bytes", "bytes"],
  [' latency_seconds{service="order"} ', "seconds"],
  ["rate(latency_seconds[5m])", undefined],
  ["cpu_seconds_total", undefined],
  ["up", undefined],
  ["rate(http_requests_total[5m])", "1/s"],
  ['sum by (service) (rate(http_requests_total{job="x"}[5m]))', "1/s"],
  ["sum(rate(sent_bytes_total[1m])) by (host)", "B/s"],
  ["rate(http_request_duration_seconds_sum[5m])", undefined],
  ["rate(http_request_duration_seconds_count[5m])", "1/s"],
  ["rate(a[5m]) / rate(b[5m])", undefined],
])("the values of %s are in %s", (query, unit) => expect(unitOfQuery(query)).toBe(unit));

test("an axis of rates says so", () => {
  expect(formatTick(67.1, "1/s")).toBe("67.1/s");
  expect(formatTick(1_200_000, "1/s")).toBe("1.2 M/s");
});

test("times within a sentence are told in the page's zone, of the day that is nearest", () => {
  const near = Date.parse("2026-11-21T00:10:00Z");
  const local = (at: string, seconds = false) =>
    formatClock(Date.parse(at), "local", near, seconds);
  const text = "is 4, since 23:58 UTC, worst at 00:09:30 UTC, 100:00 UTC";
  expect(inZone(text, "utc", near)).toBe(text);
  expect(inZone(text, "local", near)).toBe(
    `is 4, since ${local("2026-11-20T23:58:00Z")}, worst at ${local("2026-11-21T00:09:30Z", true)}, 100:00 UTC`,
  );
});
