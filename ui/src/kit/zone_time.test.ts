import { expect, test } from "vitest";
import { dayStart, fromField, toField, weekStart } from "./zone_time";

const at = (text: string) => Date.parse(text);

test("a day begins at midnight, a week on Monday", () => {
  expect(dayStart(at("2026-11-21T20:10:00Z"), "utc")).toBe(at("2026-11-21T00:00:00Z"));
  expect(dayStart(at("2026-11-30T20:10:00Z"), "utc", 1)).toBe(at("2026-12-01T00:00:00Z"));
  expect(weekStart(at("2026-11-21T20:10:00Z"), "utc")).toBe(at("2026-11-16T00:00:00Z"));
  expect(weekStart(at("2026-11-16T00:00:00Z"), "utc")).toBe(at("2026-11-16T00:00:00Z"));
  expect(weekStart(at("2026-11-22T23:59:00Z"), "utc")).toBe(at("2026-11-16T00:00:00Z"));
});

test("local midnight is the browser's, over a change of the clocks too", () => {
  const noon = new Date(2026, 9, 25, 12).getTime();
  expect(new Date(dayStart(noon, "local")).getHours()).toBe(0);
  expect(new Date(dayStart(noon, "local", 1)).getDate()).toBe(26);
  expect(new Date(weekStart(noon, "local")).getDay()).toBe(1);
});

test.each(["utc", "local"] as const)("what a field of %s shows is what is read back", (zone) => {
  const ms = at("2026-11-21T20:10:00Z");
  expect(fromField(toField(ms, zone), zone)).toBe(ms);
  expect(toField(at("2026-01-05T03:04:05Z"), "utc")).toBe("2026-01-05T03:04");
  expect(fromField("", zone)).toBeNaN();
});
