import { expect, test } from "vitest";
import type { ChartData } from "./chart_data";
import { distinctNames, joinParts, shiftData } from "./joined";

const data = (times: number[], rows: Record<string, number[]>): ChartData => ({
  times,
  left: 0,
  series: Object.entries(rows).map(([name, values]) => ({ name, values, labels: { a: name } })),
});
const NONE: ReadonlySet<string> = new Set();

test("labels that all series share are left out of their names", () => {
  expect(
    distinctNames([
      { __name__: "up", job: "shop", instance: "a" },
      { __name__: "up", job: "shop", instance: "b" },
    ]),
  ).toEqual(["a", "b"]);
  expect(
    distinctNames([
      { job: "shop", instance: "a", code: "200" },
      { job: "shop", instance: "b", code: "500" },
    ]),
  ).toEqual(['{code="200", instance="a"}', '{code="500", instance="b"}']);
});

test("a series that is alone keeps its name", () => {
  expect(distinctNames([{ __name__: "up", job: "shop" }])).toEqual(['up{job="shop"}']);
  expect(distinctNames([{}])).toEqual(["value"]);
});

test("answers are put beside each other in time, gaps stay gaps", () => {
  const { data: joined } = joinParts(
    [
      { letter: "A", now: data([10, 20], { x: [1, 2] }), past: null },
      { letter: "B", now: data([20, 30], { y: [3, 4] }), past: null },
    ],
    NONE,
    "",
  );
  expect(joined.times).toEqual([10, 20, 30]);
  expect(joined.series.map(({ values }) => values)).toEqual([
    [1, 2, null],
    [null, 3, 4],
  ]);
});

test("the time compared with has the colour of today, and the legend tells the change", () => {
  const { data: joined, legend } = joinParts(
    [
      {
        letter: "A",
        now: data([100], { x: [30] }),
        past: shiftData(data([0], { x: [20] }), 100),
      },
    ],
    NONE,
    "7 d ago",
  );
  expect(joined.times).toEqual([100]);
  expect(joined.series[1]).toMatchObject({ dashed: true, color: "--line-1", values: [20] });
  expect(legend[0]).toMatchObject({ last: 30, change: 0.5 });
});

test("a hidden series leaves the chart and stays in the legend with its colour", () => {
  const parts = [{ letter: "A", now: data([1], { x: [1], y: [2] }), past: null }];
  const { data: joined, legend } = joinParts(parts, new Set(["A x"]), "");
  expect(joined.series.map(({ color }) => color)).toEqual(["--line-2"]);
  expect(legend).toHaveLength(2);
});
