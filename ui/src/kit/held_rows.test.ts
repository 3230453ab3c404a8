import { expect, test } from "vitest";
import { holdRows } from "./held_rows";

const rows = (...ids: string[]) => ids.map((id) => ({ id }));

test("held rows keep their order, change in place, and new ones are counted", () => {
  const newer = { id: "b", state: "acknowledged" };
  const { shown, waiting } = holdRows([{ id: "x" }, newer, { id: "a" }], ["a", "b"], new Map());
  expect(shown).toEqual([{ id: "a" }, newer]);
  expect(waiting).toBe(1);
});

test("a row that left stays where it was until the list is let go", () => {
  const gone = new Map(rows("a", "b").map((row) => [row.id, row]));
  expect(holdRows(rows("b"), ["a", "b"], gone).shown).toEqual(rows("a", "b"));
});
