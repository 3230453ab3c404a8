// What changed before and while it lasted, over the symptom: what the diagnosis suspects first.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { incidentAnomaliesQuery } from "../../api/queries";
import type { Anomaly, Incident } from "../../api/types";
import { Toggle } from "../../frame/fields";
import type { Mark } from "../../kit/chart_data";
import { plural } from "../../kit/format";
import { Answer, Empty, Section } from "../../kit/section";
import { StateMark, type Tone } from "../../kit/state_mark";
import { Clock } from "../../kit/time";
import { safeAddress } from "../changes/address";
import { EvidenceChip } from "../evidence/evidence_chip";
import { hasLine } from "../seen";
import { AnomalyChart } from "./anomaly_chart";
import { bySuspicion, leadWords } from "./change_order";
import { byWeight } from "./seen_list";
import { reachOf, splitChanges, symptomOf } from "./symptom";
import { diagnosisQuery, type IncidentChange, incidentChangesQuery } from "./why_queries";
import { percent } from "./why_words";

const MARK_CHARS = 24;
const APART_MS = 60_000;

// What is worst now may have begun long after the incident, and a change between the two.
function ownStart({ started_at }: Incident, worst: Anomaly): Mark[] {
  const at = Date.parse(started_at);
  const apart = Math.abs(Date.parse(worst.started_at) - at) > APART_MS;
  return apart ? [{ at, word: "incident" }] : [];
}

export function ChangesTab({ incident }: { incident: Incident }) {
  const [everywhere, setEverywhere] = useState(false);
  const changes = useQuery(incidentChangesQuery(incident));
  const anomalies = useQuery(incidentAnomaliesQuery(incident.id));
  const diagnosis = useQuery(diagnosisQuery(incident));
  const seen = anomalies.data?.anomalies ?? [];
  const worst = symptomOf(seen, diagnosis.data) ?? seen.filter(hasLine).sort(byWeight)[0];
  const all = changes.data ?? [];
  const own = all.filter(
    ({ service, opinion }) => opinion === "suspect" || incident.entities.includes(service),
  );
  const shown = [...(everywhere ? all : own)].sort(bySuspicion);
  const { before, after } = splitChanges(shown);
  return (
    <Section
      title="Changes"
      count={shown.length || undefined}
      aside={
        <Toggle label={`Of all services (${all.length})`} on={everywhere} change={setEverywhere} />
      }
    >
      {worst && !diagnosis.isPending && (
        <div className="mb-3">
          <AnomalyChart
            anomaly={worst}
            incident={incident}
            reach={reachOf(shown)}
            marks={[
              ...ownStart(incident, worst),
              ...shown.map(({ time, title }) => ({
                at: Date.parse(time),
                word: title.length > MARK_CHARS ? `${title.slice(0, MARK_CHARS)}…` : title,
                quiet: true,
              })),
            ]}
          />
        </div>
      )}
      <Answer what="Changes" query={changes}>
        {() =>
          shown.length === 0 ? (
            <Empty
              title={
                all.length === 0
                  ? "Nothing changed, as far as is known"
                  : "Nothing changed in these services, as far as is known"
              }
            >
              <p>
                From a day before it began until {incident.resolved_at ? "its end" : "now"}, by what
                deployments, flags and configuration tell to <code>/api/v1/changes</code>
                {all.length > 0 ? `. Other services had ${all.length}.` : "."}
              </p>
            </Empty>
          ) : (
            <>
              {before.length === 0 && <Empty title="Nothing changed before it began" />}
              <ul className="rows">
                {before.map((change) => (
                  <ChangeRow key={change.id} change={change} />
                ))}
              </ul>
              {after.length > 0 && (
                <details className="row-more mt-2">
                  <summary>{plural(after.length, "change")} after it began</summary>
                  <ul className="rows">
                    {after.map((change) => (
                      <ChangeRow key={change.id} change={change} />
                    ))}
                  </ul>
                </details>
              )}
            </>
          )
        }
      </Answer>
    </Section>
  );
}

const OPINIONS: Record<IncidentChange["opinion"], { word: string; tone: Tone }> = {
  suspect: { word: "Suspect", tone: "critical" },
  ruled_out: { word: "Ruled out", tone: "muted" },
  none: { word: "", tone: "info" },
};

function ChangeRow({ change }: { change: IncidentChange }) {
  const { time, service, kind, title, version, status, author, url, why, evidence_id } = change;
  const { word, tone } = OPINIONS[change.opinion] ?? OPINIONS.none;
  const address = url && safeAddress(url);
  return (
    <li className="row top" data-change={kind}>
      <StateMark tone={tone} />
      <div className="min-w-0 flex-1">
        <p className="break-words font-semibold">
          {title}
          {word && (
            <span className={`tone-${tone} text-sm`}>
              {" "}
              {word}
              {change.probability !== null && `, ${percent(change.probability)}`}
            </span>
          )}
        </p>
        {why && <p className="break-words text-sm">{why}</p>}
        <p className="row-facts">
          {[
            kind.replaceAll("_", " "),
            service || "no service",
            version,
            status?.replaceAll("_", " "),
          ]
            .filter(Boolean)
            .map((fact) => (
              <span key={fact}>{fact}</span>
            ))}
          {author && <span>by {author}</span>}
          {address && (
            <span>
              <a href={address} className="link" target="_blank" rel="noreferrer">
                what was changed
              </a>
            </span>
          )}
        </p>
      </div>
      {evidence_id && <EvidenceChip id={evidence_id} about={title} />}
      <p className="row-times">
        <Clock at={time} />
        <span className={change.seconds_before >= 0 ? "font-semibold" : ""}>
          {leadWords(change.seconds_before)}
        </span>
      </p>
    </li>
  );
}
