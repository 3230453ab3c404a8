import { expect, test } from "vitest";
import type { TimelineEntry } from "../../api/types";
import { foldRuns, kindWord, partsOf } from "./timeline_kinds";

const row = (seq: number, kind: string): TimelineEntry => ({
  ...{ seq, kind, actor: "vedette", text: "", anomaly_id: "" },
  time: "2026-11-21T12:00:00.000Z",
});
const rows = (...kinds: string[]) => kinds.map((kind, index) => row(kinds.length - index, kind));
const run = (count: number) => Array.from({ length: count }, () => "anomaly_opened");
const shape = (entries: TimelineEntry[], unfolded: number[] = []) =>
  foldRuns(entries, new Set(unfolded)).map((one) => ("run" in one ? one.run.length : one.kind));

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
