// Made-up answers to queries of two shapes: the buckets of a histogram, and what is true at a moment.
import { noise } from "./data.mjs";
import { plainRange } from "./records.mjs";

const BOUNDS = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "+Inf"];
const STEP_S = 15;

// Null when the query asks for no buckets. Requests become slower in the last third of the time.
export function bucketRange(query, start, end, step) {
  if (!/\(le\)/.test(query) || query.includes("histogram_quantile")) return null;
  const times = [];
  for (let ms = start; ms <= end; ms += step * 1000) times.push(ms);
  const centre = (ms) => (ms > end - (end - start) / 3 ? 6 : 3);
  return BOUNDS.map((le, bound) => {
    const upTo = (ms) =>
      BOUNDS.slice(0, bound + 1).reduce(
        (sum, _, index) =>
          sum + 80 * Math.exp(-((index - centre(ms)) ** 2) / 2) * (0.7 + noise(index, ms / 60_000)),
        0,
      );
    return { metric: { le }, values: times.map((ms) => [ms / 1000, upTo(ms).toFixed(3)]) };
  });
}

// Nothing for a comparison: no alert is active.
export function instantNow(world, query, at) {
  const result = /[<>]|==/.test(query) ? [] : plainRange(world, query, at, at, STEP_S);
  return {
    resultType: "vector",
    result: result.map(({ metric, values: [value] }) => ({ metric, value })),
  };
}
