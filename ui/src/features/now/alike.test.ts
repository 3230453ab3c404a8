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
    ["c", 2],
    ["b", 1],
  ]);
});
