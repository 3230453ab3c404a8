import { expect, test } from "vitest";
import { addedWords, readNotes, writeNotes } from "./timeline_notes";

const NOW = Date.parse("2026-11-23T02:40:00Z");
const read = (text: string) => readNotes(text, "utc", NOW);

test("what does not begin with the word is a plain comment", () => {
  expect(read("the pool was full | 02:11")).toBeNull();
  expect(read("/timelines | 02:11")).toBeNull();
  expect(read("see /timeline | 02:11")).toBeNull();
});

test("a row is its text and when it happened", () => {
  expect(read("/timeline the pool was full | 02:11")).toEqual({
    notes: [{ text: "the pool was full", at: "2026-11-23T02:11:00.000Z" }],
    faults: [],
  });
});

test("each line is a row; a time that is yet to come today was yesterday's", () => {
  const text = "/timeline\nfull | 02:11:30\n\n/timeline a | b | 23:59\n x | 9:05 ";
  expect(read(text)?.notes).toEqual([
    { text: "full", at: "2026-11-23T02:11:30.000Z" },
    { text: "a | b", at: "2026-11-22T23:59:00.000Z" },
    { text: "x", at: "2026-11-22T09:05:00.000Z" },
  ]);
});

test("a whole moment counts as it is written, without a zone in the reader's", () => {
  const at = (time: string) => read(`/timeline x | ${time}`)?.notes[0]?.at;
  expect(at("2026-11-23T03:11:00+01:00")).toBe("2026-11-23T02:11:00.000Z");
  expect(at("2026-11-20T02:11Z")).toBe("2026-11-20T02:11:00.000Z");
  expect(at("2026-11-20 02:11")).toBe("2026-11-20T02:11:00.000Z");
});

test("the reader's own zone is that of the clock on the wall", () => {
  const own = readNotes("/timeline x | 00:30", "local", NOW)?.notes[0]?.at ?? "";
  const date = new Date(own);
  expect([date.getHours(), date.getMinutes()]).toEqual([0, 30]);
  expect(NOW - date.getTime()).toBeLessThan(25 * 3_600_000);
});

test("a wrong line is named with what is wrong", () => {
  const faults = (text: string) => read(`/timeline ${text}`)?.faults;
  expect(faults("")).toEqual(["Line 1: there is no text | time."]);
  expect(faults("full")).toEqual(["Line 1: “full” has no time; write it behind a “|”."]);
  expect(faults("full |")).toEqual(["Line 1: “full” has no time behind the “|”."]);
  expect(faults("| 02:11")).toEqual(["Line 1: there is no text before the “|”."]);
  expect(faults("ok | 02:11\nfull | 25:11")).toEqual([
    "Line 2: “25:11” is no time such as 02:11, 02:11:30 or 2026-11-23T02:11Z.",
  ]);
  expect(faults("x | 2026-11-23T04:00Z")).toEqual([
    "Line 1: 2026-11-23T04:00Z is yet to come; it is 02:40:00.",
  ]);
  expect(faults("x | 2026-10-01T04:00Z")?.[0]).toMatch(/more than 30 days ago/);
  expect(faults(Array(21).fill("x | 02:11").join("\n"))).toEqual(["21 rows; at most 20 at once."]);
});

test("what was taken back can be sent again as it stands", () => {
  const notes = read("/timeline a | 02:11\nb | 02:12")?.notes ?? [];
  expect(read(writeNotes(notes))?.notes).toEqual(notes);
  expect(writeNotes([{ text: "plain\nwords" }])).toBe("plain\nwords");
});

test("what was added says when, and which day a time was taken for", () => {
  const added = (text: string) => addedWords(read(text)?.notes ?? [], "utc", NOW);
  expect(added("/timeline full | 02:11")).toBe("Added at 02:11:00");
  expect(added("/timeline full | 23:59")).toBe("Added at 22 Nov 23:59:00");
  expect(added("/timeline a | 02:11\nb | 02:12")).toBe("2 rows added");
  expect(addedWords([{ text: "full" }], "utc", NOW)).toBe("Comment added");
});
