import { expect, test } from "vitest";
import { againWindow, compareAnswers } from "./compare";

const matrix = (...values: [number, string][]) => ({
  resultType: "matrix",
  result: [{ metric: { __name__: "a" }, values }],
});
const WINDOW = { start: 1000, end: 3000, step: 1 };

test("equal answers are said to be the same, up to the last digits", () => {
  expect(compareAnswers(matrix([1, "0.3"]), matrix([1, "0.30000000000000004"]), WINDOW)).toContain(
    "all 1 points are the same",
  );
});

test("changed and missing points are counted", () => {
  const then = matrix([1, "1"], [2, "2"], [3, "3"]);
  expect(compareAnswers(then, matrix([1, "1"], [2, "9"]), WINDOW)).toContain("1 of 3 points");
});

test("points that a detector kept are found on the grid that is asked again", () => {
  const kept = {
    observed: [
      [10.25, 5],
      [25.25, 7.5],
    ],
    expected: { low: 1, high: null },
  };
  const window = againWindow(kept, 0, 60_000);
  expect(window).toEqual({ start: 10_000, end: 26_000, step: 1 });
  const now = matrix([10, "4"], [11, "5"], [25, "5"], [26, "7.5"]);
  expect(compareAnswers(kept, now, window)).toContain("all 2 points are the same");
});

test("answers that are no series are not compared", () => {
  expect(compareAnswers({ any: 1 }, matrix(), WINDOW)).toContain("cannot be compared");
});

test("a matrix is asked for again with its own step", () => {
  const window = { start: 5000, end: 50_000 };
  expect(againWindow(matrix([10, "1"], [40, "1"]), 5000, 50_000)).toEqual({ ...window, step: 30 });
  expect(againWindow(matrix(), 5000, 50_000)).toEqual({ ...window, step: 15 });
});
