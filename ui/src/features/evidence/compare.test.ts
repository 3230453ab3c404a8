import { expect, test } from "vitest";
import { compareAnswers, stepOf } from "./compare";

const matrix = (...values: [number, string][]) => ({
  resultType: "matrix",
  result: [{ metric: { __name__: "a" }, values }],
});

test("equal answers are said to be the same, up to the last digit of a double", () => {
  expect(compareAnswers(matrix([1, "0.3"]), matrix([1, "0.30000000000000004"]))).toContain(
    "all 1 points are the same",
  );
});

test("changed and missing points are counted", () => {
  const then = matrix([1, "1"], [2, "2"], [3, "3"]);
  expect(compareAnswers(then, matrix([1, "1"], [2, "9"]))).toContain("1 of 3 points");
});

test("answers that are no series are not compared", () => {
  expect(compareAnswers({ any: 1 }, matrix())).toContain("cannot be compared");
});

test("the step is that of the points", () => {
  expect(stepOf(matrix([10, "1"], [40, "1"]))).toBe(30);
  expect(stepOf(matrix())).toBe(15);
});
