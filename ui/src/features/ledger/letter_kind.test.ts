import { expect, test } from "vitest";
import { kindWord, LETTER_KINDS } from "./letter_kind";

test("each kind of the server has words of its own", () => {
  const names = ["opened", "severity_raised", "updated", "acknowledged", "resolved"];
  expect([...names, "silence_expiring"].sort()).toEqual([...LETTER_KINDS].sort());
  expect(kindWord("silence_expiring")).toBe("a silence ends soon");
});

test("a kind of a later version is shown under its own name", () => {
  expect(kindWord("handed_over")).toBe("handed over");
});
