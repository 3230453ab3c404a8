import { expect, test } from "vitest";
import { parsePasted, shiftRange, zoomRange } from "./time_moves";
import { parseMoment, parseRange, stepSeconds, toAbsolute, toSteps } from "./time_range";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const HOUR = 3_600_000;

test.each([
  ["now", NOW],
  ["now-90m", NOW - 1.5 * HOUR],
  [" now-7d ", NOW - 168 * HOUR],
  ["2026-11-21T10:00:00Z", NOW - 2 * HOUR],
  ["2026-11-21T11:00:00+01:00", NOW - 2 * HOUR],
  ["2026-11-21 10:00", NOW - 2 * HOUR],
  ["2026-11-21", NOW - 12 * HOUR],
])("%s is a moment, in UTC unless it says otherwise", (word, ms) =>
  expect(parseMoment(word, NOW)).toBe(ms),
);

test.each(["", "yesterday", "now+1h", "now-1", "now-1y", "now-99999999h", "2026-13-45", "1"])(
  "%j is no moment",
  (word) => expect(parseMoment(word, NOW)).toBeNull(),
);

test("a range runs forwards, for at least a second and at most a year and a day", () => {
  expect(parseRange({ from: "now-1h", to: "now" }, NOW)).toEqual({ from: NOW - HOUR, to: NOW });
  expect(parseRange({ from: "now", to: "now-1h" }, NOW)).toBeNull();
  expect(parseRange({ from: "now", to: "now" }, NOW)).toBeNull();
  expect(parseRange({ from: "now-400d", to: "now" }, NOW)).toBeNull();
});

test("a range made absolute means the same interval", () => {
  const range = toAbsolute({ from: NOW - HOUR, to: NOW });
  expect(range).toEqual({ from: "2026-11-21T11:00:00.000Z", to: "2026-11-21T12:00:00.000Z" });
  expect(parseRange(range, 0)).toEqual({ from: NOW - HOUR, to: NOW });
});

test("a shift moves by half the span, and back again", () => {
  const interval = { from: NOW - HOUR, to: NOW };
  expect(shiftRange(interval, -1)).toEqual({ from: NOW - 1.5 * HOUR, to: NOW - HOUR / 2 });
  expect(shiftRange(shiftRange(interval, -1), 1)).toEqual(interval);
});

test("a zoom keeps the middle and stays within what is allowed", () => {
  const interval = { from: NOW - HOUR, to: NOW };
  expect(zoomRange(interval, 2)).toEqual({ from: NOW - 1.5 * HOUR, to: NOW + HOUR / 2 });
  const tiny = zoomRange(interval, 1e-9);
  expect(tiny.to - tiny.from).toBe(1000);
  const huge = zoomRange(interval, 1e9);
  expect(parseRange(toAbsolute(huge), NOW)).not.toBeNull();
});

test("a range is pasted as words or as a part of an address", () => {
  const from = "2026-11-21T11:00:00Z";
  const to = "2026-11-21T12:00:00Z";
  expect(parsePasted(`${from} to ${to}`)).toEqual({ from, to });
  const address = `http://x/?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}#a`;
  expect(parsePasted(address)).toEqual({ from, to });
  expect(parsePasted("http://x/?from=%E0%A4%A&to=now")).toBeNull();
  expect(parsePasted("lunch to dinner")).toBeNull();
});

test("a step is round and gives no more points than asked", () => {
  expect(stepSeconds({ from: NOW - HOUR, to: NOW }, 300)).toBe(15);
  for (const hours of [0.01, 1, 7, 24, 168, 8000]) {
    const step = stepSeconds({ from: NOW - hours * HOUR, to: NOW }, 300);
    expect((hours * 3600) / step).toBeLessThanOrEqual(300);
  }
});

test("a window ends on whole steps, so that it is the same query for a while", () => {
  const window = toSteps({ from: NOW - HOUR + 7, to: NOW + 8999 });
  expect(window).toEqual({ start: NOW - HOUR, end: NOW, step: 15 });
  expect(toSteps({ from: NOW - HOUR, to: NOW }, 60).step).toBe(60);
});
