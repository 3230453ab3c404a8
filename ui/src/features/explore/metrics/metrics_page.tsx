// Explore metrics: queries, one chart with a legend and a table, what it was some days ago, and what
// was changed meanwhile.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { changesQuery } from "../../../api/data_queries";
import type { Change } from "../../../api/types";
import { QUERY_WORDS, useWords } from "../../../frame/search_words";
import { toAbsolute } from "../../../frame/time_range";
import {
  keptRange,
  useRangeWindow,
  useRefreshMs,
  useTimeRange,
} from "../../../frame/use_time_range";
import { formatDuration, plural, unitOfQuery } from "../../../kit/format";
import { joinParts } from "../../../kit/joined";
import { Empty, Loading, Section } from "../../../kit/section";
import { Clock } from "../../../kit/time";
import { ExploreHead } from "../explore_head";
import { useAnswers } from "./answers";
import { CompareField } from "./compare_field";
import { Legend } from "./legend";
import { MetricPicker } from "./metric_picker";
import { QueryRows, readQueries } from "./query_rows";

const Chart = lazy(() => import("../../../kit/chart"));

const SERIES_MAX = 24;
const STEPS = [15, 60, 300, 900, 3600, 21_600, 86_400];
const POINTS_MAX = 11_000; // of a series, by the server

export default function MetricsPage() {
  const [words, setWords] = useWords();
  const queries = readQueries(words);
  return (
    <div className="stack">
      <ExploreHead title="Metrics" />
      {queries.length === 0 ? (
        <Section title="Begin with a metric">
          <QueryRows queries={[]} errors={[]} />
          <MetricPicker onPick={(query) => setWords({ [QUERY_WORDS[0]]: query })} />
        </Section>
      ) : (
        <Answers queries={queries} />
      )}
    </div>
  );
}

function Answers({ queries }: { queries: string[] }) {
  const { range, setRange } = useTimeRange();
  const { window, days, parts, now, before, missing } = useAnswers(queries, SERIES_MAX);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const changes = useInfiniteQuery(changesQuery(range, {}, useRefreshMs()));
  const changed = changes.data?.pages[0]?.changes ?? [];
  const { data, legend } = joinParts(parts, hidden, `${days} d ago`);
  // On one axis with others, a unit would be said of all of them.
  const units = new Set(queries.map(unitOfQuery));
  const unit = units.size === 1 ? [...units][0] : undefined;
  const loading = now.some(({ isLoading }) => isLoading);
  const failed = now.every(({ error, data: have }, index) => (error || missing[index]) && !have);
  return (
    <>
      <section className="section" aria-label="Queries">
        <QueryRows queries={queries} errors={now.map(({ error }) => error)} missing={missing} />
        <Toolbar step={window.step} />
        {before.some(({ error }) => error) && (
          <p role="alert" className="tone-warning text-sm">
            The time to compare with could not be read.
          </p>
        )}
      </section>
      {loading && legend.length === 0 && !failed ? (
        <Section title="Chart">
          <Loading rows={5} what="the chart" />
        </Section>
      ) : legend.length === 0 ? (
        !failed && (
          <Empty title="No values in this range">
            <p>The query is right, but no series has a sample here. A longer range may have.</p>
          </Empty>
        )
      ) : (
        <Section title="Chart" count={plural(legend.length, "series", "series")}>
          <Suspense fallback={<Loading rows={5} what="the chart" />}>
            <Chart
              data={data}
              window={window}
              step={window.step}
              unit={unit}
              caption={captionOf(queries, window, days)}
              marks={changed.map(({ time }) => ({ at: Date.parse(time), word: "", quiet: true }))}
              height={300}
              quiet
              onSelect={(part) => setRange(toAbsolute(part))}
            />
          </Suspense>
          {days > 0 && legend.every(({ change }) => change === null) && (
            <p className="text-muted text-sm">There are no values {plural(days, "day")} ago.</p>
          )}
          <ChangeStrip changes={changed} />
          <Legend
            rows={legend}
            hidden={hidden}
            setHidden={setHidden}
            compared={days > 0}
            left={data.left}
            unit={unit}
          />
        </Section>
      )}
    </>
  );
}

function captionOf(queries: string[], window: { start: number; end: number }, days: number) {
  const span = formatDuration(window.end - window.start);
  const what = queries.length === 1 ? queries[0] : plural(queries.length, "query", "queries");
  return `${what} over ${span}${days ? `, dotted: ${plural(days, "day")} before` : ""}. Draw over a part to look closer.`;
}

const stepWord = (step: number) => formatDuration(step * 1000);

function Toolbar({ step }: { step: number }) {
  const [words, setWords] = useWords();
  const { start, end } = useRangeWindow();
  const spanS = (end - start) / 1000;
  const own = Number(words.step) || 0;
  const steps = STEPS.filter((one) => one <= spanS / 2 && spanS / one <= POINTS_MAX);
  const options = own && !steps.includes(own) ? [...steps, own] : steps;
  return (
    <div className="toolbar">
      <label className="inline-field">
        Step
        <select
          value={own || ""}
          onChange={(event) => setWords({ step: event.target.value || undefined })}
        >
          <option value="">Auto ({stepWord(step)})</option>
          {options.map((one) => (
            <option key={one} value={one}>
              {stepWord(one)}
            </option>
          ))}
        </select>
      </label>
      <CompareField />
    </div>
  );
}

const CHANGES_SHOWN = 6;

function ChangeStrip({ changes }: { changes: Change[] }) {
  if (changes.length === 0) return null;
  return (
    <p className="change-strip">
      <span className="font-semibold">{plural(changes.length, "change")} in this range:</span>
      {changes.slice(0, CHANGES_SHOWN).map(({ id, time, kind, service, version }) => (
        <span key={id} className="chip">
          <Clock at={time} seconds={false} />
          &nbsp;{kind.replaceAll("_", " ")} of {service} {version}
        </span>
      ))}
      <Link to="/changes" search={keptRange} className="link">
        All changes
      </Link>
    </p>
  );
}
