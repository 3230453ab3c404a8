// An incident beside the list: what one wants to know before one opens it, and what was written last.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { acknowledge } from "../../api/actions";
import { incidentQuery } from "../../api/queries";
import type { Incident } from "../../api/types";
import { Drawer } from "../../frame/drawer";
import { formatNames } from "../../kit/format";
import { ActButton } from "../../kit/permitted";
import { Answer } from "../../kit/section";
import { IncidentStateBadge, SeverityWord } from "../../kit/state_mark";
import { Clock, Stopwatch, titleOf, ZoneText } from "../../kit/time";
import { CauseLine } from "../incident/cause_line";
import { OwnerLine } from "../incident/owner_line";
import { kindWord } from "../incident/timeline_kinds";

const ENTITIES_MAX = 8;
const ROWS = 6;

interface IncidentPeekProps {
  id: string;
  onClose: () => void;
}

export default function IncidentPeek({ id, onClose }: IncidentPeekProps) {
  const incident = useQuery(incidentQuery(id));
  return (
    <Drawer title={incident.data ? titleOf(incident.data) : "An incident"} onClose={onClose}>
      <Answer what="The incident" query={incident} rows={4}>
        {(data) => <Body incident={data} />}
      </Answer>
    </Drawer>
  );
}

function Body({ incident }: { incident: Incident }) {
  const cache = useQueryClient();
  const { id, title, severity, state, entities, started_at, resolved_at, timeline } = incident;
  return (
    <>
      <p className="drawer-head">
        <SeverityWord severity={severity} />
        <IncidentStateBadge state={state} />
        <span className="text-muted text-sm">
          {resolved_at ? "lasted " : "for "}
          <Stopwatch from={started_at} to={resolved_at} />
        </span>
      </p>
      <h2>
        <ZoneText text={title} at={started_at} />
      </h2>
      <CauseLine incident={incident} />
      <p className="break-words text-sm">
        {formatNames(entities, ENTITIES_MAX) || "It is of no service."}
      </p>
      <OwnerLine incident={incident} />
      <div className="flex flex-wrap gap-2">
        <Link to="/incidents/$id" params={{ id }} className="button primary small">
          Open <kbd>⏎</kbd>
        </Link>
        {state === "open" && (
          <ActButton className="button small" onClick={() => void acknowledge(cache, incident)}>
            Acknowledge <kbd>e</kbd>
          </ActButton>
        )}
      </div>
      <section aria-label="Last in the timeline">
        <h3 className="part-head">Last in the timeline</h3>
        <ol className="rows">
          {timeline
            .slice(-ROWS)
            .reverse()
            .map(({ seq, time, happened_at, kind, actor, text }) => (
              <li key={seq} className="row">
                <div className="min-w-0 flex-1 text-sm">
                  <p className="text-muted">
                    <span className="font-semibold text-text">{kindWord(kind)}</span> {actor} ·{" "}
                    <Clock at={happened_at || time} />
                  </p>
                  {text && (
                    <p className="line-clamp-3 break-words">
                      <ZoneText text={text} at={time} />
                    </p>
                  )}
                </div>
              </li>
            ))}
        </ol>
      </section>
    </>
  );
}
