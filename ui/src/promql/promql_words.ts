// The functions and aggregations of PromQL that are offered while one types, with what they do.

export interface Word {
  name: string;
  detail: string;
  inner?: string; // what is put between the brackets
}

const aggregations: [string, string][] = [
  ["sum", "of the series"],
  ["avg", "of the series"],
  ["min", "of the series"],
  ["max", "of the series"],
  ["count", "how many series"],
  ["topk", "the k largest series"],
  ["bottomk", "the k smallest series"],
  ["quantile", "a quantile of the series"],
  ["stddev", "spread of the series"],
  ["group", "1 for each group"],
  ["count_values", "series by value"],
];

const functions: [string, string][] = [
  ["rate", "per second, of a counter"],
  ["increase", "how much a counter grew"],
  ["irate", "per second, of the last two samples"],
  ["histogram_quantile", "a quantile of a histogram's buckets"],
  ["delta", "how much a gauge changed"],
  ["deriv", "slope of a gauge, per second"],
  ["predict_linear", "where the slope leads"],
  ["avg_over_time", "mean of the range"],
  ["max_over_time", "largest of the range"],
  ["min_over_time", "smallest of the range"],
  ["sum_over_time", "sum of the range"],
  ["count_over_time", "samples in the range"],
  ["quantile_over_time", "a quantile of the range"],
  ["stddev_over_time", "spread of the range"],
  ["last_over_time", "last of the range"],
  ["changes", "how often the value changed"],
  ["resets", "how often a counter began anew"],
  ["absent", "1 when there is no series"],
  ["absent_over_time", "1 when there was none in the range"],
  ["clamp_min", "at least"],
  ["clamp_max", "at most"],
  ["abs", "without the sign"],
  ["ceil", "rounded up"],
  ["floor", "rounded down"],
  ["round", "rounded"],
  ["sort_desc", "largest first"],
  ["label_replace", "a label from another by an expression"],
  ["label_join", "labels joined into one"],
  ["time", "seconds since 1970"],
  ["timestamp", "when the sample was taken"],
  ["vector", "a number as a series"],
  ["scalar", "one series as a number"],
];

export const WORDS: Word[] = [
  ...functions.map(([name, detail]) => ({ name, detail })),
  ...aggregations.map(([name, detail]) => ({ name, detail })),
  { name: "by", detail: "keep these labels" },
  { name: "without", detail: "drop these labels" },
];

export const DURATIONS = ["1m", "5m", "10m", "15m", "30m", "1h", "6h", "1d", "7d"];

// A first query about a metric, by what its name says it is.
export function firstQuery(name: string, window = "5m"): string {
  if (name.endsWith("_bucket")) {
    return `histogram_quantile(0.95, sum by (service, le) (rate(${name}[${window}])))`;
  }
  if (/_(total|count|sum)$/.test(name)) return `sum by (service) (rate(${name}[${window}]))`;
  return name;
}
