// One trace: who called whom as a waterfall, and each span with what it says.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { useState } from "react";
import { traceQuery } from "../../../api/data_queries";
import type { Span, Trace } from "../../../api/types";
import { keptRange } from "../../../frame/use_time_range";
import { formatTook, plural } from "../../../kit/format";
import { Answer, Section } from "../../../kit/section";
import { Swatches } from "../../../kit/swatches";
import { Clock } from "../../../kit/time";
import { usePageTitle } from "../../../kit/use_page_title";
import { offsetMs, serviceColors, unfolded, type WaterfallRow, waterfall } from "./waterfall";
import "../explore.css";

const ROWS_MAX = 500;

export default function TracePage() {
  const { id } = useParams({ from: "/explore/traces/$id" });
  const trace = useQuery(traceQuery(id));
  usePageTitle("Trace");
  return (
    <div className="stack">
      <Answer
        what="The trace"
        absent={{
          title: "There is no such trace",
          leads: (
            <Link to="/explore/traces" search={keptRange} className="link">
              All traces
            </Link>
          ),
        }}
        query={trace}
        rows={8}
      >
        {(data) => (
          <>
            <TraceHead trace={data} />
            <Waterfall trace={data} />
            <Edges trace={data} />
          </>
        )}
      </Answer>
    </div>
  );
}

function TraceHead({ trace }: { trace: Trace }) {
  const { trace_id, service, operation, start, duration_ms, error_count, services } = trace;
  return (
    <header className="incident-head">
      <Link
        to="/explore/traces"
        search={keptRange}
        className="link inline-flex items-center gap-1 text-sm"
      >
        <ChevronLeft size={14} aria-hidden /> Traces
      </Link>
      <h1 className="break-words text-2xl font-semibold">
        {service}: {operation}
      </h1>
      <p className="row-facts">
        <span>
          <Clock at={start} />
        </span>
        <span>took {formatTook(duration_ms)}</span>
        <span>{plural(trace.spans.length, "span")}</span>
        <span>{plural(services.length, "service")}</span>
        {error_count > 0 && (
          <span className="tone-critical font-semibold">{plural(error_count, "error")}</span>
        )}
      </p>
      <div className="actions">
        <Link
          to="/explore/logs"
          search={{
            q: `trace_id=${trace_id}`,
            from: new Date(Date.parse(start) - 60_000).toISOString(),
            to: new Date(Date.parse(start) + duration_ms + 60_000).toISOString(),
          }}
          className="button"
        >
          Log lines of this trace
        </Link>
        <code className="ml-auto break-all text-muted text-xs">{trace_id}</code>
      </div>
    </header>
  );
}

function Waterfall({ trace }: { trace: Trace }) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState("");
  const rows = waterfall(trace);
  const colors = serviceColors(rows);
  const shown = unfolded(rows, closed).slice(0, ROWS_MAX);
  const fold = (id: string) => {
    const next = new Set(closed);
    if (!next.delete(id)) next.add(id);
    setClosed(next);
  };
  return (
    <Section title="Waterfall" count={rows.length}>
      <Swatches label="Services" items={[...colors].map(([name, color]) => ({ name, color }))} />
      <div className="span-axis" aria-hidden>
        {[0, 0.25, 0.5, 0.75, 1].map((part) => (
          <span key={part}>{formatTook(trace.duration_ms * part)}</span>
        ))}
      </div>
      <ul className="spans">
        {shown.map((row) => (
          <SpanRow
            key={row.span.span_id}
            row={row}
            begin={Date.parse(trace.start)}
            color={colors.get(row.span.service) ?? "--line-1"}
            open={open === row.span.span_id}
            toggle={() => setOpen(open === row.span.span_id ? "" : row.span.span_id)}
            folded={closed.has(row.span.span_id)}
            fold={() => fold(row.span.span_id)}
          />
        ))}
      </ul>
      {rows.length > ROWS_MAX && (
        <p className="mt-2 text-muted text-sm">
          The first {ROWS_MAX} rows are shown; fold branches to see others.
        </p>
      )}
    </Section>
  );
}

interface SpanRowProps {
  row: WaterfallRow;
  begin: number;
  color: string;
  open: boolean;
  toggle: () => void;
  folded: boolean;
  fold: () => void;
}

function SpanRow({ row, begin, color, open, toggle, folded, fold }: SpanRowProps) {
  const { span, depth, children, left, width, orphan } = row;
  const failed = span.status === "error";
  return (
    <li className="span" data-row data-failed={failed}>
      <div className="span-line">
        <div className="span-name" style={{ paddingLeft: `${Math.min(depth, 12) * 0.75}rem` }}>
          {children > 0 ? (
            <button
              type="button"
              className="span-fold"
              aria-expanded={!folded}
              aria-label={`${folded ? "Unfold" : "Fold"} what ${span.operation} called`}
              onClick={fold}
            >
              {folded ? `+${children}` : "−"}
            </button>
          ) : (
            <span className="span-fold" aria-hidden />
          )}
          <button type="button" className="span-open" aria-expanded={open} onClick={toggle}>
            <span className="font-medium">{span.service}</span> {span.operation}
            {failed && <span className="tone-critical font-semibold"> failed</span>}
            {orphan && <span className="text-muted"> (its caller was not sent)</span>}
          </button>
        </div>
        <div className="span-lane">
          <span
            className="span-bar"
            style={{
              left: `${left * 100}%`,
              width: `max(2px, ${width * 100}%)`,
              background: `var(${color})`,
            }}
          />
          <span
            className="span-took"
            style={left > 0.6 ? { right: `${(1 - left) * 100}%` } : { left: `${left * 100}%` }}
          >
            {formatTook(span.duration_ms)}
          </span>
        </div>
      </div>
      {open && <SpanDetails span={span} begin={begin} />}
    </li>
  );
}

function SpanDetails({ span, begin }: { span: Span; begin: number }) {
  const facts: [string, string][] = [
    ["began after", formatTook(offsetMs(span, begin))],
    ["took", formatTook(span.duration_ms)],
    ["kind", span.kind],
    ["status", [span.status, span.status_message].filter(Boolean).join(": ")],
    ["span", span.span_id],
  ];
  const told = { ...span.attributes, ...span.resource } as Record<string, unknown>;
  return (
    <div className="log-fields">
      <dl>
        {[...facts, ...Object.entries(told)].map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
      {span.events.length > 0 && (
        <>
          <h3 className="mt-2 font-semibold">Events</h3>
          <ul className="grid gap-1">
            {span.events.map((event) => (
              <li key={`${event.time_ns} ${event.name}`}>
                <Clock at={event.time} /> <span className="font-medium">{event.name}</span>{" "}
                {Object.keys(event.attributes).length > 0 && (
                  <code className="break-all">{JSON.stringify(event.attributes)}</code>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

// Which service called which, as a table: what the bars say, counted.
function Edges({ trace: { edges } }: { trace: Trace }) {
  if (edges.length === 0) return null;
  return (
    <Section title="Who called whom" count={edges.length}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <div className="table-box" role="region" aria-label="Calls" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Caller</th>
              <th scope="col" className="word">
                Called
              </th>
              <th scope="col" className="num">
                Calls
              </th>
              <th scope="col" className="num">
                Errors
              </th>
              <th scope="col" className="num">
                Time
              </th>
            </tr>
          </thead>
          <tbody>
            {edges.map((edge) => (
              <tr key={`${edge.caller} ${edge.callee}`}>
                <th scope="row">{edge.caller}</th>
                <td className="word">{edge.callee}</td>
                <td>{edge.calls}</td>
                <td>{edge.errors}</td>
                <td>{formatTook(edge.total_ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
