import { expect, test } from "vitest";
import {
  alone,
  describeSeen,
  hasNumbers,
  rangeOfValues,
  readMatrix,
  stack,
  thin,
  withGaps,
} from "./chart_data";

const matrix = (...rows: [string, [number, string][]][]) => ({
  resultType: "matrix",
  result: rows.map(([name, values]) => ({ metric: { __name__: name }, values })),
});

test("series are laid on common times, with holes where they have no sample", () => {
  expect(
    readMatrix(
      matrix(
        [
          "a",
          [
            [1, "10"],
            [3, "30"],
          ],
        ],
        [
          "b",
          [
            [2, "20"],
            [3, "NaN"],
          ],
        ],
      ),
    ),
  ).toEqual({
    times: [1, 2, 3],
    series: [
      { name: "a", labels: { __name__: "a" }, values: [10, null, 30] },
      { name: "b", labels: { __name__: "b" }, values: [null, 20, null] },
    ],
    left: 0,
  });
});

test("more series than can be told apart are counted, not drawn", () => {
  const rows = Array.from({ length: 11 }, (_, index) => [`m${index}`, [[1, "1"]]] as never);
  const data = readMatrix(matrix(...rows));
  expect(data?.series).toHaveLength(8);
  expect(data?.left).toBe(3);
});

test.each([null, 3, "x", {}, { resultType: "vector", result: [] }, { resultType: "matrix" }])(
  "%j is no matrix",
  (value) => expect(readMatrix(value)).toBeNull(),
);

test("broken rows and points of a matrix are left out", () => {
  const result = [
    null,
    { values: "x" },
    { metric: { __name__: "a" }, values: [null, ["x", "1"], [2, "2"]] },
  ];
  expect(readMatrix({ resultType: "matrix", result })?.times).toEqual([2]);
});

test("the caption says what was expected, what was seen and for how long", () => {
  const seen = { what: "p95 of order", expected: { low: 110, high: 180 }, lastedMs: 240_000 };
  expect(describeSeen({ ...seen, observed: 940, over: false })).toBe(
    "p95 of order is at 940 where 110 to 180 is expected, for 4 min so far.",
  );
  expect(describeSeen({ ...seen, observed: 940, over: true })).toBe(
    "p95 of order was at 940 where 110 to 180 was expected, for 4 min.",
  );
  expect(describeSeen({ ...seen, observed: null, over: false })).toContain("sends no data");
});

test("thinning keeps the first and the last row", () => {
  const rows = Array.from({ length: 1000 }, (_, index) => index);
  const few = thin(rows, 50);
  expect(few).toHaveLength(50);
  expect([few[0], few.at(-1)]).toEqual([0, 999]);
  expect(thin([1, 2], 50)).toEqual([1, 2]);
});

test("the axis holds all values and the expected range", () => {
  const data = readMatrix(
    matrix([
      "a",
      [
        [1, "100"],
        [2, "110"],
      ],
    ]),
  );
  if (!data) throw new Error("no data");
  const [low, high] = rangeOfValues(data, { low: 50, high: 200 });
  expect(low).toBeLessThanOrEqual(50);
  expect(high).toBeGreaterThan(200);
  expect(rangeOfValues({ times: [], series: [], left: 0 })).toEqual([0, 1]);
});

test("a stack has each part on top of those after it", () => {
  const line = (values: (number | null)[]) => ({ name: "x", values });
  expect(stack([line([1, null]), line([10, 20])])).toEqual([
    [11, 20],
    [10, 20],
  ]);
});

test("a sample without a neighbour is found, at either end too", () => {
  expect(alone([1, null, 2, 3, null, 4])).toEqual([0, 5]);
  expect(alone([null, 7, null])).toEqual([1]);
  expect(alone([null, null])).toEqual([]);
});

test("a chart of nothing but NaN has no numbers", () => {
  const data = readMatrix(matrix(["a", [[1, "NaN"]]], ["b", [[2, "+Inf"]]]));
  if (!data) throw new Error("no data");
  expect(hasNumbers(data)).toBe(false);
  expect(hasNumbers({ ...data, series: [{ name: "a", values: [null, 0] }] })).toBe(true);
});

test("where there are no samples for longer than a step, there is a hole and no line", () => {
  const data = { times: [0, 15, 30, 300, 315], series: [{ name: "a", values: [1, 1, 1, 2, 2] }] };
  const holed = withGaps({ ...data, left: 0 }, 15);
  expect(holed.times).toEqual([0, 15, 30, 45, 300, 315]);
  expect(holed.series[0]?.values).toEqual([1, 1, 1, null, 2, 2]);
  const whole = { ...data, left: 0 };
  expect(withGaps(whole, 300)).toBe(whole);
  expect(withGaps(whole, undefined)).toBe(whole);
});
