import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { acknowledge } from "../../api/actions";
import type { IncidentSummary } from "../../api/types";
import { SelectBox, type Selection } from "../../frame/selection";
import { formatNames, plural } from "../../kit/format";
import { useHeldRows } from "../../kit/held_rows";
import { ActButton } from "../../kit/permitted";
import { IncidentStateBadge, SeverityWord } from "../../kit/state_mark";
import { Ago, Lasting, useZoneText, ZoneText } from "../../kit/time";

const ENTITIES_MAX = 8; // named in a row; the incident has all

interface IncidentListProps {
  incidents: IncidentSummary[];
  peeked: string; // the one that is looked at beside the list
  selection?: Selection; // none of resolved ones: no action, less ink
}

export function IncidentList({ incidents, peeked, selection }: IncidentListProps) {
  const { shown, waiting, letIn, handlers } = useHeldRows(incidents);
  const present = new Set(incidents.map(({ id }) => id));
  return (
    <div {...handlers}>
      {waiting > 0 && (
        <button type="button" className="pill" onClick={letIn}>
          {waiting} new
        </button>
      )}
      <ul className="rows">
        {shown.map((incident) => (
          <IncidentRow
            key={incident.id}
            incident={incident}
            peeked={incident.id === peeked}
            selection={selection}
            gone={!present.has(incident.id)}
          />
        ))}
      </ul>
    </div>
  );
}

interface IncidentRowProps {
  incident: IncidentSummary;
  peeked: boolean;
  selection: Selection | undefined;
  gone: boolean; // left the list while it is held still
}

function IncidentRow({ incident, peeked, selection, gone }: IncidentRowProps) {
  const zoneText = useZoneText();
  const cache = useQueryClient();
  const { id, title, severity, state, entities, started_at, resolved_at } = incident;
  const open = incident.open_anomaly_ids.length;
  const action = state === "open" ? "Acknowledge" : "Taken";
  return (
    <li
      className="row"
      data-row
      data-incident={id}
      data-gone={gone}
      data-peeked={peeked}
      data-selected={selection?.ids.has(id)}
    >
      {selection && !gone && (
        <SelectBox id={id} name={zoneText(title, started_at)} selection={selection} />
      )}
      <div className="row-severity">
        <SeverityWord severity={severity} />
      </div>
      <div className="min-w-0 flex-1">
        <Link to="/incidents/$id" params={{ id }} className="row-title">
          <ZoneText text={title} at={started_at} />
        </Link>
        <p className="row-facts">
          <span className="break-words">{formatNames(entities, ENTITIES_MAX) || "no service"}</span>
          <span>
            started <Ago at={started_at} />
          </span>
          {selection ? (
            <span>{plural(open, "open anomaly", "open anomalies")}</span>
          ) : (
            <span>
              lasted <Lasting from={started_at} to={resolved_at} />
            </span>
          )}
          {state === "acknowledged" && <span>taken by {incident.acknowledged_by}</span>}
        </p>
      </div>
      {incident.suppressed && !gone && <span className="badge">Silenced</span>}
      {gone ? <span className="badge">no longer here</span> : <IncidentStateBadge state={state} />}
      {selection && !gone && (
        <ActButton
          className="button row-action"
          // Not `disabled`: the focus would fall off the row that was just acknowledged.
          aria-disabled={state !== "open"}
          onClick={() => void acknowledge(cache, incident)}
          aria-label={`${action}: ${zoneText(title, started_at)}`}
        >
          {action}
        </ActButton>
      )}
    </li>
  );
}
