import { expect, test } from "vitest";
import type { Evidence } from "../../api/types";
import {
  againWords,
  claimOf,
  drawnBy,
  examplesOf,
  factsOf,
  judgedOf,
  movedWords,
  readingOf,
  shownWords,
  spansOf,
  spansWords,
} from "./reading";

const reading = {
  rule: "level",
  usual_until: "2026-11-21T02:00:00Z",
  from: "2026-11-21T02:10:00Z",
  to: "2026-11-21T02:20:00Z",
  without: [{ from: "2026-11-21T01:20:00Z", to: "2026-11-21T01:30:00Z" }],
  before: 120,
  after: 940,
  deviation: 12.4,
};

test("a reading is taken from the answer, and nothing from others", () => {
  expect(readingOf({ resultType: "matrix", reading })).toEqual(reading);
  const { without, ...older } = reading;
  expect(readingOf({ reading: older })).toEqual({ ...reading, without: [] });
  expect(readingOf({ reading: "high" })).toBeNull();
  expect(readingOf([1])).toBeNull();
  expect(readingOf(null)).toBeNull();
});

test("what moved is told with how far it is from usual", () => {
  expect(movedWords(reading)).toBe("120 to 940, 12.4 times what it usually varies by");
  expect(movedWords({ ...reading, before: null, deviation: null })).toBe("nothing to 940");
});

test("a judged event is told by what failed and was decided", () => {
  const monitoring_result = {
    status: "WARNING",
    severity_score: 0.7,
    failed_rules: ["SILENT_FAILURE"],
    decision: "RETRY",
  };
  const judged = { status: "WARNING", score: 0.7, failed: ["SILENT_FAILURE"], decision: "RETRY" };
  expect(judgedOf({ monitoring_result })).toEqual(judged);
  expect(judgedOf({ monitoring_result: null })).toBeNull();
  expect(judgedOf("text")).toBeNull();
});

test("what is drawn is a query of metrics, or the series in which lines were counted", () => {
  const evidence = { language: "promql", query: "up", result: {} } as Evidence;
  expect(drawnBy(evidence)).toBe("up");
  const logs: Evidence = { ...evidence, language: "logs", query: "level>=error | count" };
  expect(drawnBy({ ...logs, result: { recorded: "log_burst_lines" } })).toBe("log_burst_lines");
  expect(drawnBy(logs)).toBeNull();
  expect(drawnBy({ ...evidence, language: "events", result: null })).toBeNull();
});

test("what is asked again is the same, another one, or cannot be compared", () => {
  const again = { result: {}, taken_at: null, same: true, points: null, error: null };
  expect(againWords(again)).toContain("the answer is the same");
  expect(againWords({ ...again, same: false })).toContain("another one now");
  expect(againWords({ ...again, same: null })).toContain("cannot be compared");
  expect(againWords({ ...again, same: null, error: "gone" })).toBe("Asked again: gone");
  expect(againWords({ ...again, points: { same: 1, total: 1 } })).toContain(
    "the value is the same",
  );
  expect(againWords({ ...again, points: { same: 12, total: 12 } })).toContain("all 12 points");
  const some = { ...again, same: false, points: { same: 3, total: 12 } };
  expect(againWords(some)).toContain("3 of 12 points are the same");
});

test("a single value is told as it is, several by their number and the last", () => {
  const data = (...values: (number | null)[]) => ({
    times: values.map((_, index) => index),
    series: [{ name: "value", values }],
    left: 0,
  });
  expect(shownWords("logs", data(4))).toBe("Seen then: 4 lines.");
  expect(shownWords("logs", data(1))).toBe("Seen then: 1 line.");
  expect(shownWords("promql", data(20))).toBe("Seen then: 20.");
  expect(shownWords("promql", data(2, 2, 10), { low: 0, high: 5 })).toBe(
    "What was seen then: 3 points, the last of them 10, where 0 to 5 was expected.",
  );
});

test("examples are those that say when and what", () => {
  const one = { time: "2026-11-21T02:00:00Z", id: "", text: "refused" };
  expect(examplesOf({ examples: [one, { time: 7 }, null] })).toEqual([one]);
  expect(examplesOf({ examples: "none" })).toEqual([]);
  expect(examplesOf(null)).toEqual([]);
});

test("spans are told in a sentence with rounded times", () => {
  const result = {
    ...{ operation: "POST /payment", service: "payment", where: "in payment itself" },
    ...{ usual_ms: 44.199998, now_ms: 11991.119176, usual_spans: 158, now_spans: 14 },
  };
  const spans = spansOf(result);
  expect(spans && spansWords(spans)).toBe(
    "POST /payment of payment spends 12 s in payment itself, usually 44.2 ms.",
  );
  expect(spansOf({ ...result, now_ms: null })).toBeNull();
  expect(spansOf(null)).toBeNull();
});

test("an answer without lists is names and values", () => {
  const result = { caller: "order", calls: 30, mean_ms: 44.64818033333333, errors: null };
  expect(factsOf(result)).toEqual([
    ["caller", "order"],
    ["calls", "30"],
    ["mean", "44.6 ms"],
  ]);
  expect(factsOf({ rows: [] })).toBeNull();
  expect(factsOf("text")).toBeNull();
});

test("evidence of a verdict says what was claimed, and how it was counted", () => {
  const side = { judgement: "rel_1", text: "1.9 % after the release", total: 2245, bad: 42.4 };
  expect(claimOf({ ...side, counted: "growth of the rows" })).toEqual({
    text: "1.9 % after the release (42.4 of 2,245)",
    counted: "growth of the rows",
  });
  expect(claimOf({ ...side, total: null, bad: null })).toEqual({
    text: "1.9 % after the release",
    counted: "",
  });
  expect(claimOf({ text: "of no verdict" })).toBeNull();
});
