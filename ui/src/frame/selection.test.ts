import { expect, test } from "vitest";
import { between } from "./selection";

const ROWS = ["a", "b", "c", "d"];

test("a range is of the rows between, whichever was chosen first", () => {
  expect(between(ROWS, "b", "d")).toEqual(["b", "c", "d"]);
  expect(between(ROWS, "d", "b")).toEqual(["b", "c", "d"]);
});

test("without a first row, or with one that has left, the range is the row itself", () => {
  expect(between(ROWS, "", "c")).toEqual(["c"]);
  expect(between(ROWS, "gone", "c")).toEqual(["c"]);
  expect(between(ROWS, "a", "gone")).toEqual([]);
});
