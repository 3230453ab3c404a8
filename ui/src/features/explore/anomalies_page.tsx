// Explore anomalies: each with what was seen beside what was expected, its evidence and its incident.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { anomaliesQuery, evidenceQuery, incidentsQuery, statusQuery } from "../../api/queries";
import type { Anomaly, AnomalyState, IncidentSummary, Severity } from "../../api/types";
import { SelectField, ServiceField } from "../../frame/fields";
import { useWords } from "../../frame/search_words";
import { useTimeRange } from "../../frame/use_time_range";
import { readEvidence } from "../../kit/chart_data";
import { plural } from "../../kit/format";
import { useHeldRows } from "../../kit/held_rows";
import { Answer, Empty, Section } from "../../kit/section";
import { Sparkline } from "../../kit/sparkline";
import { StateMark, severityTone } from "../../kit/state_mark";
import { Clock, Lasting, ZoneText } from "../../kit/time";
import { SeenLink } from "../evidence/seen_link";
import { MarkButtons } from "../feedback/mark_buttons";
import { hasLine, quietWords, seenWords } from "../seen";
import { ExploreHead } from "./explore_head";

const INCIDENTS_MAX = 200;
const LIST_MAX = 100; // what the server is asked for

export default function AnomaliesPage() {
  const [{ state, service, severity, kind }] = useWords();
  const { range } = useTimeRange();
  const anomalies = useQuery(
    anomaliesQuery(range, {
      ...(state === "open" || state === "closed" ? { state: state as AnomalyState } : {}),
      ...(service ? { entity: service } : {}),
    }),
  );
  const { data: status } = useQuery(statusQuery());
  const all = anomalies.data?.anomalies ?? [];
  const more = anomalies.data?.next_cursor ? "+" : "";
  const rows = all.filter(
    (one) => (!severity || one.severity === severity) && (!kind || one.kind === kind),
  );
  const kinds = [...new Set(all.map((one) => one.kind))].sort();
  return (
    <div className="stack">
      <ExploreHead title="Anomalies" />
      <Section
        title="Anomalies in this range"
        count={rows.length > 0 ? `${rows.length}${more}` : undefined}
      >
        <div className="toolbar mb-2">
          <ServiceField />
          <SelectField
            label="State"
            word="state"
            all="Open and over"
            options={[
              ["open", "open"],
              ["closed", "over"],
            ]}
          />
          <SelectField
            label="Severity"
            word="severity"
            all="All severities"
            options={(["critical", "warning", "info"] satisfies Severity[]).map((one) => [
              one,
              one,
            ])}
          />
          <SelectField
            label="Kind"
            word="kind"
            all="All kinds"
            options={kinds.map((one) => [one, one.replaceAll("_", " ")])}
          />
        </div>
        <Answer what="Anomalies" query={anomalies} rows={6}>
          {() =>
            rows.length === 0 ? (
              <Empty title="None that fit">
                <p>
                  {all.length === 0
                    ? quietWords(status)
                    : `${plural(all.length, "other", "others")} in this range.`}
                </p>
              </Empty>
            ) : (
              <Rows anomalies={rows} />
            )
          }
        </Answer>
        {all.length >= LIST_MAX && (
          <p className="mt-2 text-muted text-sm">
            The newest {all.length}; a shorter range or a service finds others.
          </p>
        )}
      </Section>
    </div>
  );
}

function Rows({ anomalies }: { anomalies: Anomaly[] }) {
  const { range } = useTimeRange();
  const { shown, waiting, letIn, handlers } = useHeldRows(anomalies);
  const incidents = useQuery(
    incidentsQuery({ states: ["open", "acknowledged", "resolved"], range, limit: INCIDENTS_MAX }),
  );
  const ofAnomaly = new Map<string, IncidentSummary>();
  for (const incident of incidents.data?.incidents ?? []) {
    for (const id of incident.anomaly_ids) ofAnomaly.set(id, incident);
  }
  return (
    <div {...handlers}>
      {waiting > 0 && (
        <button type="button" className="pill" onClick={letIn}>
          {waiting} new
        </button>
      )}
      <ul className="rows">
        {shown.map((anomaly) => (
          <AnomalyRow key={anomaly.id} anomaly={anomaly} incident={ofAnomaly.get(anomaly.id)} />
        ))}
      </ul>
    </div>
  );
}

interface AnomalyRowProps {
  anomaly: Anomaly;
  incident: IncidentSummary | undefined;
}

function AnomalyRow({ anomaly, incident }: AnomalyRowProps) {
  const { entity, labels, severity, state, kind, started_at, ended_at } = anomaly;
  const metric = labels.__name__ ?? anomaly.detector;
  return (
    <li className="row anomaly-row" data-row>
      <StateMark tone={state === "open" ? severityTone(severity) : "muted"} />
      <div className="min-w-0 flex-1">
        <SeenLink anomaly={anomaly} />
        <p className="row-facts">
          <span className="capitalize">{severity}</span>
          <span>
            <ZoneText text={seenWords(anomaly)} at={started_at} />
          </span>
          <span>{kind.replaceAll("_", " ")}</span>
          {labels.instance && <span>{labels.instance}</span>}
          {incident && (
            <span className="row-action-inline">
              in{" "}
              <Link to="/incidents/$id" params={{ id: incident.id }} className="link">
                <ZoneText text={incident.title} at={incident.started_at} />
              </Link>
            </span>
          )}
        </p>
      </div>
      <EvidenceSpark anomaly={anomaly} />
      <p className="row-times">
        <Clock at={started_at} seconds={false} />
        <span>
          {state === "open" ? "open for " : "lasted "}
          <Lasting from={started_at} to={ended_at} />
        </span>
      </p>
      <MarkButtons
        of={{ target_kind: "anomaly", target_id: anomaly.id }}
        name={`${entity}: ${metric}`}
        compact
      />
    </li>
  );
}

// The line of the evidence, read when the row comes into view.
function EvidenceSpark({ anomaly }: { anomaly: Anomaly }) {
  const place = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (!place.current) return;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) setSeen(true);
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  const evidence = useQuery({
    ...evidenceQuery(anomaly.evidence_id),
    enabled: seen && hasLine(anomaly),
    staleTime: Number.POSITIVE_INFINITY, // evidence never changes
  });
  const values = readEvidence(evidence.data?.result)?.data.series[0]?.values ?? [];
  return (
    <div ref={place} className="pattern-spark">
      <Sparkline values={values.filter((value) => value !== null)} />
    </div>
  );
}
