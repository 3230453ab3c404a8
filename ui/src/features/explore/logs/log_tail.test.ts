import { expect, test } from "vitest";
import { takeEvents } from "./log_tail";

const EMPTY = { lines: [], dropped: 0, error: null, open: true };
const log = (id: string) => ({ id: "", event: "log", data: JSON.stringify({ id }) });

test("the newest line stands first, and only so many are kept", () => {
  const few = takeEvents(EMPTY, [log("a"), log("b")]);
  expect(few.lines.map(({ id }) => id)).toEqual(["b", "a"]);
  const many = takeEvents(
    few,
    Array.from({ length: 900 }, (_, index) => log(`n${index}`)),
  );
  expect(many.lines).toHaveLength(500);
  expect(many.lines[0]?.id).toBe("n899");
});

test("lines that the server dropped are counted, and nonsense is left out", () => {
  const tail = takeEvents(EMPTY, [
    { id: "", event: "dropped", data: '{"lines":12}' },
    { id: "", event: "log", data: "not json" },
    { id: "", event: "news", data: "{}" },
  ]);
  expect(tail).toMatchObject({ dropped: 12, lines: [] });
});
