import { expect, test } from "vitest";
import { afterWords, secondsOf, stepStarts } from "./steps";

test.each([
  ["5m", 300],
  ["1h30m", 5400],
  ["90s", 90],
  ["500ms", 0.5],
  ["2d", 172_800],
  ["soon", 0],
])("%s is %d seconds", (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});

test("each step waits for those before it", () => {
  expect(stepStarts([{ wait: "5m" }, { wait: "10m" }, { wait: "5m" }])).toEqual([0, 300, 900]);
  expect(afterWords(0)).toBe("At once");
  expect(afterWords(900)).toBe("After 15 min");
});
