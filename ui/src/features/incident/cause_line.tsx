import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { incidentAnomaliesQuery } from "../../api/queries";
import type { Incident } from "../../api/types";
import { StateMark } from "../../kit/state_mark";
import { ZoneText } from "../../kit/time";
import { harmWords } from "./impact_words";
import { SeenFrom } from "./seen_from";
import { diagnosisQuery, impactQuery } from "./why_queries";
import { laterOf, statusWord, summaryWords } from "./why_words";
import "./incident.css";

// The cause in one sentence, with how sure it is, and who is hurt: what one wants to know first.
export function CauseLine({ incident }: { incident: Incident }) {
  const { data: diagnosis } = useQuery(diagnosisQuery(incident));
  const { data: impact } = useQuery(impactQuery(incident));
  const { data: seen } = useQuery(incidentAnomaliesQuery(incident.id));
  if (!diagnosis || diagnosis.status === "pending") return null;
  const { word, tone } = statusWord(diagnosis.status);
  const later = laterOf(diagnosis, seen?.anomalies ?? []);
  const shown = later.open > 0 ? "muted" : tone;
  const [harm] = impact && impact.status !== "pending" ? harmWords(impact) : [];
  return (
    <p className="cause-line">
      <span className={`tone-${shown} inline-flex items-center gap-1 font-semibold`}>
        <StateMark tone={shown} size={14} /> {word}
      </span>
      <Link
        to="/incidents/$id/$tab"
        params={{ id: incident.id, tab: "why" }}
        resetScroll={false}
        className="link min-w-0 break-words"
      >
        <ZoneText text={summaryWords(diagnosis)} at={incident.started_at} />
      </Link>
      {harm && (
        <Link
          to="/incidents/$id/$tab"
          params={{ id: incident.id, tab: "impact" }}
          resetScroll={false}
          className="link-muted text-sm"
        >
          {harm}
        </Link>
      )}
      <span className="cause-age">
        {later.words && <strong className="tone-warning">{later.words}. </strong>}
        <SeenFrom of={diagnosis} what="Found in what was seen" />
        {harm && impact?.to !== diagnosis.to && impact && (
          <>
            ; <SeenFrom of={impact} what="measured" />
          </>
        )}
      </span>
    </p>
  );
}
