// One log line; it opens to its fields. It is drawn anew only when something of it changes: a list
// of thousands is scrolled through it.
import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { Copy, Minus, Plus } from "lucide-react";
import { memo } from "react";
import type { Log } from "../../../api/types";
import { useWords } from "../../../frame/search_words";
import { copyText } from "../../../kit/clipboard";
import { serverNow } from "../../../kit/clock";
import { formatBothZones, formatFine } from "../../../kit/format";
import { useSettings } from "../../../kit/settings";
import { addCondition, quoteValue } from "./log_query";

interface LogLineProps {
  log: Log;
  open: boolean;
  toggle: (id: string) => void;
}

export const LogLine = memo(function LogLine({ log, open, toggle }: LogLineProps) {
  const { zone } = useSettings();
  const ms = Date.parse(log.time);
  return (
    <>
      <button
        type="button"
        className="log-line"
        aria-expanded={open}
        onClick={() => toggle(log.id)}
      >
        <time dateTime={log.time} title={formatBothZones(ms)}>
          {formatFine(ms, zone, serverNow())}
        </time>
        <span className={clsx("log-level", `level-${log.level}`)}>{log.level}</span>
        <span className="log-service">{log.service}</span>
        <span className={clsx("log-message", open && "open")}>{log.message}</span>
      </button>
      {open && <LogFields log={log} />}
    </>
  );
});

function LogFields({ log }: { log: Log }) {
  const [words, setWords] = useWords();
  const fields: [string, string][] = [
    ["service", log.service],
    ["level", log.level],
    ...Object.entries(log.fields).map(([name, value]): [string, string] => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  ];
  const add = (condition: string) => setWords({ q: addCondition(words.q ?? "", condition) });
  return (
    <div className="log-fields">
      <dl>
        {fields.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
            <dd className="log-field-acts">
              <button
                type="button"
                className="icon-button small"
                aria-label={`Only lines where ${name} is ${value}`}
                title="Only lines with this"
                onClick={() => add(`${name}=${quoteValue(value)}`)}
              >
                <Plus size={14} aria-hidden />
              </button>
              <button
                type="button"
                className="icon-button small"
                aria-label={`No lines where ${name} is ${value}`}
                title="No lines with this"
                onClick={() => add(`${name}!=${quoteValue(value)}`)}
              >
                <Minus size={14} aria-hidden />
              </button>
            </dd>
          </div>
        ))}
      </dl>
      <div className="actions">
        {log.trace_id && (
          <Link to="/explore/traces/$id" params={{ id: log.trace_id }} className="link">
            The trace of this line
          </Link>
        )}
        {log.trace_id && (
          <button
            type="button"
            className="link"
            onClick={() => setWords({ q: `trace_id=${log.trace_id}` })}
          >
            All lines of the trace
          </button>
        )}
        <button
          type="button"
          className="button small"
          onClick={() => void copyText(JSON.stringify(log, null, 2), "Line")}
        >
          <Copy size={14} aria-hidden /> Copy as JSON
        </button>
      </div>
    </div>
  );
}
