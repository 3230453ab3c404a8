// Who sends metrics, log lines and spans, and who has stopped: those first.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask, client } from "../../api/client";
import type { components } from "../../api/schema";
import { formatPeriod, plural } from "../../kit/format";
import { Answer, Empty, Section } from "../../kit/section";
import { StateMark } from "../../kit/state_mark";
import { Ago } from "../../kit/time";

type Source = components["schemas"]["SourceList"]["sources"][number];

const REFRESH_MS = 15_000;
const SOURCES_MAX = 1000;
const ROWS_FIRST = 60;
const SIGNALS: Record<Source["signal"], string> = {
  metrics: "metrics",
  logs: "log lines",
  spans: "spans",
};

const sourcesQuery = () =>
  queryOptions({
    queryKey: ["sources"] as const,
    queryFn: ({ signal }) =>
      ask(client.GET("/api/v1/sources", { params: { query: { limit: SOURCES_MAX } }, signal })),
    refetchInterval: REFRESH_MS,
  });

export function Sources() {
  const sources = useQuery(sourcesQuery());
  return (
    <Answer what="Sources" query={sources} rows={5}>
      {({ sources: list, stopped }) => {
        const ended = list.filter(({ state }) => state === "stopped");
        const sending = list.filter(({ state }) => state === "sending");
        return (
          <div className="stack">
            {stopped > 0 && (
              <Section title="Stopped" count={stopped}>
                <Rows sources={ended} />
              </Section>
            )}
            <Section title="Sending" count={sending.length || undefined}>
              {sending.length === 0 ? (
                <Empty title="Nobody sends">
                  <p>
                    Each job, and each service of log lines and spans, is known by itself after its
                    first minute. One that falls silent is told of like any other anomaly.
                  </p>
                </Empty>
              ) : (
                <Rows sources={sending} />
              )}
            </Section>
          </div>
        );
      }}
    </Answer>
  );
}

function Rows({ sources }: { sources: Source[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? sources : sources.slice(0, ROWS_FIRST);
  return (
    <>
      <ul className="rows">
        {shown.map((source) => (
          <SourceRow key={`${source.signal} ${source.name}`} source={source} />
        ))}
      </ul>
      {sources.length > shown.length && (
        <button type="button" className="button mt-2" onClick={() => setAll(true)}>
          Show {plural(sources.length - shown.length, "other", "others")}
        </button>
      )}
    </>
  );
}

function SourceRow({ source }: { source: Source }) {
  const { signal, name, state, first_at, last_at, longest_pause } = source;
  const stopped = state === "stopped";
  const tone = stopped ? "warning" : "normal";
  return (
    <li className="row" data-row>
      <StateMark tone={tone} />
      <div className="min-w-0 flex-1">
        <p className="break-words font-medium">
          {name} <span className="text-muted">{SIGNALS[signal] ?? signal}</span>
        </p>
        <p className="row-facts">
          <span>
            known since <Ago at={first_at} />
          </span>
          <span>longest pause {formatPeriod(longest_pause)}</span>
        </p>
      </div>
      <p className="row-times">
        <span className={`tone-${tone} font-semibold`}>{stopped ? "Silent" : "Sends"}</span>
        <span>
          {stopped ? "last heard " : ""}
          <Ago at={last_at} />
        </span>
      </p>
    </li>
  );
}
