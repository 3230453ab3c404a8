import { expect, test } from "vitest";
import type { TimelineEntry } from "../../api/types";
import { foldRuns, inOrder, isOf, kindWord, partsOf } from "./timeline_kinds";

const row = (seq: number, kind: string): TimelineEntry => ({
  ...{ seq, kind, actor: "vedette", text: "", anomaly_id: "" },
  time: "2026-11-21T12:00:00.000Z",
});
const rows = (...kinds: string[]) => kinds.map((kind, index) => row(kinds.length - index, kind));
const run = (count: number) => Array.from({ length: count }, () => "anomaly_opened");
const shape = (entries: TimelineEntry[], unfolded: number[] = [], starred: number[] = []) =>
  foldRuns(entries, new Set(unfolded), new Set(starred)).map((one) =>
    "run" in one ? one.run.length : one.kind,
  );

test("a run of anomalies is one row; what stands between runs stays", () => {
  const entries = rows(...run(6), "comment", ...run(2), "anomaly_closed", ...run(3), "opened");
  expect(shape(entries)).toEqual([6, "comment", 6, "opened"]);
});

test("a few are left as they are, and so is a run that was opened", () => {
  expect(shape(rows(...run(4)))).toHaveLength(4);
  const entries = rows(...run(5), "opened");
  expect(shape(entries, [2])).toHaveLength(6);
  // Newer rows of the same run do not close it.
  expect(shape([row(9, "anomaly_closed"), ...entries], [2])).toHaveLength(7);
});

test("people who are told the same again and again are told of once", () => {
  const told = (seq: number, text: string) => ({ ...row(seq, "page_sent"), text });
  const mail = [4, 3, 2].map((seq) => told(seq, "ops by mail"));
  expect(shape([told(6, "ops by slack"), row(5, "comment"), ...mail])).toEqual([
    "page_sent",
    "comment",
    3,
  ]);
  expect(shape([told(5, "ops by slack"), ...mail.slice(1), row(1, "opened")])).toHaveLength(4);
  expect(shape([...mail, { ...told(1, "ops by mail"), kind: "page_failed" }])).toEqual([
    3,
    "page_failed",
  ]);
});

test("what is starred is not folded away, and can be asked for", () => {
  expect(shape(rows(...run(11)), [], [6])).toEqual([5, "anomaly_opened", 5]);
  const starred = new Set([2]);
  expect(isOf("starred", row(2, "opened"), starred)).toBe(true);
  expect(isOf("starred", row(3, "opened"), starred)).toBe(false);
  expect(isOf("machine", row(3, "opened"), starred)).toBe(true);
});

test("rows stand where it happened, not where it was written", () => {
  const late = { ...row(3, "comment"), happened_at: "2026-11-21T11:30:00Z" };
  const early = { ...row(1, "opened"), time: "2026-11-21T11:00:00.000Z" };
  expect(inOrder([early, row(2, "comment"), late, row(-1, "comment")])).toEqual([
    early,
    late,
    row(2, "comment"),
    row(-1, "comment"),
  ]);
});

test("moments and incidents of a sentence stand apart", () => {
  expect(partsOf("plain words")).toEqual([{ word: "plain words" }]);
  expect(partsOf("2 until 2026-11-22T22:34:40.826Z (x)")).toEqual([
    { word: "2 until " },
    { at: "2026-11-22T22:34:40.826Z" },
    { word: " (x)" },
  ]);
  expect(partsOf("left for in_01M82FGAF47650FGYX667GCE3Z")).toEqual([
    { word: "left for " },
    { incident: "in_01M82FGAF47650FGYX667GCE3Z" },
  ]);
});

test("a kind that has no word of its own is told in plain ones", () => {
  expect(kindWord("page_sent")).toBe("Told");
  expect(kindWord("phase_left")).toBe("Phase left");
});
