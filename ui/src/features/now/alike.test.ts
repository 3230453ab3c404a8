import { expect, test } from "vitest";
import type { Anomaly } from "../../api/types";
import { groupAlike } from "./alike";

const anomaly = (id: string, entity: string, state: string, score: number) =>
  ({ id, entity, state, score, labels: { __name__: "errors" } }) as unknown as Anomaly;

test("instances that fail alike are one row, of the worst that is open", () => {
  const groups = groupAlike([
    anomaly("a", "order", "closed", 0.9),
    anomaly("b", "user", "open", 0.5),
    anomaly("c", "order", "open", 0.2),
  ]);
  expect(groups.map(({ first, count }) => [first.id, count])).toEqual([
    ["b", 1],
    ["c", 2],
  ]);
});

test("what is open stands above what is over, however bad that was", () => {
  const groups = groupAlike([
    anomaly("over", "order", "closed", 0.99),
    anomaly("open", "user", "open", 0.3),
    anomaly("worse", "payment", "open", 0.6),
  ]);
  expect(groups.map(({ first }) => first.id)).toEqual(["worse", "open", "over"]);
});
