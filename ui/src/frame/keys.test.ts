import { expect, test } from "vitest";
import { ACTIONS, resolveKey } from "./keys";

const NONE = { first: "", at: 0 };

test("a single key is its action", () => {
  expect(resolveKey("e", 0, NONE)).toEqual({ action: "acknowledge" });
  expect(resolveKey("?", 0, NONE)).toEqual({ action: "help" });
});

test("a letter with Shift is another key than the letter", () => {
  expect(resolveKey("x", 0, NONE)).toEqual({ action: "select" });
  expect(resolveKey("X", 0, NONE)).toEqual({ action: "select-range" });
  expect(resolveKey("E", 0, NONE)).toBeNull();
});

test("the first key of a sequence waits for the second", () => {
  const outcome = resolveKey("g", 100, NONE);
  expect(outcome).toEqual({ wait: { first: "g", at: 100 } });
  expect(resolveKey("n", 200, { first: "g", at: 100 })).toEqual({ action: "go-now" });
  expect(resolveKey("ArrowLeft", 200, { first: "t", at: 100 })).toEqual({ action: "time-back" });
});

test("a sequence that is not finished in time is forgotten", () => {
  expect(resolveKey("n", 5000, { first: "g", at: 100 })).toBeNull();
});

test("the second key means nothing of its own within a sequence", () => {
  // `t c` copies the range; it does not open the comment box.
  expect(resolveKey("c", 200, { first: "t", at: 100 })).toEqual({ action: "time-copy" });
});

test("no two actions have the same keys, and none hides behind a prefix", () => {
  const keys = ACTIONS.map((action) => action.keys);
  expect(new Set(keys).size).toBe(keys.length);
  for (const one of keys) {
    expect(keys.some((other) => other.startsWith(`${one} `))).toBe(false);
  }
});
