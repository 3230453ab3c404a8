import { expect, test } from "vitest";
import { barsOf, isOverride, placeIn, sharesOf, weeksFrom } from "./calendar";

const at = (text: string) => Date.parse(text);
const MONDAY = at("2026-11-16T00:00:00Z");
const duty = (user: string, from: string, until: string, cause = "layer weeks") => ({
  user,
  full_name: "",
  from,
  until,
  cause,
});

test("weeks follow each other from Monday to Sunday", () => {
  const weeks = weeksFrom(MONDAY, 2, "utc");
  expect(weeks).toHaveLength(2);
  expect(weeks[1]?.start).toBe(at("2026-11-23T00:00:00Z"));
  expect(weeks[0]?.days).toHaveLength(8);
});

test("a moment lies where its day and hour are", () => {
  const [week] = weeksFrom(MONDAY, 1, "utc");
  if (!week) throw new Error("no week");
  expect(placeIn(week, MONDAY)).toBe(0);
  expect(placeIn(week, at("2026-11-17T12:00:00Z"))).toBeCloseTo(150 / 7);
  expect(placeIn(week, at("2026-11-01T00:00:00Z"))).toBe(0);
  expect(placeIn(week, at("2026-12-01T00:00:00Z"))).toBe(100);
});

test("a duty over a weekend is a bar in both weeks, a gap is a bar of nobody", () => {
  const weeks = weeksFrom(MONDAY, 2, "utc");
  const list = {
    shifts: [duty("ann", "2026-11-21T00:00:00Z", "2026-11-24T12:00:00Z")],
    gaps: [{ from: "2026-11-24T12:00:00Z", until: "2026-11-25T00:00:00Z" }],
  };
  const [first, second] = weeks.map((week) => barsOf(week, list));
  expect(first).toHaveLength(1);
  expect(first?.[0]?.left).toBeCloseTo(500 / 7);
  expect(first?.[0]?.width).toBeCloseTo(200 / 7);
  expect(second?.map((bar) => bar.duty?.user ?? "nobody")).toEqual(["ann", "nobody"]);
  expect(second?.[0]?.left).toBe(0);
  expect(second?.[1]?.width).toBeCloseTo(50 / 7);
});

test("an override is told from a turn", () => {
  expect(isOverride(duty("ben", "", "", "override ov_1"))).toBe(true);
  expect(isOverride(duty("ben", "", ""))).toBe(false);
});

test("shares are of all hours, and told against an even one", () => {
  const row = (user: string, hours: number) => ({
    user,
    shifts: 1,
    hours,
    night_hours: 0,
    weekend_hours: 0,
  });
  const [most, least] = sharesOf([row("ben", 25), row("ann", 75)]);
  expect(most).toMatchObject({ user: "ann", share: 0.75, uneven: 0.5 });
  expect(least).toMatchObject({ user: "ben", uneven: -0.5 });
  expect(sharesOf([])).toEqual([]);
  expect(sharesOf([row("ann", 0)])[0]?.share).toBe(0);
});
