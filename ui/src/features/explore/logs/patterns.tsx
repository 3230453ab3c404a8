// What kinds of lines there are, how many over time, and which are new.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type LogFilter, patternsQuery } from "../../../api/data_queries";
import type { LogPattern } from "../../../api/types";
import { Toggle } from "../../../frame/fields";
import { useTimeRange } from "../../../frame/use_time_range";
import { formatNumber } from "../../../kit/format";
import { Answer, Empty, Section } from "../../../kit/section";
import { Sparkline } from "../../../kit/sparkline";
import { Ago } from "../../../kit/time";

interface PatternsProps {
  filter: LogFilter;
  onPick: (id: string) => void;
}

export function Patterns({ filter: { service, level }, onPick }: PatternsProps) {
  const { range } = useTimeRange();
  const [newest, setNewest] = useState(false);
  const filter = { ...(service ? { service } : {}), ...(level ? { level } : {}) };
  const patterns = useQuery(patternsQuery(range, filter, newest ? "first_seen" : "count"));
  return (
    <Section
      title="Patterns"
      count={patterns.data?.patterns.length}
      aside={<Toggle label="Newest first" on={newest} change={setNewest} />}
    >
      <p className="mb-2 text-muted text-sm">
        Kinds of lines of the service and level above, whatever the query; what differs is{" "}
        <code>&lt;*&gt;</code>.
      </p>
      <Answer what="Patterns" query={patterns} rows={6}>
        {({ patterns: rows, from }) =>
          rows.length === 0 ? (
            <Empty title="No lines in this range" />
          ) : (
            <ul className="rows">
              {rows.map((pattern) => (
                <PatternRow
                  key={`${pattern.service} ${pattern.id}`}
                  pattern={pattern}
                  from={Date.parse(from)}
                  onPick={onPick}
                />
              ))}
            </ul>
          )
        }
      </Answer>
    </Section>
  );
}

interface PatternRowProps {
  pattern: LogPattern;
  from: number; // ms; what was seen first after it is new
  onPick: (id: string) => void;
}

function PatternRow({ pattern, from, onPick }: PatternRowProps) {
  const { id, service, pattern: text, count, first_seen, last_seen, buckets } = pattern;
  // At the very start of the data everything is seen first.
  const fresh = Date.parse(first_seen) > from + 60_000;
  return (
    <li className="row" data-row>
      <span className="pattern-count">{formatNumber(count)}</span>
      <div className="min-w-0 flex-1">
        <button type="button" className="row-title text-left" onClick={() => onPick(id)}>
          <code>{text}</code>
        </button>
        <p className="row-facts">
          <span>{service}</span>
          <span>
            first <Ago at={first_seen} />
          </span>
          <span>
            last <Ago at={last_seen} />
          </span>
        </p>
      </div>
      {fresh && <span className="badge">new</span>}
      <div className="pattern-spark">
        <Sparkline values={buckets} />
      </div>
    </li>
  );
}
