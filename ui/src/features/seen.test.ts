import { expect, test } from "vitest";
import type { Anomaly } from "../api/types";
import { expectedWords, hasEvidence, hasLine, observedWords, seenWords } from "./seen";

const anomaly = (change: Partial<Anomaly>): Anomaly => ({
  id: "an_1",
  kind: "baseline",
  entity: "order",
  labels: { __name__: "up" },
  score: 0.9,
  severity: "critical",
  state: "open",
  started_at: "2026-11-21T12:00:00.000Z",
  updated_at: "2026-11-21T12:00:00.000Z",
  ended_at: null,
  observed: 0.25,
  expected: { low: 0.1, high: 0.2 },
  detector: "baseline",
  summary: "A sentence.",
  evidence_id: "ev_1",
  ...change,
});
const NONE = { low: 0, high: 0 };

test("values have the unit that their metric's name ends in", () => {
  const seen = (name: string, observed: number, high: number) =>
    seenWords(anomaly({ labels: { __name__: name }, observed, expected: { low: 0, high } }));
  expect(seen("latency_p95_seconds", 1.27, 0.164)).toBe("1.27 s, expected 0 to 164 ms");
  expect(seen("resident_memory_bytes", 405_600_312, 256_193_862)).toBe(
    "387 MiB, expected 0 B to 244 MiB",
  );
  expect(seen("request_duration_seconds_sum", 4, 2)).toBe("4, expected 0 to 2");
  expect(seen("svc:duration_seconds:p99_5m", 0.7, 0.2)).toBe("700 ms, expected 0 to 200 ms");
});

test("an alert of another system has no values, whatever the numbers are, and no evidence", () => {
  const alert = anomaly({ kind: "alert", observed: 0, expected: NONE, evidence_id: "" });
  expect(observedWords(alert)).toBe("");
  expect(expectedWords(alert)).toBe("");
  expect(seenWords(alert)).toBe("A sentence.");
  expect(hasEvidence(alert)).toBe(false);
});

test("a rule that expects nothing is told by its sentence; one that does, by its range", () => {
  expect(seenWords(anomaly({ kind: "rule", expected: NONE }))).toBe("A sentence.");
  expect(seenWords(anomaly({ kind: "rule" }))).toBe("0.25, expected 0.1 to 0.2");
});

test("where data stopped, data is what was expected", () => {
  expect(seenWords(anomaly({ kind: "absence" }))).toBe("no data, expected data");
});

test("a release's verdict is told by its sentence, and its evidence is no line of one value", () => {
  const verdict = anomaly({ kind: "rule", detector: "release verdict", observed: 0.0128 });
  expect(observedWords(verdict)).toBe("");
  expect(seenWords(verdict)).toBe("A sentence.");
  expect(hasEvidence(verdict)).toBe(true);
  expect(hasLine(verdict)).toBe(false);
  expect(hasLine(anomaly({}))).toBe(true);
});
