// Whether a question asked again has the same answer. Pure.
import { readEvidence, readMatrix } from "../../kit/chart_data";

export interface AgainWindow {
  start: number; // ms
  end: number;
  step: number; // seconds
}

// The window in which to ask again. A matrix is asked for with its own step; points that a detector
// kept lie at any time, so that a fine grid is laid over them.
export function againWindow(result: unknown, from: number, to: number): AgainWindow {
  const times = readEvidence(result)?.data.times ?? [];
  const [first, second] = times;
  if (readMatrix(result)) {
    const step = first !== undefined && second !== undefined ? second - first : 15;
    return { start: from, end: to, step };
  }
  const start = Math.floor(first ?? from / 1000);
  const end = Math.ceil(times.at(-1) ?? to / 1000);
  return {
    start: start * 1000,
    end: end * 1000,
    step: Math.max(1, Math.ceil((end - start) / 5000)),
  };
}

export function compareAnswers(then: unknown, now: unknown, window: AgainWindow): string {
  const before = readEvidence(then)?.data;
  const after = readMatrix(now);
  if (!before || !after) return "The answers cannot be compared point by point.";
  const start = window.start / 1000;
  // The first time of the grid at which the point was there.
  const onGrid = (time: number) =>
    start + Math.ceil((time - start) / window.step - 1e-6) * window.step;
  const places = new Map(after.times.map((time, index) => [time.toFixed(3), index]));
  let same = 0;
  let total = 0;
  before.series.forEach((line, lineIndex) => {
    const other = after.series.find(({ name }) => name === line.name) ?? after.series[lineIndex];
    line.values.forEach((value, index) => {
      if (value === null) return;
      total += 1;
      const place = places.get(onGrid(before.times[index] ?? Number.NaN).toFixed(3));
      if (place !== undefined && isSame(other?.values[place], value)) same += 1;
    });
  });
  if (same === total) return `Asked again: all ${total} points are the same.`;
  return `Asked again: ${same} of ${total} points are the same. A rate is taken over a window while the detector goes from sample to sample; late samples and retention change answers too.`;
}

// Detectors keep points in single precision.
const isSame = (a: number | null | undefined, b: number) =>
  a != null && Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b));
