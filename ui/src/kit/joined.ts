// Answers of several queries, and of the same queries some time ago, as one chart and one legend.
// Pure.
import { type ChartData, type ChartSeries, lineColor } from "./chart_data";
import { formatLabels } from "./format";

export interface Part {
  letter: string;
  now: ChartData | null;
  past: ChartData | null; // the time to compare with, its times moved to now
}

export interface LegendRow {
  key: string;
  letter: string;
  name: string;
  color: string;
  last: number | null;
  min: number | null;
  mean: number | null;
  max: number | null;
  change: number | null; // of the mean against the time compared with, as a ratio; null: none
}

// Labels that all series share say nothing about any of them, and the name of a label nothing when
// it is the only one.
export function distinctNames(all: Record<string, string>[]): string[] {
  const [first = {}, ...others] = all;
  const shared =
    others.length === 0
      ? []
      : Object.keys(first).filter((key) => others.every((labels) => labels[key] === first[key]));
  const rest = new Set(all.flatMap(Object.keys).filter((key) => !shared.includes(key)));
  return all.map((labels) => {
    const kept = Object.entries(labels).filter(([key]) => rest.has(key));
    if (others.length > 0 && rest.size === 1 && kept[0]?.[1]) return kept[0][1];
    return formatLabels(Object.fromEntries(kept)) || formatLabels(labels) || "value";
  });
}

export function shiftData(data: ChartData | null, seconds: number): ChartData | null {
  return data && { ...data, times: data.times.map((time) => time + seconds) };
}

const meanOf = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function present(series: ChartSeries | undefined): number[] {
  return series?.values.filter((value) => value !== null) ?? [];
}

function legendRow(part: Part, series: ChartSeries, name: string, index: number): LegendRow {
  const values = present(series);
  const before = present(part.past?.series.find((other) => other.name === series.name));
  const mean = values.length > 0 ? meanOf(values) : null;
  const past = before.length > 0 ? meanOf(before) : null;
  return {
    key: `${part.letter} ${series.name}`,
    letter: part.letter,
    name,
    color: lineColor({}, index),
    last: values.at(-1) ?? null,
    min: values.length > 0 ? values.reduce((a, b) => Math.min(a, b)) : null,
    mean,
    max: values.length > 0 ? values.reduce((a, b) => Math.max(a, b)) : null,
    change: mean !== null && past ? mean / past - 1 : null,
  };
}

function aligned(data: ChartData, series: ChartSeries, times: number[]): (number | null)[] {
  const byTime = new Map(data.times.map((time, index) => [time, series.values[index] ?? null]));
  return times.map((time) => byTime.get(time) ?? null);
}

// `hidden` has keys of legend rows; `ago` is what a time compared with is called.
export function joinParts(
  parts: Part[],
  hidden: ReadonlySet<string>,
  ago: string,
): { data: ChartData; legend: LegendRow[] } {
  const all = parts.flatMap(({ now, past }) => [now, past].filter((data) => data !== null));
  const times = [...new Set(all.flatMap((data) => data.times))].sort((a, b) => a - b);
  const many = parts.length > 1;
  const legend: LegendRow[] = [];
  const series: ChartSeries[] = [];
  for (const part of parts) {
    if (!part.now) continue;
    const names = distinctNames(part.now.series.map(({ labels = {} }) => labels));
    part.now.series.forEach((one, index) => {
      const row = legendRow(part, one, names[index] ?? one.name, legend.length);
      legend.push(row);
      if (hidden.has(row.key) || !part.now) return;
      const name = many ? `${part.letter}: ${row.name}` : row.name;
      series.push({ name, color: row.color, values: aligned(part.now, one, times) });
      const past = part.past?.series.find((other) => other.name === one.name);
      if (!past || !part.past) return;
      const values = aligned(part.past, past, times);
      series.push({ name: `${name} (${ago})`, color: row.color, dashed: true, values });
    });
  }
  const left = parts.reduce((sum, { now }) => sum + (now?.left ?? 0), 0);
  return { data: { times, series, left }, legend };
}
