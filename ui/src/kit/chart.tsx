// Lines or stacked bars over time, with the range that was expected and moments that are marked:
// uPlot behind a figure that can be read, stepped through by arrow keys and listed as a table. A
// chunk of its own.
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import {
  alone,
  type ChartData,
  type ChartSeries,
  type Expected,
  hasNumbers,
  LINES,
  lineColor,
  type Mark,
  rangeOfValues,
  stack,
  thin,
  withGaps,
} from "./chart_data";
import { color, useTheme } from "./chart_theme";
import { formatClock, formatTick, formatValue, type Zone } from "./format";
import { useSettings } from "./settings";
import { ValuesTable } from "./values_table";

interface ChartProps {
  data: ChartData;
  window: { start: number; end: number }; // ms
  step?: number; // seconds between samples: where there are none for longer, the line ends
  caption: string;
  expected?: Expected;
  marks?: Mark[];
  height?: number;
  stacked?: boolean; // bars on top of each other: counts of parts
  unit?: string; // of the values, as format.ts knows them
  quiet?: boolean; // a legend elsewhere says the values: none below the chart
  onSelect?: (window: { from: number; to: number }) => void; // ms; a part was drawn with the pointer
}

const TABLE_ROWS_MAX = 50;

function drawExpected(plot: uPlot, expected: Expected): void {
  if (expected.low === null && expected.high === null) return; // not the whole chart
  const { ctx, bbox } = plot;
  const y = (value: number | null, open: number) =>
    value === null
      ? open
      : Math.min(Math.max(plot.valToPos(value, "y", true), bbox.top), bbox.top + bbox.height);
  const top = y(expected.high, bbox.top);
  const bottom = y(expected.low, bbox.top + bbox.height);
  ctx.save();
  ctx.fillStyle = color("--band");
  ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
  ctx.strokeStyle = color("--band-edge");
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  for (const [value, at] of [
    [expected.high, top],
    [expected.low, bottom],
  ] as const) {
    if (value === null) continue;
    ctx.moveTo(bbox.left, at);
    ctx.lineTo(bbox.left + bbox.width, at);
  }
  ctx.stroke();
  ctx.restore();
}

const MARK_ROWS = 3; // of words at the top; beyond, a mark is a line alone

// Each with its word at the top, on the side of what came before: there the line is seldom so high.
// Words that would lie on another go a row lower.
function drawMarks(plot: uPlot, marks: Mark[]): void {
  const { ctx, bbox } = plot;
  const gap = 5 * devicePixelRatio;
  const taken: [row: number, from: number, to: number][] = [];
  ctx.save();
  ctx.font = `600 ${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.lineWidth = devicePixelRatio;
  for (const { at, word, quiet } of marks) {
    const x = Math.round(plot.valToPos(at / 1000, "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = ctx.fillStyle = color(quiet ? "--muted" : "--mark");
    ctx.setLineDash(quiet ? [3 * devicePixelRatio, 3 * devicePixelRatio] : []);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const width = ctx.measureText(word).width;
    const from = x - gap - width < bbox.left ? x + gap : x - gap - width;
    const meets = (row: number) =>
      taken.some(([other, left, right]) => {
        return other === row && from < right + gap && left < from + width + gap;
      });
    const row = Array.from({ length: MARK_ROWS }, (_, index) => index).find((one) => !meets(one));
    if (row === undefined) continue;
    taken.push([row, from, from + width]);
    ctx.textAlign = "left";
    ctx.fillText(word, from, bbox.top + (12 + 14 * row) * devicePixelRatio);
  }
  ctx.restore();
}

function lineOptions(line: ChartSeries, index: number, props: ChartProps): uPlot.Series {
  const { data, stacked } = props;
  const stroke = color(lineColor(line, index));
  if (stacked) {
    return {
      label: line.name,
      stroke,
      fill: stroke,
      width: 0,
      points: { show: false },
      paths: uPlot.paths.bars?.({ size: [0.85, 40], align: 1 }),
    };
  }
  return {
    label: line.name,
    stroke,
    width: line.dashed ? 1.3 : 1.8,
    // Beyond the colours that there are, a dash tells two lines apart.
    dash: line.dashed ? [2, 4] : index >= LINES ? [8, 3] : undefined,
    points: line.dashed
      ? { show: false }
      : data.times.length < FEW_POINTS
        ? { show: true }
        : { show: false, filter: () => alone(line.values) },
  };
}

const FEW_POINTS = 40;

// Room for the longest of them; the same for all that are usual, so that charts below each other stand
// in line.
const widthOfTicks = (ticks: string[] | null) =>
  Math.max(62, 20 + 7 * Math.max(0, ...(ticks ?? []).map(({ length }) => length)));

// 128 MiB, 256 MiB, ...: round steps of what is written in powers of two.
const BINARY_STEPS = Array.from({ length: 60 }, (_, power) => 2 ** power);

function plotOptions(
  props: ChartProps,
  zone: Zone,
  width: number,
  onIndex: (index: number | null | undefined) => void,
  onReady: () => void,
) {
  const { data, window, expected, marks = [], height = 200, unit, stacked, onSelect } = props;
  const axis: uPlot.Axis = {
    stroke: color("--muted"),
    grid: { stroke: color("--line"), width: 1 },
    ticks: { stroke: color("--line"), width: 1 },
    font: "12px system-ui, sans-serif",
  };
  const range = () =>
    rangeOfValues(stacked ? { ...data, series: stackedSeries(data) } : data, expected);
  const options: uPlot.Options = {
    width,
    height,
    legend: { show: false },
    tzDate: (seconds) =>
      zone === "utc" ? uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC") : new Date(seconds * 1000),
    scales: {
      x: { range: () => [window.start / 1000, window.end / 1000] },
      y: { range: stacked ? () => [0, range()[1]] : range },
    },
    axes: [
      {
        ...axis,
        space: 70,
        size: 32,
        // The day is said where it begins, not at each tick.
        values: (_plot, ticks, _axis, _space, step) =>
          ticks.map((tick, index) =>
            formatClock(tick * 1000, zone, (ticks[index - 1] ?? tick) * 1000, step < 60),
          ),
      },
      {
        ...axis,
        size: (_plot, ticks) => widthOfTicks(ticks),
        ...(unit === "bytes" || unit === "B/s" ? { incrs: BINARY_STEPS } : {}),
        values: (_plot, ticks) => ticks.map((tick) => formatTick(tick, unit)),
      },
    ],
    series: [{}, ...data.series.map((line, index) => lineOptions(line, index, props))],
    cursor: {
      drag: { x: onSelect !== undefined, y: false, setScale: false },
      points: stacked ? { show: false } : { size: 7 },
    },
    hooks: {
      ready: [onReady],
      drawClear: [(plot) => expected && drawExpected(plot, expected)],
      draw: [(plot) => drawMarks(plot, marks)],
      setCursor: [(plot) => onIndex(plot.cursor.idx)],
      setSelect: [(plot) => tellSelection(plot, onSelect)],
    },
  };
  return options;
}

const CURSOR_TOP = 10; // px: of the point that keys have chosen
const NOWHERE = -10; // px: for uPlot, what is outside of the chart

const SELECTION_PX_MIN = 5; // less is a click

function tellSelection(plot: uPlot, onSelect: ChartProps["onSelect"]): void {
  const { left, width } = plot.select;
  if (!onSelect || width < SELECTION_PX_MIN) return;
  const ms = (x: number) => Math.round(plot.posToVal(x, "x") * 1000);
  onSelect({ from: ms(left), to: ms(left + width) });
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

export default function Chart(given: ChartProps) {
  const { window, caption, unit, step, quiet = false } = given;
  const data = useMemo(() => withGaps(given.data, step), [given.data, step]);
  const props = { ...given, data };
  const { zone } = useSettings();
  const theme = useTheme();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const [time, setTime] = useState<number>(); // of the point that is read; none: the newest
  const chosen = useRef<number>(undefined); // the same by keys: stays while new values come
  const captionId = useId();

  const latest = useRef(props);
  latest.current = props;

  const read = (index: number | null | undefined) => {
    const pointed = index == null ? undefined : latest.current.data.times[index];
    // A chart that is drawn anew points nowhere.
    if (chosen.current !== undefined && (pointed ?? chosen.current) === chosen.current) return;
    chosen.current = undefined;
    setTime(pointed);
  };
  const choose = (next: number | undefined) => {
    const left = next === undefined ? NOWHERE : plot.current?.valToPos(next, "x");
    plot.current?.setCursor({ left: left ?? NOWHERE, top: CURSOR_TOP });
    chosen.current = next;
    setTime(next);
  };

  const shape = JSON.stringify([
    data.series.map(({ name, color, dashed }) => [name, color, dashed]),
    props.expected,
    props.marks,
    props.stacked,
    props.height,
    props.unit,
    window,
  ]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` and `theme` stand for the props
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const width = () => Math.max(240, element.clientWidth);
    const values = () => columns(latest.current);
    const drawn = new uPlot(
      plotOptions(latest.current, zone, width(), read, () => {
        if (chosen.current !== undefined) choose(chosen.current);
      }),
      values(),
      element,
    );
    plot.current = drawn;
    const observer = new ResizeObserver(() =>
      drawn.setSize({ width: width(), height: latest.current.height ?? 200 }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.destroy();
      plot.current = null;
    };
  }, [shape, zone, theme]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `data` is what `latest` holds
  useEffect(() => plot.current?.setData(columns(latest.current)), [data]);

  const last = data.times.length - 1;
  const at =
    time === undefined
      ? last
      : Math.max(
          0,
          data.times.findLastIndex((one) => one <= time),
        );
  const move = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    const next =
      event.key === "Home"
        ? 0
        : event.key === "End"
          ? last
          : step && Math.min(Math.max(at + step, 0), last);
    if (next === undefined) return;
    event.preventDefault();
    choose(data.times[next]);
  };

  const reading = describePoint(data, at, zone, window.end, unit);
  return (
    <figure className="chart" aria-labelledby={captionId}>
      <figcaption id={captionId}>{caption}</figcaption>
      {data.times.length > 0 && !hasNumbers(data) && (
        <p className="note">
          No value in this time is a number that can be drawn: each is NaN or infinite.
        </p>
      )}
      <div
        className="chart-canvas"
        role="slider"
        tabIndex={0}
        aria-label="Point of the chart; arrow keys move"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={Math.max(0, at)}
        aria-valuetext={reading}
        onKeyDown={move}
        onBlur={() => chosen.current !== undefined && choose(undefined)}
        ref={place}
      />
      {!quiet && (
        <p className="chart-reading" aria-hidden>
          {reading}
          {data.left > 0 && ` (${data.left} more series are not drawn)`}
        </p>
      )}
      <ChartTable data={data} now={window.end} unit={unit} />
    </figure>
  );
}

const stackedSeries = ({ series }: ChartData): ChartSeries[] =>
  stack(series).map((values, index) => ({ name: String(index), values }));

const columns = ({ data, stacked }: ChartProps): uPlot.AlignedData => [
  data.times,
  ...(stacked ? stack(data.series) : data.series.map((line) => line.values)),
];

function describePoint(
  data: ChartData,
  index: number,
  zone: Zone,
  now: number,
  unit?: string,
): string {
  const time = data.times[index];
  if (time === undefined) return "No values";
  const values = data.series.map((line) => {
    const value = line.values[index];
    const text = value == null ? "no value" : formatValue(value, unit);
    return data.series.length === 1 ? text : `${line.name} ${text}`;
  });
  return `${formatClock(time * 1000, zone, now)}: ${values.join(", ")}`;
}

interface ChartTableProps {
  data: ChartData;
  now: number;
  unit?: string;
}

function ChartTable({ data: { times, series }, now, unit }: ChartTableProps) {
  const columns = series.map(({ name }) => ({ key: name, head: name }));
  const rows = useMemo(
    () =>
      thin([...times.keys()], TABLE_ROWS_MAX).map((at) => ({
        time: times[at] ?? 0,
        values: series.map(({ values }) => {
          const value = values[at];
          return value == null ? "none" : formatValue(value, unit);
        }),
      })),
    [times, series, unit],
  );
  return <ValuesTable columns={columns} rows={rows} now={now} />;
}
