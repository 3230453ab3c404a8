import { expect, test } from "vitest";
import type { Anomaly, Status } from "../api/types";
import { expectedWords, hasEvidence, hasLine, observedWords, quietWords, seenWords } from "./seen";

const NOTHING = { low: null, high: null };

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
  unit: null,
  detector: "baseline",
  summary: "A sentence.",
  evidence_id: "ev_1",
  ...change,
});

test("values have the unit that the server says", () => {
  const seen = (unit: string | null, observed: number, high: number) =>
    seenWords(anomaly({ unit, observed, expected: { low: 0, high } }));
  expect(seen("s", 1.27, 0.164)).toBe("1.27 s, expected 0 to 164 ms");
  expect(seen("B", 405_600_312, 256_193_862)).toBe("387 MiB, expected 0 B to 244 MiB");
  expect(seen("ratio", 0.897, 0.435)).toBe("89.7 %, expected 0 % to 43.5 %");
  expect(seen("messages", 12_000, 10_000)).toBe(
    "12,000 messages, expected 0 messages to 10,000 messages",
  );
  expect(seen("1", 4, 2)).toBe("4, expected 0 to 2");
  expect(seen(null, 4, 2)).toBe("4, expected 0 to 2");
});

test("an alert of another system has no values and no evidence", () => {
  const alert = anomaly({ kind: "alert", observed: null, expected: NOTHING, evidence_id: "" });
  expect(observedWords(alert)).toBe("");
  expect(expectedWords(alert)).toBe("");
  expect(seenWords(alert)).toBe("A sentence.");
  expect(hasEvidence(alert)).toBe(false);
});

test("a rule that expects nothing is told by its sentence; one that does, by its range", () => {
  expect(seenWords(anomaly({ kind: "rule", expected: NOTHING }))).toBe("A sentence.");
  expect(seenWords(anomaly({ kind: "rule" }))).toBe("0.25, expected 0.1 to 0.2");
});

test("where data stopped, data is what was expected", () => {
  const absence = anomaly({ kind: "absence", observed: null, expected: NOTHING });
  expect(seenWords(absence)).toBe("no data, expected data");
});

test("a release's verdict is told by its sentence, and its evidence is no line of one value", () => {
  const verdict = anomaly({ kind: "rule", detector: "release verdict", observed: 0.0128 });
  expect(observedWords(verdict)).toBe("");
  expect(seenWords(verdict)).toBe("A sentence.");
  expect(hasEvidence(verdict)).toBe(true);
  expect(hasLine(verdict)).toBe(false);
  expect(hasLine(anomaly({}))).toBe(true);
});

test("without a series nothing is said to be as expected", () => {
  const status = (series: number) => ({ ingest: { series } }) as Status;
  expect(quietWords(status(0))).toContain("Nothing is watched");
  expect(quietWords(status(3))).toContain("where it was expected");
});
