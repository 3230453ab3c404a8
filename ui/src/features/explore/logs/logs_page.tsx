// Explore logs: a query, how many lines over time, the lines themselves or their kinds, and what
// comes right now.
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { isStats, type LogFilter, logsQuery } from "../../../api/data_queries";
import { statusQuery } from "../../../api/queries";
import type { Log } from "../../../api/types";
import { SelectField, ServiceField, Toggle } from "../../../frame/fields";
import { useAction } from "../../../frame/keys";
import { useWords } from "../../../frame/search_words";
import { useRefreshMs, useTimeRange } from "../../../frame/use_time_range";
import { plural } from "../../../kit/format";
import { pagedCount } from "../../../kit/paged";
import { QueryBox } from "../../../kit/query_box";
import { Answer, Empty, Section } from "../../../kit/section";
import { ExploreHead } from "../explore_head";
import { Histogram } from "./histogram";
import { LogList } from "./log_list";
import {
  addCondition,
  completeLogs,
  isCounting,
  LEVELS,
  readLogFilter,
  withFilters,
} from "./log_query";
import { useLogTail } from "./log_tail";
import { Patterns } from "./patterns";
import { QueryHelp } from "./query_help";
import { StatsView } from "./stats_view";

const LINES_MAX = 5000;

export default function LogsPage() {
  const [words, setWords] = useWords();
  const { range } = useTimeRange();
  const filter = readLogFilter(words);
  const tailing = words.tail === "on";
  const patterns = words.view === "patterns";
  const refreshMs = useRefreshMs();
  const lines = useInfiniteQuery(logsQuery(range, filter, tailing ? 0 : refreshMs));
  const counting = isCounting(words.q ?? "");
  const first = lines.data?.pages[0];
  const stats = first && isStats(first) ? first : null;
  const logs = lines.data?.pages.flatMap((page) => (isStats(page) ? [] : page.logs)) ?? [];
  return (
    <div className="stack">
      <ExploreHead title="Logs" />
      <QueryBar logs={logs} counting={counting} />
      {!counting && <Histogram filter={filter} />}
      {stats ? (
        <StatsView stats={stats} />
      ) : patterns ? (
        <Patterns
          filter={filter}
          onPick={(id) =>
            setWords({ view: undefined, q: addCondition(words.q ?? "", `pattern=${id}`) })
          }
        />
      ) : (
        <Lines query={lines} logs={logs} filter={filter} tailing={tailing} />
      )}
    </div>
  );
}

function knownWords(logs: Log[], services: string[]) {
  const fields = new Map<string, string[]>();
  for (const { fields: own } of logs.slice(0, 200)) {
    for (const [name, value] of Object.entries(own)) {
      const values = fields.get(name) ?? [];
      if (values.length < 50 && !values.includes(String(value))) values.push(String(value));
      fields.set(name, values);
    }
  }
  return { services, fields };
}

function QueryBar({ logs, counting }: { logs: Log[]; counting: boolean }) {
  const [words, setWords] = useWords();
  const cache = useQueryClient();
  const box = useRef<{ focus: () => void }>(null);
  useAction("filter", () => box.current?.focus());
  const complete = async (text: string, caret: number, asked: boolean) => {
    const status = await cache.fetchQuery(statusQuery()).catch(() => null);
    const services = status?.services.map(({ name }) => name) ?? [];
    return completeLogs(text, caret, asked, knownWords(logs, services));
  };
  return (
    <section className="section" aria-label="Query">
      <QueryBox
        ref={box}
        label="Query"
        hideLabel
        value={words.q ?? ""}
        placeholder='Words of the message, level>=warning, status>=500, "a phrase" | count by (service)'
        onRun={(q) => setWords({ q: q || undefined })}
        complete={complete}
      />
      <div className="toolbar">
        <ServiceField />
        <SelectField
          label="Level"
          word="level"
          all="All levels"
          options={LEVELS.filter((level) => level !== "trace").map((level) => [
            level,
            level === "fatal" ? level : `${level} and worse`,
          ])}
        />
        <Toggle
          label="Patterns"
          on={words.view === "patterns"}
          change={(on) => setWords({ view: on ? "patterns" : undefined })}
        />
        <Toggle
          label="Live tail"
          on={words.tail === "on" && !counting}
          disabled={counting}
          change={(on) => setWords({ tail: on ? "on" : undefined, view: undefined })}
        />
        <QueryHelp />
      </div>
    </section>
  );
}

interface LinesProps {
  query: {
    data: { pages: unknown[] } | undefined;
    error: Error | null;
    refetch: () => unknown;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage: () => unknown;
  };
  logs: Log[];
  filter: LogFilter;
  tailing: boolean;
}

function Lines({ query, logs, filter, tailing }: LinesProps) {
  const tail = useLogTail(withFilters(filter.query ?? "", filter), tailing);
  const known = new Set(tail.lines.map(({ id }) => id));
  const all = [...tail.lines, ...logs.filter(({ id }) => !known.has(id))];
  const warning = (query.data?.pages.at(-1) as { warning?: string } | undefined)?.warning;
  return (
    <Section
      title={tailing ? "Lines, as they come" : "Lines"}
      count={pagedCount(all.length, query)}
      aside={tailing && <TailState open={tail.open} dropped={tail.dropped} error={tail.error} />}
    >
      {warning && <p className="note">{warning}</p>}
      <Answer what="Log lines" query={query} rows={8}>
        {() =>
          all.length === 0 ? (
            <Empty title={tailing ? "No line yet" : "No lines fit"}>
              <p>
                {tailing
                  ? "New lines that fit the query appear here."
                  : "Try a longer range, fewer words, or another level."}
              </p>
            </Empty>
          ) : (
            <>
              <LogList logs={all} />
              {query.hasNextPage && all.length < LINES_MAX && (
                <button
                  type="button"
                  className="button mt-2"
                  disabled={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  {query.isFetchingNextPage ? "Loading…" : "Older lines"}
                </button>
              )}
              {all.length >= LINES_MAX && (
                <p className="mt-2 text-muted text-sm">
                  {plural(LINES_MAX, "line")} are shown; a narrower query or range finds the rest.
                </p>
              )}
            </>
          )
        }
      </Answer>
    </Section>
  );
}

function TailState({
  open,
  dropped,
  error,
}: {
  open: boolean;
  dropped: number;
  error: Error | null;
}) {
  return (
    <span role="status" className={error ? "tone-warning text-sm" : "text-muted text-sm"}>
      {error ? error.message : open ? "Following" : "Connecting"}
      {dropped > 0 && `, ${plural(dropped, "line")} left out: too many at once`}
    </span>
  );
}
