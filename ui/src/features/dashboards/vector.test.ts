import { expect, test } from "vitest";
import { readVector } from "./vector";

const sample = (metric: Record<string, string>, value: string) => ({ metric, value: [0, value] });
const vector = (...result: unknown[]) => ({ resultType: "vector", result });

test("rows are told apart by the labels in which they differ, the highest first", () => {
  const answer = vector(
    sample({ __name__: "disk", job: "node", device: "sda" }, "2"),
    sample({ __name__: "disk", job: "node", device: "sdb", raid: "1" }, "7"),
    sample({ __name__: "disk", job: "node", device: "sdc" }, "1"),
  );
  const table = readVector(answer, 2);
  expect(table?.columns).toEqual(["device", "raid"]);
  expect(table?.rows.map(({ labels, value }) => [labels.device, value])).toEqual([
    ["sdb", 7],
    ["sda", 2],
  ]);
  expect(table?.left).toBe(1);
});

test("one row keeps its labels, a scalar is one row, and what else there is is none", () => {
  expect(readVector(vector(sample({ job: "node" }, "1")), 9)?.columns).toEqual(["job"]);
  expect(readVector({ resultType: "scalar", result: [0, "3"] }, 9)?.rows[0]?.value).toBe(3);
  expect(readVector(vector(), 9)).toEqual({ columns: [], rows: [], left: 0 });
  expect(readVector({ resultType: "matrix", result: [] }, 9)).toBeNull();
  expect(readVector("x", 9)).toBeNull();
});
