import type { Status } from "../../api/types";
import { useScope } from "../../frame/scope";
import { formatNumber, plural } from "../../kit/format";
import { StateMark, verdictTone } from "../../kit/state_mark";
import { Ago, ZoneText } from "../../kit/time";

// The whole state in one sentence.
export function verdictSentence({ counts, services }: Status): string {
  const { open, acknowledged, anomalies } = counts;
  if (open === 0 && acknowledged === 0 && anomalies === 0) {
    return services.length === 0
      ? "Nothing is watched yet."
      : `${services.length === 1 ? "The service is" : `All ${services.length} services are`} in the normal range.`;
  }
  const parts: string[] = [];
  if (open > 0)
    parts.push(`${plural(open, "incident")} ${open === 1 ? "waits" : "wait"} for someone`);
  if (acknowledged > 0) parts.push(`${acknowledged} being worked on`);
  if (anomalies > 0) parts.push(plural(anomalies, "open anomaly", "open anomalies"));
  return `${parts.join(", ")}.`;
}

const SYSTEM_WORDS = {
  NORMAL: "",
  DEGRADED: "System degraded · ",
  RECOVERING: "System recovering · ",
} as const;

export function VerdictLine({ status }: { status: Status }) {
  const { team } = useScope();
  const { severity_score, ingest, last_incident, system_state } = status;
  // Green would say that all is well: without data nobody knows.
  const blind = ingest.series === 0 && status.verdict === "NORMAL";
  const verdict = blind ? "NO DATA" : status.verdict;
  const tone = blind ? "muted" : verdictTone(status.verdict);
  return (
    <section className={`verdict tone-bg-${tone}`} aria-label="Verdict">
      <StateMark tone={tone} size={36} />
      <div className="min-w-0 flex-1">
        <h1 className="flex flex-wrap items-baseline gap-x-3">
          <span className={`verdict-word tone-${tone}`}>{verdict}</span>
          <span className="text-lg">{verdictSentence(status)}</span>
        </h1>
        <p className="text-muted">
          {team && "All teams · "}
          {system_state && SYSTEM_WORDS[system_state]}
          {status.counts.anomalies > 0 &&
            `The worst anomaly scores ${severity_score.toFixed(2)} of 1 · `}
          {formatNumber(Math.round(ingest.samples_per_second))} samples/s into{" "}
          {plural(ingest.series, "series", "series")}
          {verdict === "NORMAL" && last_incident && (
            <>
              {" "}
              · last incident “<ZoneText text={last_incident.title} at={last_incident.started_at} />
              ” <Ago at={last_incident.resolved_at ?? last_incident.started_at} />
            </>
          )}
        </p>
      </div>
    </section>
  );
}
