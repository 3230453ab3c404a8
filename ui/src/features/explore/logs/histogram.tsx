import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { isStats, type LogFilter, logCountsQuery } from "../../../api/data_queries";
import { toAbsolute } from "../../../frame/time_range";
import { useRangeWindow, useRefreshMs, useTimeRange } from "../../../frame/use_time_range";
import { lineColor } from "../../../kit/chart_data";
import { formatNumber } from "../../../kit/format";
import { Answer, Loading, Section } from "../../../kit/section";
import { Swatches } from "../../../kit/swatches";
import { statsToChart, totalOf } from "./log_stats";

const Chart = lazy(() => import("../../../kit/chart"));

// How many lines over time, by level.
export function Histogram({ filter }: { filter: LogFilter }) {
  const { range, setRange } = useTimeRange();
  const window = useRangeWindow();
  const counts = useQuery(logCountsQuery(range, filter, useRefreshMs()));
  const stats = counts.data && isStats(counts.data) ? counts.data : null;
  return (
    <Section title="Lines over time" count={stats ? formatNumber(totalOf(stats)) : undefined}>
      <div className="histogram">
        <Answer what="The counts" query={counts} rows={2}>
          {() => {
            if (!stats || stats.stats.times.length === 0) {
              return <p className="text-muted text-sm">No lines in this range.</p>;
            }
            const data = statsToChart(stats);
            const words = data.series.map(
              ({ name, values }) =>
                `${formatNumber(values.reduce<number>((a, b) => a + (b ?? 0), 0))} ${name}`,
            );
            return (
              <Suspense fallback={<Loading rows={2} what="the chart" />}>
                <Swatches
                  label="Levels"
                  items={data.series.map((line, at) => ({
                    name: line.name,
                    color: lineColor(line, at),
                  }))}
                />
                <Chart
                  data={data}
                  window={window}
                  caption={`${words.join(", ")}; each bar ${stats.stats.step}${stats.stats.complete ? "" : "; not all lines were counted"}.`}
                  height={130}
                  stacked
                  onSelect={(part) => setRange(toAbsolute(part))}
                />
              </Suspense>
            );
          }}
        </Answer>
      </div>
    </Section>
  );
}
