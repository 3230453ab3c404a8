// Explore metrics: queries, one chart with a legend and a table, what it was some days ago, and what
// was changed meanwhile.
import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { changesQuery } from "../../../api/data_queries";
import { rangeQuery } from "../../../api/queries";
import type { Change } from "../../../api/types";
import { QUERY_WORDS, useWords } from "../../../frame/search_words";
import { toAbsolute } from "../../../frame/time_range";
import {
  keptRange,
  useRangeWindow,
  useRefreshMs,
  useTimeRange,
} from "../../../frame/use_time_range";
import { readMatrix } from "../../../kit/chart_data";
import { formatDuration, plural } from "../../../kit/format";
import { Empty, Loading, Section } from "../../../kit/section";
import { Clock } from "../../../kit/time";
import { ExploreHead } from "../explore_head";
import { joinParts, type Part, shiftData } from "./joined";
import { Legend } from "./legend";
import { MetricPicker } from "./metric_picker";
import { QueryRows, readQueries } from "./query_rows";

const Chart = lazy(() => import("../../../kit/chart"));

const SERIES_MAX = 24;
const DAY_S = 86_400;
const STEPS = [15, 60, 300, 900, 3600, 21_600, 86_400];
const DAYS = [1, 2, 7, 14, 28];
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

// "-7d" to 7; 0 when it means nothing.
export function readDays(word: string | undefined): number {
  const days = /^-?(\d{1,3})d$/.exec(word ?? "")?.[1];
  return days ? Number(days) : 0;
}

function useAnswers(queries: string[]) {
  const [words] = useWords();
  const step = Number(words.step) > 0 ? Math.round(Number(words.step)) : 0;
  const days = readDays(words.cmp);
  const window = useRangeWindow(step);
  const refreshMs = useRefreshMs();
  const shift = days * DAY_S * 1000;
  const earlier = { ...window, start: window.start - shift, end: window.end - shift };
  const now = useQueries({ queries: queries.map((query) => rangeQuery(query, window, refreshMs)) });
  const before = useQueries({
    queries: (days ? queries : []).map((query) => rangeQuery(query, earlier, 0)),
  });
  const parts: Part[] = queries.map((_, index) => ({
    letter: String.fromCharCode(65 + index),
    now: readMatrix(now[index]?.data, SERIES_MAX),
    past: shiftData(readMatrix(before[index]?.data, SERIES_MAX), days * DAY_S),
  }));
  return { window, days, parts, now, before };
}

function Answers({ queries }: { queries: string[] }) {
  const { range, setRange } = useTimeRange();
  const { window, days, parts, now, before } = useAnswers(queries);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const changes = useInfiniteQuery(changesQuery(range, {}, useRefreshMs()));
  const changed = changes.data?.pages[0]?.changes ?? [];
  const { data, legend } = joinParts(parts, hidden, `${days} d ago`);
  const loading = now.some(({ isPending }) => isPending);
  const failed = now.every(({ error, data: have }) => error && !have);
  return (
    <>
      <section className="section" aria-label="Queries">
        <QueryRows queries={queries} errors={now.map(({ error }) => error)} />
        <Toolbar step={window.step} days={days} />
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

function Toolbar({ step, days }: { step: number; days: number }) {
  const [words, setWords] = useWords();
  const { start, end } = useRangeWindow();
  const spanS = (end - start) / 1000;
  const own = Number(words.step) || 0;
  const steps = STEPS.filter((one) => one <= spanS / 2 && spanS / one <= POINTS_MAX);
  const options = own && !steps.includes(own) ? [...steps, own] : steps;
  const choices = days && !DAYS.includes(days) ? [...DAYS, days] : DAYS;
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
      <label className="inline-field">
        Compare with
        <select
          value={days || ""}
          onChange={(event) =>
            setWords({ cmp: event.target.value ? `-${event.target.value}d` : undefined })
          }
        >
          <option value="">nothing</option>
          {choices.map((one) => (
            <option key={one} value={one}>
              {plural(one, "day")} ago
            </option>
          ))}
        </select>
      </label>
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
          &nbsp;{kind} of {service} {version}
        </span>
      ))}
      <Link to="/changes" search={keptRange} className="link">
        All changes
      </Link>
    </p>
  );
}
