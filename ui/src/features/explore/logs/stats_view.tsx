// What a counting query answers: a chart when it has steps, and always the totals.
import { lazy, Suspense } from "react";
import type { LogStats } from "../../../api/types";
import { useRangeWindow } from "../../../frame/use_time_range";
import { lineColor } from "../../../kit/chart_data";
import { formatNumber } from "../../../kit/format";
import { Empty, Loading, Section } from "../../../kit/section";
import { Swatch } from "../../../kit/swatches";
import { nameOf, statsToChart } from "./log_stats";

const Chart = lazy(() => import("../../../kit/chart"));

const ROWS_MAX = 100;

export function StatsView({ stats }: { stats: LogStats }) {
  const window = useRangeWindow();
  const { series, times, step, complete, warning } = stats.stats;
  const data = statsToChart(stats);
  const drawn = times.length > 1;
  const colors = new Map(data.series.map((line, at) => [line.name, lineColor(line, at)]));
  const rows = series.slice(0, ROWS_MAX).map(({ labels, text, total }) => {
    const name = nameOf(labels, text);
    return { name, total, color: drawn ? colors.get(name) : undefined };
  });
  return (
    <Section title="Counted" count={series.length}>
      {!complete && <p className="note">{warning ?? "A limit ended the count: not all lines."}</p>}
      {rows.length === 0 && <Empty title="No lines fit" />}
      {rows.length > 0 && drawn && (
        <Suspense fallback={<Loading rows={4} what="the chart" />}>
          <Chart data={data} window={window} caption={`Each point is ${step}.`} height={240} />
        </Suspense>
      )}
      {rows.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        <div className="table-box" role="region" aria-label="Totals" tabIndex={0}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{stats.stats.by.join(", ") || "All"}</th>
                <th scope="col" className="num">
                  Total
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ name, total, color }) => (
                <tr key={name}>
                  <th scope="row">
                    {color && <Swatch color={color} />} {name}
                  </th>
                  <td>{formatNumber(total)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}
