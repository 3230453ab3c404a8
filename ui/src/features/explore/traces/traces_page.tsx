// Explore traces: search by service, operation, duration, failure and attributes.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type TraceFilter, traceServicesQuery, tracesQuery } from "../../../api/data_queries";
import type { TraceSummary } from "../../../api/types";
import { SelectField, TextField, Toggle } from "../../../frame/fields";
import { useWords, type Words } from "../../../frame/search_words";
import { useRefreshMs, useTimeRange } from "../../../frame/use_time_range";
import { formatTook, plural } from "../../../kit/format";
import { Paged, pagedCount } from "../../../kit/paged";
import { Empty, Section } from "../../../kit/section";
import { StateMark } from "../../../kit/state_mark";
import { Clock } from "../../../kit/time";
import { ExploreHead } from "../explore_head";

function readFilter({ service, operation, min, max, failed, attribute }: Words): TraceFilter {
  return {
    ...(service ? { service } : {}),
    ...(operation ? { operation } : {}),
    ...(min ? { min_duration: min } : {}),
    ...(max ? { max_duration: max } : {}),
    ...(failed === "yes" ? { status: "error" } : {}),
    // "a=1 b=2": all of them
    ...(attribute ? { attribute: attribute.split(/\s+/) } : {}),
  };
}

export default function TracesPage() {
  const [words, setWords] = useWords();
  const { range } = useTimeRange();
  const services = useQuery(traceServicesQuery(range));
  const traces = useInfiniteQuery(tracesQuery(range, readFilter(words), useRefreshMs()));
  const all = traces.data?.pages.flatMap((page) => page.traces) ?? [];
  const known = services.data?.services ?? [];
  const operations = known
    .filter(({ service }) => !words.service || service === words.service)
    .flatMap((one) => one.operations);
  return (
    <div className="stack">
      <ExploreHead title="Traces" />
      <Section title="Traces in this range" count={pagedCount(all.length, traces)}>
        <div className="toolbar mb-2">
          <SelectField
            label="Service"
            word="service"
            all="All services"
            options={known.map(({ service }) => [service, service])}
          />
          <SelectField
            label="Operation"
            word="operation"
            all="All operations"
            options={[...new Set(operations)].sort().map((name) => [name, name])}
          />
          <TextField label="Took at least" example="≥ 250ms" word="min" main size={8} />
          <TextField label="Took at most" example="≤ 2s" word="max" size={8} />
          <TextField label="Attributes" example="http.route=/pay" word="attribute" size={20} />
          <Toggle
            label="Failed only"
            on={words.failed === "yes"}
            change={(on) => setWords({ failed: on ? "yes" : undefined })}
          />
        </div>
        <Paged what="Traces" query={traces} more="Older traces">
          {() =>
            all.length === 0 ? (
              <Empty title="No traces fit">
                <p>
                  Spans come by OpenTelemetry: <code>POST /v1/traces</code>.
                </p>
              </Empty>
            ) : (
              <TraceRows traces={all} />
            )
          }
        </Paged>
      </Section>
    </div>
  );
}

function TraceRows({ traces }: { traces: TraceSummary[] }) {
  const longest = Math.max(...traces.map(({ duration_ms }) => duration_ms)) || 1;
  // A trace whose spans lie on two pages is on both.
  const rows = [...new Map(traces.map((trace) => [trace.trace_id, trace])).values()];
  return (
    <ul className="rows">
      {rows.map(({ trace_id, service, operation, start, duration_ms, ...trace }) => (
        <li key={trace_id} className="row" data-row>
          <StateMark tone={trace.error_count > 0 ? "critical" : "normal"} />
          <div className="min-w-0 flex-1">
            <Link to="/explore/traces/$id" params={{ id: trace_id }} className="row-title">
              {service}: {operation}
            </Link>
            <p className="row-facts">
              <span>{plural(trace.span_count, "span")}</span>
              <span>{trace.services.join(", ")}</span>
              {trace.error_count > 0 && (
                <span className="tone-critical">{plural(trace.error_count, "error")}</span>
              )}
            </p>
          </div>
          <div className="trace-took">
            <span>{formatTook(duration_ms)}</span>
            <span className="meter" aria-hidden>
              <span style={{ width: `${Math.max(1, (duration_ms / longest) * 100)}%` }} />
            </span>
          </div>
          <p className="row-times">
            <Clock at={start} />
          </p>
        </li>
      ))}
    </ul>
  );
}
