// A histogram over time: a colour for how much fell into each bucket. One draw hook of uPlot, which
// gives the axes; stepped through by arrow keys and listed as a table, as the chart is.
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { type ChartData, thin } from "./chart_data";
import { color, useTheme } from "./chart_theme";
import { formatClock, formatNumber, formatTick, plural } from "./format";
import { bucketWords, type Heat, heatWords, readHeat } from "./heat";
import { Empty } from "./section";
import { useSettings } from "./settings";
import { ValuesTable } from "./values_table";

const TABLE_ROWS_MAX = 50;
const FAINT = 0.1; // the least that is seen beside nothing

interface HeatMapProps {
  heat: Heat;
  window: { start: number; end: number; step: number }; // ms, step in seconds
  height: number;
  unit?: string; // of the bounds
}

function drawCells(plot: uPlot, { times, counts, most }: Heat, step: number): void {
  const { ctx } = plot;
  ctx.save();
  ctx.fillStyle = color("--line-1");
  for (const [bucket, row] of counts.entries()) {
    const top = Math.round(plot.valToPos(bucket + 1, "y", true));
    const bottom = Math.round(plot.valToPos(bucket, "y", true));
    for (const [index, value] of row.entries()) {
      if (!value) continue;
      const time = times[index] ?? 0;
      const left = Math.round(plot.valToPos(time - step, "x", true));
      const right = Math.round(plot.valToPos(time, "x", true));
      // By the root: a bucket of a tenth is still told from an empty one.
      ctx.globalAlpha = FAINT + (1 - FAINT) * Math.sqrt(value / most);
      ctx.fillRect(left, top, right - left, bottom - top);
    }
  }
  ctx.restore();
}

function optionsOf({ heat, window, height, unit }: HeatMapProps, zone: "utc" | "local") {
  const axis = { stroke: color("--muted"), grid: { show: false } };
  const options: Omit<uPlot.Options, "width"> = {
    height,
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: true, range: [window.start / 1000, window.end / 1000] },
      y: { range: [0, heat.bounds.length] },
    },
    series: [{}, { show: true, paths: () => null, points: { show: false } }],
    axes: [
      {
        ...axis,
        size: 32,
        values: (_plot, splits) =>
          splits.map((time) => formatClock(time * 1000, zone, window.end, false)),
      },
      {
        ...axis,
        size: 70,
        // The upper bound of each bucket, as many as there is room for.
        splits: () => {
          const every = Math.ceil(heat.bounds.length / Math.max(1, Math.floor(height / 28)));
          return heat.bounds.map((_, index) => index + 1).filter((at) => at % every === 0);
        },
        values: (_plot, splits) =>
          splits.map((at) => {
            const bound = heat.bounds[at - 1] ?? Number.POSITIVE_INFINITY;
            return Number.isFinite(bound) ? formatTick(bound, unit) : "more";
          }),
      },
    ],
    hooks: { draw: [(plot) => drawCells(plot, heat, window.step)] },
  };
  return options;
}

interface BucketsProps extends Omit<HeatMapProps, "heat"> {
  data: ChartData;
}

export default function Buckets({ data, ...rest }: BucketsProps) {
  const heat = useMemo(() => readHeat(data), [data]);
  if (heat) return <HeatMap heat={heat} {...rest} />;
  return (
    <Empty title="No buckets">
      <p>
        A heat map is drawn from the label <code>le</code> of a histogram's buckets.
      </p>
    </Empty>
  );
}

function HeatMap(props: HeatMapProps) {
  const { heat, window, unit } = props;
  const { zone } = useSettings();
  const theme = useTheme();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [index, setIndex] = useState(-1);
  const captionId = useId();
  const last = heat.times.length - 1;
  const shape = JSON.stringify([heat, window, props.height, unit]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` and `theme` stand for the props
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const width = () => Math.max(240, element.clientWidth);
    const options = { ...optionsOf(props, zone), width: width() };
    options.hooks = {
      ...options.hooks,
      setCursor: [(drawn: uPlot) => setIndex(drawn.cursor.idx ?? -1)],
    };
    const drawn = new uPlot(options, [heat.times, heat.times.map(() => null)], element);
    plot.current = drawn;
    const observer = new ResizeObserver(() =>
      drawn.setSize({ width: width(), height: props.height }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.destroy();
      plot.current = null;
    };
  }, [shape, zone, theme]);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = Math.min(Math.max((index < 0 ? last : index) + step, 0), last);
    setIndex(next);
    const left = plot.current?.valToPos(heat.times[next] ?? 0, "x") ?? 0;
    plot.current?.setCursor({ left, top: 10 });
  };
  const at = index >= 0 && index <= last ? index : last;
  const when = formatClock((heat.times[at] ?? 0) * 1000, zone, window.end);
  const reading = `${when}: ${heatWords(heat, at, unit)}`;
  return (
    <figure className="chart" aria-labelledby={captionId}>
      <figcaption id={captionId}>
        Now {heatWords(heat, last, unit)}; {plural(heat.bounds.length, "bucket")}
      </figcaption>
      <div
        className="chart-canvas"
        role="slider"
        tabIndex={0}
        aria-label="Moment of the heat map; arrow keys move"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={Math.max(0, at)}
        aria-valuetext={reading}
        onKeyDown={move}
        ref={place}
      />
      <p className="chart-reading" aria-hidden>
        {reading}
      </p>
      <HeatTable heat={heat} now={window.end} unit={unit} />
    </figure>
  );
}

function HeatTable({ heat, now, unit }: { heat: Heat; now: number; unit?: string }) {
  const { times, bounds, counts } = heat;
  const columns = bounds.map((bound, index) => ({
    key: bound,
    head: bucketWords(bounds, index, unit),
  }));
  const rows = thin([...times.keys()], TABLE_ROWS_MAX).map((at) => ({
    time: times[at] ?? 0,
    values: bounds.map((_, index) => {
      const value = counts[index]?.[at];
      return value == null ? "none" : formatNumber(value);
    }),
  }));
  return <ValuesTable columns={columns} rows={rows} now={now} />;
}
