// What fires, in groups of an incident, a name or a service.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BellOff } from "lucide-react";
import { useState } from "react";
import { acknowledge } from "../../api/actions";
import { incidentsQuery } from "../../api/queries";
import type { IncidentSummary } from "../../api/types";
import { useWords } from "../../frame/search_words";
import { SelectBox, type Selection } from "../../frame/selection";
import type { Peek } from "../../frame/use_peek";
import { inZone } from "../../kit/format";
import { useHeldRows } from "../../kit/held_rows";
import { ActButton } from "../../kit/permitted";
import { useSettings } from "../../kit/settings";
import { IncidentStateBadge, StateMark, severityTone } from "../../kit/state_mark";
import { Ago, titleOf, ZoneText } from "../../kit/time";
import { matcher, proposeMatchers, readMatchers } from "../silences/matchers";
import { INCIDENTS_MAX, type Silencing } from "./alert_actions";
import { type Group, type Grouping, holdWords, nameOf, severityOf } from "./group";
import { type Alert, useOtherIncidents } from "./queries";

const ROWS_OF_GROUP = 5;
const GROUPS_FIRST = 30;

// What a row can do beside its own links.
interface RowDoing {
  silence: Silencing;
  selection: Selection;
  peek: Peek;
}

interface AlertGroupsProps {
  groups: Group[];
  by: Grouping;
  row: RowDoing;
}

export function AlertGroups({ groups, by, row }: AlertGroupsProps) {
  const [all, setAll] = useState(false);
  const incidents = useQuery({
    ...incidentsQuery({ states: ["open", "acknowledged"], limit: INCIDENTS_MAX }),
    enabled: by === "incident",
  });
  const open = incidents.data?.incidents;
  const others = useOtherIncidents(by === "incident" ? groups.map(({ key }) => key) : [], open);
  const byId = new Map([...(open ?? []), ...others].map((one) => [one.id, one]));
  const rows = useHeldRows(groups.map((group) => ({ ...group, id: group.key || "none" })));
  const shown = all ? rows.shown : rows.shown.slice(0, GROUPS_FIRST);
  return (
    <div {...rows.handlers}>
      {rows.waiting > 0 && (
        <button type="button" className="pill" onClick={rows.letIn}>
          {rows.waiting} new
        </button>
      )}
      <ul className="alert-groups">
        {shown.map((group) => (
          <AlertGroup
            key={group.id}
            group={group}
            by={by}
            incident={byId.get(group.key)}
            row={row}
          />
        ))}
      </ul>
      {rows.shown.length > shown.length && (
        <button type="button" className="button mt-2" onClick={() => setAll(true)}>
          Show {rows.shown.length - shown.length} more groups
        </button>
      )}
    </div>
  );
}

interface AlertGroupProps {
  group: Group;
  by: Grouping;
  incident?: IncidentSummary;
  row: RowDoing;
}

function AlertGroup({ group: { key, alerts }, by, incident, row }: AlertGroupProps) {
  const [all, setAll] = useState(false);
  const shown = all ? alerts : alerts.slice(0, ROWS_OF_GROUP);
  const none = by === "incident" ? "No incident" : `No ${by}`;
  const { zone } = useSettings();
  const own = incident && inZone(incident.title, zone, Date.parse(incident.started_at));
  const title = own ?? (by === "incident" && key ? "An incident" : key || none);
  return (
    <li className="alert-group">
      <div className="alert-group-head">
        <h3 className="min-w-0 flex-1 break-words font-semibold">
          {by === "incident" && key ? (
            <Link to="/incidents/$id" params={{ id: key }} className="link-quiet">
              {title}
            </Link>
          ) : (
            title
          )}
        </h3>
        <span className="count">{alerts.length}</span>
        {incident && <IncidentStateBadge state={incident.state} />}
        {incident?.state === "open" && <AcknowledgeButton incident={incident} />}
        <ActButton
          className="button small"
          onClick={() => row.silence(proposeMatchers(alerts.map(({ labels }) => labels)))}
        >
          <BellOff size={14} aria-hidden /> Silence all…
          <span className="sr-only"> of {title}</span>
        </ActButton>
      </div>
      <ul className="rows">
        {shown.map((alert) => (
          <AlertRow key={alert.fingerprint} alert={alert} row={row} />
        ))}
      </ul>
      {alerts.length > shown.length && (
        <button type="button" className="button small mt-1" onClick={() => setAll(true)}>
          Show {alerts.length - shown.length} more
          <span className="sr-only"> of {title}</span>
        </button>
      )}
    </li>
  );
}

function AcknowledgeButton({ incident }: { incident: IncidentSummary }) {
  const cache = useQueryClient();
  return (
    <ActButton className="button small" onClick={() => void acknowledge(cache, incident)}>
      Acknowledge<span className="sr-only">: {titleOf(incident)}</span>
    </ActButton>
  );
}

interface AlertRowProps {
  alert: Alert;
  row: RowDoing;
}

function AlertRow({ alert, row: { silence, selection, peek } }: AlertRowProps) {
  const [{ q = "" }, setWords] = useWords();
  const { labels, annotations, startsAt, receivers, status, vedette, fingerprint } = alert;
  const { alertname: _name, severity: _severity, service, ...others } = labels;
  const name = nameOf(alert);
  const severity = severityOf(alert);
  const summary = annotations.summary ?? annotations.description ?? "";
  const title = `${name}${service ? ` of ${service}` : ""}`;
  const held = status.state === "suppressed";
  const add = (name: string, value: string) => {
    const { matchers } = readMatchers(q);
    const one = matcher(name, value);
    if (!matchers.includes(one)) setWords({ q: [...matchers, one].join(", ") });
  };
  return (
    <li
      className="row top alert-row"
      data-row
      data-alert={fingerprint}
      data-held={held}
      data-peeked={peek.id === fingerprint}
      data-selected={selection.ids.has(fingerprint)}
    >
      <SelectBox id={fingerprint} name={title} selection={selection} />
      <StateMark tone={held ? "muted" : severityTone(severity)} />
      <div className="min-w-0 flex-1">
        <p className="break-words">
          {vedette?.incident_id ? (
            <Link
              to="/incidents/$id"
              params={{ id: vedette.incident_id }}
              className="link-quiet font-semibold"
            >
              {name}
            </Link>
          ) : (
            <button
              type="button"
              className="link-quiet font-semibold"
              onClick={() => peek.toggle(fingerprint)}
            >
              {name}
            </button>
          )}
          {service && <span className="font-semibold"> of {service}</span>}
        </p>
        {summary && (
          <p className="break-words text-sm">
            <ZoneText text={summary} at={startsAt} />
          </p>
        )}
        <ul className="alert-labels" aria-label="Labels: press one to filter by it">
          {Object.entries(others).map(([label, value]) => (
            <li key={label}>
              <button type="button" className="chip" onClick={() => add(label, value)}>
                {label}={value}
              </button>
            </li>
          ))}
        </ul>
      </div>
      <p className="row-times">
        <span className={held ? "" : `tone-${severityTone(severity)} font-semibold`}>
          {held ? holdWords(alert) : <span className="capitalize">{severity}</span>}
        </span>
        <span>
          <Ago at={startsAt} />
        </span>
        <span title="Receivers">{receivers.map(({ name }) => name).join(", ")}</span>
      </p>
      <ActButton
        className="icon-button"
        title="Silence… ( z )"
        aria-label={`Silence ${title}`}
        onClick={() => silence(proposeMatchers([labels]))}
      >
        <BellOff size={16} aria-hidden />
      </ActButton>
    </li>
  );
}
