// Buckets of a histogram over time: what a heat map draws, says and lists. Pure.
import type { ChartData } from "./chart_data";
import { formatNumber, formatValue } from "./format";

export interface Heat {
  times: number[]; // Unix seconds, ascending
  bounds: number[]; // the upper ones of the buckets, ascending
  counts: (number | null)[][]; // by bucket, then by time; what fell into it alone
  most: number;
}

// Prometheus' buckets count all that is less or equal: each holds those below it. Null: no series has
// a bound.
export function readHeat(data: ChartData): Heat | null {
  const sums = new Map<number, (number | null)[]>();
  for (const { labels = {}, values } of data.series) {
    const bound = boundOf(labels.le);
    if (Number.isNaN(bound)) continue;
    const have = sums.get(bound);
    sums.set(bound, have ? values.map((value, index) => add(value, have[index])) : values);
  }
  if (sums.size === 0) return null;
  const bounds = [...sums.keys()].sort((a, b) => a - b);
  const counts = bounds.map((bound, index) => {
    const own = sums.get(bound) ?? [];
    const below = index > 0 ? (sums.get(bounds[index - 1] ?? Number.NaN) ?? []) : [];
    return own.map((value, at) => value && Math.max(0, value - (below[at] ?? 0)));
  });
  const most = counts.flat().reduce<number>((top, value) => Math.max(top, value ?? 0), 0);
  return { times: data.times, bounds, counts, most };
}

const boundOf = (le: string | undefined) =>
  le === "+Inf" || le === "Inf" ? Number.POSITIVE_INFINITY : Number(le ?? Number.NaN);

const add = (a: number | null, b: number | null | undefined) =>
  a === null ? (b ?? null) : a + (b ?? 0);

// "50 ms to 100 ms", "up to 50 ms", "over 10 s".
export function bucketWords(bounds: number[], index: number, unit?: string): string {
  const [low, high] = [bounds[index - 1], bounds[index]];
  if (high === undefined) return "";
  if (low === undefined) return `up to ${formatValue(high, unit)}`;
  const from = formatValue(low, unit);
  return Number.isFinite(high) ? `${from} to ${formatValue(high, unit)}` : `over ${from}`;
}

// Where most fell at a time; -1: nothing did.
export function fullest({ counts }: Heat, at: number): number {
  let top = -1;
  for (const [index, row] of counts.entries()) {
    const value = row[at] ?? 0;
    if (value > 0 && value > (counts[top]?.[at] ?? 0)) top = index;
  }
  return top;
}

export function heatWords(heat: Heat, at: number, unit?: string): string {
  const index = fullest(heat, at);
  if (index < 0) return "nothing was counted";
  const count = formatNumber(heat.counts[index]?.[at] ?? 0);
  return `most at ${bucketWords(heat.bounds, index, unit)}, ${count}`;
}
