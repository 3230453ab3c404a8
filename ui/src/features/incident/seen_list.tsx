// What was seen against what was expected, anomaly by anomaly, with the query that answers it.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { incidentAnomaliesQuery } from "../../api/queries";
import type { Anomaly, Incident } from "../../api/types";
import { formatLabels, plural } from "../../kit/format";
import { Answer, Empty, Section } from "../../kit/section";
import { StateMark, severityTone } from "../../kit/state_mark";
import { Clock, Lasting, ZoneText } from "../../kit/time";
import { MarkButtons } from "../feedback/mark_buttons";
import { expectedWords, hasEvidence, hasLine, isRelease, observedWords } from "../seen";
import { AnomalyChart } from "./anomaly_chart";

const ROWS_FIRST = 10;

// Open before over, worst, oldest: the oldest of the worst is nearest to the cause.
export function byWeight(a: Anomaly, b: Anomaly): number {
  const open = (anomaly: Anomaly) => (anomaly.state === "open" ? 0 : 1);
  return (
    open(a) - open(b) || b.score - a.score || Date.parse(a.started_at) - Date.parse(b.started_at)
  );
}

export function SeenList({ incident }: { incident: Incident }) {
  const anomalies = useQuery(incidentAnomaliesQuery(incident.id));
  return (
    <Section title="What was seen" count={incident.anomaly_ids.length}>
      <Answer what="Anomalies" query={anomalies}>
        {(data) =>
          data.anomalies.length === 0 ? (
            <Empty title="No anomalies belong to it" />
          ) : (
            <Rows key={incident.id} incident={incident} rows={[...data.anomalies].sort(byWeight)} />
          )
        }
      </Answer>
    </Section>
  );
}

function Rows({ incident, rows }: { incident: Incident; rows: Anomaly[] }) {
  const [all, setAll] = useState(false);
  // The worst one draws its chart at once; others when they are opened. A rule's condition has values
  // only while it holds, so a series goes before it.
  const [opened, setOpened] = useState(() => {
    const first = rows.slice(0, ROWS_FIRST);
    const lines = first.filter(hasLine);
    return [(lines.find(({ kind }) => kind !== "rule") ?? lines[0] ?? first[0])?.id];
  });
  // What somebody reads stays, however many worse ones join.
  const shown = rows.filter(({ id }, index) => all || index < ROWS_FIRST || opened.includes(id));
  const unlisted = incident.anomaly_ids.length - rows.length;
  return (
    <>
      <ul className="seen">
        {shown.map((anomaly) => (
          <Seen
            key={anomaly.id}
            anomaly={anomaly}
            incident={incident}
            open={opened.includes(anomaly.id)}
            setOpen={(open) =>
              setOpened((ids) => [
                ...ids.filter((id) => id !== anomaly.id),
                ...(open ? [anomaly.id] : []),
              ])
            }
          />
        ))}
      </ul>
      {rows.length > shown.length && (
        <button type="button" className="button" onClick={() => setAll(true)}>
          Show {rows.length - shown.length} more
        </button>
      )}
      {unlisted > 0 && (
        <p className="mt-2 text-muted text-sm">
          {plural(unlisted, "older one is", "older ones are")} not listed; the timeline has all.
        </p>
      )}
    </>
  );
}

interface SeenProps {
  anomaly: Anomaly;
  incident: Incident;
  open: boolean;
  setOpen: (open: boolean) => void;
}

function Seen({ anomaly, incident, open, setOpen }: SeenProps) {
  const { entity, labels, severity, state } = anomaly;
  const { __name__: name = anomaly.detector, ...others } = labels;
  return (
    <li className="seen-row" data-state={state}>
      <div className="flex items-start gap-3" data-row>
        <StateMark tone={state === "open" ? severityTone(severity) : "muted"} />
        <div className="min-w-0 flex-1">
          <h3 className="break-words font-semibold">
            <button
              type="button"
              className="disclose"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              {entity}: {name}
            </button>
          </h3>
          {anomaly.summary && (
            <p className="break-words">
              <ZoneText text={anomaly.summary} at={anomaly.started_at} />
            </p>
          )}
          <p className="row-facts">
            <span>
              {state === "open" ? "open for " : "lasted "}
              <Lasting from={anomaly.started_at} to={anomaly.ended_at} />
            </span>
            <span>
              since <Clock at={anomaly.started_at} />
            </span>
            <span>
              <span className="capitalize">{severity}</span>, scores {anomaly.score.toFixed(2)} of 1
            </span>
          </p>
        </div>
      </div>
      {open && (
        <>
          <dl className="facts">
            <Fact name="Seen">{observedWords(anomaly)}</Fact>
            <Fact name="Expected">{expectedWords(anomaly)}</Fact>
            <Fact name={anomaly.kind === "alert" ? "Told by another system as" : "Found by"}>
              {anomaly.detector}
            </Fact>
          </dl>
          <p className="break-all text-muted text-xs">{formatLabels(others)}</p>
          {hasLine(anomaly) && <AnomalyChart anomaly={anomaly} incident={incident} />}
          <div className="flex flex-wrap items-center gap-3">
            {isRelease(anomaly) && (
              <Link to="/releases" search={{ service: entity }} className="link text-sm">
                Releases of {entity}
              </Link>
            )}
            {hasEvidence(anomaly) ? (
              <Link to="/e/$id" params={{ id: anomaly.evidence_id }} className="link text-sm">
                Evidence, as it was taken
              </Link>
            ) : (
              <p className="text-muted text-sm">What it rests on is kept by who sent it.</p>
            )}
            <MarkButtons
              of={{ target_kind: "anomaly", target_id: anomaly.id }}
              name={`${entity}: ${name}`}
            />
          </div>
        </>
      )}
    </li>
  );
}

function Fact({ name, children }: { name: string; children: string }) {
  if (!children) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd className="break-words tabular-nums">{children}</dd>
    </div>
  );
}
