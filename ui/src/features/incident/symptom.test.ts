import { expect, test } from "vitest";
import type { Anomaly } from "../../api/types";
import { reachOf, splitChanges, symptomOf } from "./symptom";
import type { Diagnosis, IncidentChange } from "./why_queries";

const anomaly = (id: string, entity: string, name: string, minute: number) =>
  ({
    id,
    entity,
    labels: { __name__: name },
    started_at: `2026-11-21T07:${minute}:00Z`,
    score: 0.9,
    evidence_id: "ev",
    detector: "baseline",
  }) as unknown as Anomaly;

const diagnosis = {
  status: "confirmed",
  hypotheses: [
    {
      entity: "payment",
      status: "confirmed",
      claims: [
        { kind: "span", subject: "POST /payment" },
        { kind: "metric", subject: "latency_seconds" },
      ],
    },
  ],
} as Diagnosis;

test("changes are held against what the diagnosis is about", () => {
  const all = [
    anomaly("worst now", "order", "memory", 50),
    anomaly("cpu", "payment", "cpu", 41),
    anomaly("sum", "payment", "latency_seconds_sum", 42),
    anomaly("late", "payment", "latency_seconds", 48),
    anomaly("symptom", "payment", "latency_seconds", 43),
  ];
  expect(symptomOf(all, diagnosis)?.id).toBe("symptom");
  expect(symptomOf(all.slice(0, 3), diagnosis)?.id).toBe("sum");
  expect(symptomOf(all.slice(0, 1), diagnosis)).toBeUndefined();
  expect(symptomOf(all, undefined)).toBeUndefined();
});

const change = (id: string, seconds_before: number, opinion = "none") =>
  ({ id, seconds_before, opinion, time: "2026-11-21T07:00:00Z" }) as IncidentChange;

test("what came after it began is apart, unless it is suspected", () => {
  const changes = [change("a", 60), change("b", -60), change("c", -60, "suspect")];
  const { before, after } = splitChanges(changes);
  expect(before.map(({ id }) => id)).toEqual(["a", "c"]);
  expect(after.map(({ id }) => id)).toEqual(["b"]);
});

test("the chart reaches back to changes that lie near, and further to a suspect", () => {
  expect(reachOf([change("a", 600), change("b", -60)])).toHaveLength(1);
  expect(reachOf([change("far", 20_000), change("suspect", 20_000, "suspect")])).toHaveLength(1);
});
