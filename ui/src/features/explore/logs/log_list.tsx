// Log lines, newest first. Only the rows in view are in the document; each opens to its fields.
import { Link } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import clsx from "clsx";
import { Copy, Minus, Plus } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";
import type { Log } from "../../../api/types";
import { useWords } from "../../../frame/search_words";
import { copyText } from "../../../kit/clipboard";
import { serverNow } from "../../../kit/clock";
import { formatBothZones, formatFine } from "../../../kit/format";
import { useHeldRows } from "../../../kit/held_rows";
import { useSettings } from "../../../kit/settings";
import { addCondition, quoteValue } from "./log_query";

const ROW_PX = 31; // about; each row is measured
const OVERSCAN = 12; // so that the next row is there for j and k

export function LogList({ logs }: { logs: Log[] }) {
  const { shown, waiting, letIn, handlers } = useHeldRows(logs);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const list = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const box = list.current?.getBoundingClientRect();
    if (box && Math.abs(box.top + scrollY - top) > 1) setTop(box.top + scrollY);
  });
  const rows = useWindowVirtualizer({
    count: shown.length,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollMargin: top,
    getItemKey: (index) => shown[index]?.id ?? index,
  });
  const toggle = (id: string) => {
    const next = new Set(opened);
    if (!next.delete(id)) next.add(id);
    setOpened(next);
  };
  return (
    <div {...handlers}>
      {waiting > 0 && (
        <button type="button" className="pill" onClick={letIn}>
          {waiting} new
        </button>
      )}
      <div
        ref={list}
        role="list"
        aria-label="Log lines"
        className="log-list"
        style={{ height: rows.getTotalSize() }}
      >
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const log = shown[index];
          if (!log) return null;
          return (
            <div
              key={key}
              ref={rows.measureElement}
              data-index={index}
              data-row
              role="listitem"
              aria-setsize={shown.length}
              aria-posinset={index + 1}
              className="log-row"
              style={{ transform: `translateY(${start - top}px)` }}
            >
              <LogLine log={log} open={opened.has(log.id)} toggle={() => toggle(log.id)} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface LogLineProps {
  log: Log;
  open: boolean;
  toggle: () => void;
}

function LogLine({ log, open, toggle }: LogLineProps) {
  const { zone } = useSettings();
  const ms = Date.parse(log.time);
  return (
    <>
      <button type="button" className="log-line" aria-expanded={open} onClick={toggle}>
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
}

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
