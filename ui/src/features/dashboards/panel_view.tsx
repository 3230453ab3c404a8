// One panel: lines with the last value of each, and of the time they are compared with; or a table, or
// a heat map. Its title leads to the query in Explore.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { lazy, Suspense } from "react";
import { changesQuery } from "../../api/data_queries";
import { useWords } from "../../frame/search_words";
import { keptRange, useRefreshMs, useTimeRange } from "../../frame/use_time_range";
import { formatChange, formatValue, plural } from "../../kit/format";
import { joinParts, type LegendRow } from "../../kit/joined";
import { Answer, Empty, Loading, Section } from "../../kit/section";
import { Swatch } from "../../kit/swatches";
import { useSettled } from "../../kit/use_settled";
import { missingWords } from "../../promql/promql_place";
import { useAnswers } from "../explore/metrics/answers";
import type { Panel } from "./dashboard";
import { HeatPanel } from "./panel_heat";
import { type PanelBody, TablePanel } from "./panel_table";

const Chart = lazy(() => import("../../kit/chart"));

const HEIGHT = 180;
const SERIES_MAX = 12;
const SETTLE_MS = 500; // of a query that is being written
const NONE: ReadonlySet<string> = new Set();

const BODIES = { table: TablePanel, heatmap: HeatPanel };

export function PanelView({ title, query: written, unit, wide, kind }: Panel) {
  const [words] = useWords();
  const query = useSettled(written, SETTLE_MS);
  const missing = missingWords(query);
  const Body = (kind && BODIES[kind]) ?? Lines;
  return (
    <div className={clsx("panel-cell", wide && "wide")}>
      <Section
        title={title}
        aside={
          <Link
            to="/explore/metrics"
            search={{ ...keptRange(), q: query, cmp: words.cmp }}
            className="link text-sm"
          >
            Explore<span className="sr-only"> {title}</span>
          </Link>
        }
      >
        {missing ? <Empty title={missing} /> : <Body title={title} query={query} unit={unit} />}
      </Section>
    </div>
  );
}

function Lines({ query, unit }: PanelBody) {
  const { window, days, parts, now } = useAnswers([query], SERIES_MAX);
  const { range } = useTimeRange();
  const changes = useInfiniteQuery(changesQuery(range, {}, useRefreshMs()));
  const changed = changes.data?.pages[0]?.changes ?? [];
  const [answer] = now;
  if (!answer) return null;
  return (
    <Answer what="The panel" query={answer} rows={3}>
      {() => {
        const { data, legend } = joinParts(parts, NONE, `${days} d ago`);
        if (legend.length === 0) return <Empty title="No values in this range" />;
        const before = legend.some(({ change }) => change !== null);
        return (
          <Suspense fallback={<Loading rows={3} what="the chart" />}>
            <Chart
              data={data}
              window={window}
              step={window.step}
              caption={captionOf(legend, data.left, before ? days : 0, unit)}
              marks={changed.map(({ time }) => ({
                at: Date.parse(time),
                word: "",
                quiet: true,
              }))}
              height={HEIGHT}
              unit={unit}
              quiet
            />
            {days > 0 && !before && (
              <p className="text-muted text-sm">There are no values {plural(days, "day")} ago.</p>
            )}
            <PanelLegend rows={legend} unit={unit} compared={before} />
          </Suspense>
        );
      }}
    </Answer>
  );
}

function nowWords(rows: LegendRow[], unit?: string): string {
  const told = rows.flatMap(({ name, last }) => (last === null ? [] : [{ name, last }]));
  const [most] = told.sort((a, b) => b.last - a.last);
  if (!most) return "no value now";
  const value = formatValue(most.last, unit);
  return told.length === 1 ? `now ${value}` : `${most.name} has the most now, ${value}`;
}

// "order has the most now, 67.1/s; 7 series".
function captionOf(rows: LegendRow[], left: number, days: number, unit?: string): string {
  const all = plural(rows.length + left, "series", "series");
  const parts = [nowWords(rows, unit), left > 0 ? `${rows.length} of ${all}` : all];
  if (days > 0) parts.push(`dotted: ${plural(days, "day")} before`);
  return parts.join("; ");
}

interface PanelLegendProps {
  rows: LegendRow[];
  unit?: string;
  compared: boolean;
}

function PanelLegend({ rows, unit, compared }: PanelLegendProps) {
  return (
    <ul className="panel-legend" aria-label="Last values">
      {rows.map(({ key, name, color, last, change }) => (
        <li key={key}>
          <Swatch color={color} />
          <span className="panel-name truncate" title={name}>
            {name}
          </span>
          <strong>{last === null ? "none" : formatValue(last, unit)}</strong>
          {compared && change !== null && (
            <span className="text-muted">{formatChange(change)}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
