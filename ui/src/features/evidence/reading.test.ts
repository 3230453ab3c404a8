import { expect, test } from "vitest";
import { movedWords, readingOf } from "./reading";

const reading = {
  rule: "level",
  usual_until: "2026-11-21T02:00:00Z",
  from: "2026-11-21T02:10:00Z",
  to: "2026-11-21T02:20:00Z",
  before: 120,
  after: 940,
  deviation: 12.4,
};

test("a reading is taken from the answer, and nothing from others", () => {
  expect(readingOf({ resultType: "matrix", reading })).toEqual(reading);
  expect(readingOf({ reading: "high" })).toBeNull();
  expect(readingOf([1])).toBeNull();
  expect(readingOf(null)).toBeNull();
});

test("what moved is told with how far it is from usual", () => {
  expect(movedWords(reading)).toBe("120 to 940, 12.4 times what it usually varies by");
  expect(movedWords({ ...reading, before: null, deviation: null })).toBe("nothing to 940");
});
