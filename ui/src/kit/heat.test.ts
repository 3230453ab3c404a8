import { expect, test } from "vitest";
import { bucketWords, fullest, heatWords, readHeat } from "./heat";

const series = (le: string, values: (number | null)[], pod = "a") => ({
  name: `${pod} ${le}`,
  labels: { le, pod },
  values,
});
const data = {
  times: [60, 120],
  left: 0,
  series: [
    series("+Inf", [10, 6]),
    series("0.1", [4, 1]),
    series("0.5", [9, null]),
    series("0.1", [2, 1], "b"),
  ],
};

test("buckets are what fell into each alone, lowest first, summed where nothing sums them", () => {
  expect(readHeat(data)).toEqual({
    times: [60, 120],
    bounds: [0.1, 0.5, Number.POSITIVE_INFINITY],
    counts: [
      [6, 2],
      [3, null],
      [1, 6],
    ],
    most: 6,
  });
});

test("series without bounds are no histogram", () => {
  expect(readHeat({ ...data, series: [{ name: "up", labels: {}, values: [1, 1] }] })).toBeNull();
});

test("a moment is told by its fullest bucket", () => {
  const heat = readHeat(data);
  if (!heat) throw new Error("no buckets");
  expect(fullest(heat, 0)).toBe(0);
  expect(heatWords(heat, 0, "seconds")).toBe("most at up to 100 ms, 6");
  expect(heatWords(heat, 1, "seconds")).toBe("most at over 500 ms, 6");
  expect(bucketWords(heat.bounds, 1, "seconds")).toBe("100 ms to 500 ms");
  expect(heatWords({ ...heat, counts: [[0], [null], [0]] }, 0)).toBe("nothing was counted");
});
