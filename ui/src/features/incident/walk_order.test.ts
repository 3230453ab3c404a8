import { expect, test } from "vitest";
import { neighboursOf, walkOrder } from "./walk_order";

test("one goes on from where one is, though the list was sorted anew", () => {
  expect(walkOrder(["a", "b", "c"], ["b", "c", "a"], "a")).toEqual(["a", "b", "c"]);
});

test("what is over is left out, but for the one that is looked at, and what is new comes last", () => {
  expect(walkOrder(["a", "b", "c"], ["d", "c"], "a")).toEqual(["a", "c", "d"]);
});

test("an incident that is not in the list is before its first", () => {
  expect(neighboursOf(["a", "b"], "z")).toEqual({
    at: 0,
    count: 2,
    previous: undefined,
    next: "a",
  });
  expect(neighboursOf(["a", "b"], "b")).toEqual({
    at: 2,
    count: 2,
    previous: "a",
    next: undefined,
  });
});
