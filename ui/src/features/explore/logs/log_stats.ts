// Counted lines as a chart. Pure.
import type { LogStats } from "../../../api/types";
import type { ChartData, ChartSeries } from "../../../kit/chart_data";

const SERIES_MAX = 12;

const LEVEL_COLORS: Record<string, string> = {
  fatal: "--critical",
  error: "--critical",
  warning: "--warning",
  info: "--line-strong",
  debug: "--line-8",
  trace: "--line-8",
};
const LEVEL_ORDER = ["fatal", "error", "warning", "info", "debug", "trace"];

const place = (name: string) => {
  const at = LEVEL_ORDER.indexOf(name);
  return at < 0 ? LEVEL_ORDER.length : at;
};

export function nameOf(labels: Record<string, unknown>, text?: string): string {
  if (text) return text;
  const words = Object.entries(labels);
  if (words.length === 1) return String(words[0]?.[1]) || "none";
  return words.map(([key, value]) => `${key}=${value}`).join(", ") || "lines";
}

// Levels in their order and colours, worst first; all else as it came.
export function statsToChart({ stats }: LogStats): ChartData {
  const rows: ChartSeries[] = stats.series.map(({ labels, text, values }) => {
    const name = nameOf(labels, text);
    const color = stats.by.join() === "level" ? LEVEL_COLORS[name] : undefined;
    return { name, values: values as (number | null)[], ...(color ? { color } : {}) };
  });
  if (stats.by.join() === "level") rows.sort((a, b) => place(a.name) - place(b.name));
  return {
    times: stats.times.map((time) => Date.parse(time) / 1000),
    series: rows.slice(0, SERIES_MAX),
    left: Math.max(0, rows.length - SERIES_MAX),
  };
}

export const totalOf = ({ stats }: LogStats) =>
  stats.series.reduce((sum, { total }) => sum + total, 0);
