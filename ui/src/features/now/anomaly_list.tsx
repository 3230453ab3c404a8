import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { anomaliesQuery, statusQuery } from "../../api/queries";
import type { Anomaly, AnomalyPage } from "../../api/types";
import { Hidden, useScope } from "../../frame/scope";
import { useTimeRange } from "../../frame/use_time_range";
import { useHeldRows } from "../../kit/held_rows";
import { Answer, Empty, Section } from "../../kit/section";
import { StateMark, severityTone } from "../../kit/state_mark";
import { Clock, Lasting, ZoneText } from "../../kit/time";
import { SeenLink } from "../evidence/seen_link";
import { quietWords, seenWords } from "../seen";
import { groupAlike } from "./alike";

const ROWS_FIRST = 8;

// A page of them may not be all.
const countWords = (shown: Anomaly[], { next_cursor }: AnomalyPage) =>
  `${shown.length}${next_cursor ? "+" : ""}`;

export function AnomalyList() {
  const { range } = useTimeRange();
  const anomalies = useQuery(anomaliesQuery(range));
  const { data: status } = useQuery(statusQuery());
  const { shown, hidden } = useScope().within(anomalies.data?.anomalies ?? [], ({ entity }) => [
    entity,
  ]);
  return (
    <Section
      title="Anomalies in this range"
      count={anomalies.data && countWords(shown, anomalies.data)}
    >
      <Answer what="Anomalies" query={anomalies}>
        {() =>
          shown.length === 0 ? (
            <Empty title="None in this range">
              <p>{quietWords(status)}</p>
            </Empty>
          ) : (
            <Rows anomalies={shown} />
          )
        }
      </Answer>
      <Hidden count={hidden} />
    </Section>
  );
}

function Rows({ anomalies }: { anomalies: Anomaly[] }) {
  const { shown, waiting, letIn, handlers } = useHeldRows(anomalies);
  const [all, setAll] = useState(false);
  const groups = groupAlike(shown);
  const rows = all ? groups : groups.slice(0, ROWS_FIRST);
  return (
    <div {...handlers}>
      {waiting > 0 && (
        <button type="button" className="pill" onClick={letIn}>
          {waiting} new
        </button>
      )}
      <ul className="rows">
        {rows.map(({ first, count }) => (
          <AnomalyRow key={first.id} anomaly={first} count={count} />
        ))}
      </ul>
      {groups.length > rows.length && (
        <button type="button" className="button mt-2" onClick={() => setAll(true)}>
          Show {groups.length - rows.length} more
        </button>
      )}
    </div>
  );
}

function AnomalyRow({ anomaly, count }: { anomaly: Anomaly; count: number }) {
  const { severity, state, started_at, ended_at } = anomaly;
  return (
    <li className="row" data-row>
      <StateMark tone={state === "open" ? severityTone(severity) : "muted"} />
      <div className="min-w-0 flex-1">
        <SeenLink anomaly={anomaly} />{" "}
        {count > 1 && (
          <span className="count" title="Of other instances, or earlier">
            {count}
            <span className="sr-only"> alike</span>
          </span>
        )}
        <p className="row-facts">
          <span className="capitalize">{severity}</span>
          <span>
            <ZoneText text={seenWords(anomaly)} at={started_at} />
          </span>
        </p>
      </div>
      <p className="row-times">
        <Clock at={started_at} seconds={false} />
        <span>
          {state === "open" ? "open for " : "lasted "}
          <Lasting from={started_at} to={ended_at} />
        </span>
      </p>
    </li>
  );
}
