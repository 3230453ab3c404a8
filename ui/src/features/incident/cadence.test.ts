import { expect, test } from "vitest";
import { nextUpdate } from "./cadence";

const MINUTE = 60_000;

test("the next update is told ahead, and how late it is", () => {
  expect(nextUpdate(0, 30, 18 * MINUTE)).toEqual({
    words: "Next update in 12 min",
    overdue: false,
  });
  expect(nextUpdate(0, 15, 14.5 * MINUTE).words).toBe("Next update in 30 s");
  expect(nextUpdate(0, 15, 15 * MINUTE)).toEqual({
    words: "Update overdue by 0 s",
    overdue: true,
  });
  expect(nextUpdate(0, 60, 63 * MINUTE).words).toBe("Update overdue by 3 min");
});
