// One panel: a chart with the last value of each line, and of the time it is compared with. Its title
// leads to the query in Explore.
import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { lazy, Suspense } from "react";
import { useWords } from "../../frame/search_words";
import { keptRange } from "../../frame/use_time_range";
import { formatChange, formatValue, plural } from "../../kit/format";
import { joinParts, type LegendRow } from "../../kit/joined";
import { Answer, Empty, Loading, Section } from "../../kit/section";
import { Swatch } from "../../kit/swatches";
import { useSettled } from "../../kit/use_settled";
import { useAnswers } from "../explore/metrics/answers";
import type { Panel } from "./dashboard";

const Chart = lazy(() => import("../../kit/chart"));

const HEIGHT = 180;
const SERIES_MAX = 12;
const SETTLE_MS = 500; // of a query that is being written
const NONE: ReadonlySet<string> = new Set();

export function PanelView({ title, query: written, unit, wide }: Panel) {
  const [words] = useWords();
  const query = useSettled(written, SETTLE_MS);
  const { window, days, parts, now } = useAnswers([query], SERIES_MAX);
  const answer = now[0];
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
        {answer && (
          <Answer what="The panel" query={answer} rows={3}>
            {() => {
              const { data, legend } = joinParts(parts, NONE, `${days} d ago`);
              if (legend.length === 0) return <Empty title="No values in this range" />;
              return (
                <Suspense fallback={<Loading rows={3} what="the chart" />}>
                  <Chart
                    data={data}
                    window={window}
                    step={window.step}
                    caption={captionOf(legend.length, data.left, days)}
                    height={HEIGHT}
                    unit={unit}
                    quiet
                  />
                  <PanelLegend rows={legend} unit={unit} compared={days > 0} />
                </Suspense>
              );
            }}
          </Answer>
        )}
      </Section>
    </div>
  );
}

function captionOf(drawn: number, left: number, days: number): string {
  const all = plural(drawn + left, "series", "series");
  const what = left > 0 ? `${drawn} of ${all}` : all;
  return days ? `${what}, dotted: ${plural(days, "day")} before` : what;
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
          <span className="truncate" title={name}>
            {name}
          </span>
          <strong>{last === null ? "none" : formatValue(last, unit)}</strong>
          {compared && <span className="text-muted">{formatChange(change)}</span>}
        </li>
      ))}
    </ul>
  );
}
