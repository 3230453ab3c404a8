// Whether a question asked again has the same answer. Pure.
import { readMatrix } from "../../kit/chart_data";

// The step of a matrix in seconds, from its first two points; 15 when it has fewer.
export function stepOf(result: unknown): number {
  const times = readMatrix(result)?.times ?? [];
  const [first, second] = times;
  return first !== undefined && second !== undefined && second > first ? second - first : 15;
}

export function compareAnswers(then: unknown, now: unknown): string {
  const before = readMatrix(then);
  const after = readMatrix(now);
  if (!before || !after) return "The answers cannot be compared point by point.";
  let same = 0;
  let total = 0;
  for (const line of before.series) {
    const other = after.series.find(({ name }) => name === line.name);
    line.values.forEach((value, index) => {
      if (value === null) return;
      total += 1;
      const at = after.times.indexOf(before.times[index] ?? Number.NaN);
      if (at >= 0 && isSame(other?.values[at], value)) same += 1;
    });
  }
  if (same === total) return `Asked again: all ${total} points are the same.`;
  return `Asked again: ${same} of ${total} points are the same. Samples that came late, or retention, may be why.`;
}

const isSame = (a: number | null | undefined, b: number) =>
  a != null && Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
