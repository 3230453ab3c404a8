import { expect, test } from "vitest";
import { bySuspicion, leadWords } from "./change_order";
import type { IncidentChange } from "./why_queries";

const change = (id: string, seconds_before: number, more: Partial<IncidentChange> = {}) =>
  ({ id, seconds_before, opinion: "none", probability: null, ...more }) as IncidentChange;

test("suspects come first, then what lies shortly before it", () => {
  const order = [
    change("after", -60),
    change("long before", 3600),
    change("ruled out", 5, { opinion: "ruled_out" }),
    change("just before", 30),
    change("suspect", 7200, { opinion: "suspect", probability: 0.8 }),
  ]
    .sort(bySuspicion)
    .map(({ id }) => id);
  expect(order).toEqual(["suspect", "just before", "long before", "after", "ruled out"]);
});

test("how far it lies from the start is said in words", () => {
  expect(leadWords(840)).toBe("14 min before it began");
  expect(leadWords(-180)).toBe("3 min after it began");
  expect(leadWords(0.2)).toBe("as it began");
});
