// From a query_range answer to what is drawn, said and listed. Pure.
import { formatDuration, formatExpected, formatLabels, formatValue } from "./format";

export interface ChartSeries {
  name: string;
  values: (number | null)[]; // beside `times`; null: no sample
  labels?: Record<string, string>; // of the series, where it has them
  color?: string; // a custom property such as --line-3; default: by place
  dashed?: boolean; // a time to compare with
}

export const LINES = 8; // colours: --line-1 to --line-8

export const lineColor = ({ color }: { color?: string }, index: number) =>
  color ?? `--line-${(index % LINES) + 1}`;

// A moment to be marked on a chart.
export interface Mark {
  at: number; // ms
  word: string;
  quiet?: boolean; // a fact beside others, not the point of the chart
}

export interface ChartData {
  times: number[]; // Unix seconds, ascending
  series: ChartSeries[];
  left: number; // series beyond the most that are drawn
}

export const SERIES_MAX = 8;

// Takes any JSON; null when it is not a matrix.
export function readMatrix(answer: unknown, seriesMax = SERIES_MAX): ChartData | null {
  if (typeof answer !== "object" || answer === null) return null;
  const { resultType, result } = answer as { resultType?: unknown; result?: unknown };
  if (resultType !== "matrix" || !Array.isArray(result)) return null;
  const all = result.flatMap((row: { metric?: Record<string, string>; values?: unknown }) => {
    if (!Array.isArray(row?.values)) return [];
    const points = new Map<number, number>();
    for (const point of row.values as unknown[]) {
      if (!Array.isArray(point)) continue;
      const time = Number(point[0]);
      if (Number.isFinite(time)) points.set(time, readValue(point[1]));
    }
    const labels = row.metric ?? {};
    return [{ name: formatLabels(labels) || "value", labels, points }];
  });
  const kept = all.slice(0, seriesMax);
  const times = [...new Set(kept.flatMap(({ points }) => [...points.keys()]))].sort(
    (a, b) => a - b,
  );
  const series = kept.map(({ name, labels, points }) => ({
    name,
    labels,
    values: times.map((time) => {
      const value = points.get(time);
      return value === undefined || !Number.isFinite(value) ? null : value;
    }),
  }));
  return { times, series, left: all.length - kept.length };
}

// What a piece of evidence holds: a matrix, or what a detector kept, the last points that it saw and
// the range that it expected.
export function readEvidence(result: unknown): { data: ChartData; expected?: Expected } | null {
  const matrix = readMatrix(result);
  if (matrix) return { data: matrix };
  if (typeof result !== "object" || result === null) return null;
  const { observed, expected } = result as { observed?: unknown; expected?: Partial<Expected> };
  if (!Array.isArray(observed)) return null;
  const data = readMatrix({ resultType: "matrix", result: [{ values: observed }] });
  if (!data) return null;
  return { data, expected: { low: expected?.low ?? null, high: expected?.high ?? null } };
}

// Prometheus writes values as text, among them "NaN" and "+Inf".
function readValue(value: unknown): number {
  const text = String(value);
  if (text === "+Inf" || text === "Inf") return Number.POSITIVE_INFINITY;
  return text === "-Inf" ? Number.NEGATIVE_INFINITY : Number(text);
}

export interface Expected {
  low: number | null;
  high: number | null;
}

export interface Seen {
  what: string; // whose values: "latency_p95 of order"
  observed: number | null;
  expected: Expected;
  unit?: string;
  lastedMs: number;
  over: boolean;
}

// The caption: what was expected, what was seen, for how long.
export function describeSeen({ what, observed, expected, unit, lastedMs, over }: Seen): string {
  const range = formatExpected(expected.low, expected.high, unit);
  const lasted = `for ${formatDuration(lastedMs)}${over ? "" : " so far"}`;
  const is = over ? "was" : "is";
  if (observed === null) return `${what} ${over ? "sent" : "sends"} no data, ${lasted}.`;
  const value = `${what} ${is} at ${formatValue(observed, unit)}`;
  return range ? `${value} where ${range} ${is} expected, ${lasted}.` : `${value}, ${lasted}.`;
}

// At most `max` rows, evenly spaced, first and last included.
export function thin<T>(rows: T[], max: number): T[] {
  if (rows.length <= max) return rows;
  return Array.from(
    { length: max },
    (_, index) => rows[Math.round((index * (rows.length - 1)) / (max - 1))] as T,
  );
}

// Each value with those of the series after it: the top of a stack, drawn first to last.
export function stack(series: ChartSeries[]): (number | null)[][] {
  const sums: number[] = [];
  const rows = series.toReversed().map(({ values }) =>
    values.map((value, index) => {
      sums[index] = (sums[index] ?? 0) + (value ?? 0);
      return sums[index];
    }),
  );
  return rows.reverse();
}

export function rangeOfValues(data: ChartData, expected?: Expected): [number, number] {
  const values = data.series.flatMap((line) => line.values).filter((value) => value !== null);
  if (expected?.low != null) values.push(expected.low);
  if (expected?.high != null) values.push(expected.high);
  if (values.length === 0) return [0, 1];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const pad = (high - low || Math.abs(high) || 1) * 0.08;
  // Counts and rates are easier to judge from zero when zero is near.
  const floor = low >= 0 && low < (high - low) * 0.5 ? 0 : low - pad;
  return [floor, high + pad];
}

// A time without values where more than one step passes without a sample of any series: a line from
// the last sample before to the first one after would say that there had been some.
export function withGaps(data: ChartData, step: number | undefined): ChartData {
  const { times } = data;
  const gaps = times.flatMap((time, index) =>
    step && index > 0 && time - (times[index - 1] ?? time) > step * 1.5 ? [index] : [],
  );
  if (gaps.length === 0 || !step) return data;
  const fill = <T>(row: T[], hole: (index: number) => T): T[] => {
    const at = new Set(gaps);
    return row.flatMap((one, index) => (at.has(index) ? [hole(index), one] : [one]));
  };
  return {
    ...data,
    times: fill(times, (index) => (times[index - 1] ?? 0) + step),
    series: data.series.map((line) => ({ ...line, values: fill(line.values, () => null) })),
  };
}

// NaN and infinite values are no numbers that have a place on a chart.
export const hasNumbers = ({ series }: ChartData) =>
  series.some(({ values }) => values.some((value) => value !== null));

// Samples without a neighbour: no line leads to them, so that they must be points to be seen.
export function alone(values: (number | null)[]): number[] {
  const none = (index: number) => (values[index] ?? null) === null;
  return values.flatMap((value, index) =>
    value !== null && none(index - 1) && none(index + 1) ? [index] : [],
  );
}
