import { expect, test } from "vitest";
import { nextHidden } from "./legend";

const KEYS = ["a", "b", "c"];
const sorted = (set: ReadonlySet<string>) => [...set].sort();

test("a press shows a line alone, the next press all again", () => {
  const alone = nextHidden(KEYS, new Set(), "b", false);
  expect(sorted(alone)).toEqual(["a", "c"]);
  expect(sorted(nextHidden(KEYS, alone, "b", false))).toEqual([]);
  expect(sorted(nextHidden(KEYS, alone, "a", false))).toEqual(["b", "c"]);
});

test("with Ctrl a line is added or taken away, and never the last one", () => {
  expect(sorted(nextHidden(KEYS, new Set(["a"]), "b", true))).toEqual(["a", "b"]);
  expect(sorted(nextHidden(KEYS, new Set(["a", "b"]), "a", true))).toEqual(["b"]);
  expect(sorted(nextHidden(KEYS, new Set(["a", "b"]), "c", true))).toEqual([]);
});
