// Alerts: all that fires now, filtered by matchers, in groups; silenced or acknowledged from here.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BellOff } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { acknowledge } from "../../api/actions";
import { incidentsQuery } from "../../api/queries";
import type { IncidentSummary } from "../../api/types";
import { SelectField, TextField } from "../../frame/fields";
import { useAction } from "../../frame/keys";
import { useWords } from "../../frame/search_words";
import { inZone, plural } from "../../kit/format";
import { useHeldRows } from "../../kit/held_rows";
import { ActButton } from "../../kit/permitted";
import { Answer, Empty, Section } from "../../kit/section";
import { useSettings } from "../../kit/settings";
import { IncidentStateBadge, StateMark, severityTone } from "../../kit/state_mark";
import { Ago, ZoneText } from "../../kit/time";
import { showToast } from "../../kit/toast";
import { usePageTitle } from "../../kit/use_page_title";
import { matcher, proposeMatchers, readMatchers } from "../silences/matchers";
import {
  facetsOf,
  GROUPINGS,
  type Group,
  type Grouping,
  groupAlerts,
  holdWords,
  nameOf,
  severityOf,
} from "./group";
import { type Alert, alertsQuery, useKnownAlerts, useOtherIncidents } from "./queries";
import "./alerts.css";

const SilenceDialog = lazy(() => import("../silences/silence_dialog"));

const VALUES_MAX = 6;
const ROWS_OF_GROUP = 5;
const GROUPS_FIRST = 30;
const INCIDENTS_MAX = 500;

type Silencing = (matchers: string[]) => void;

export default function AlertsPage() {
  usePageTitle("Alerts");
  const [{ q = "", state = "", by = "" }] = useWords();
  const { matchers, error } = readMatchers(q);
  const alerts = useQuery(alertsQuery(matchers));
  const [silencing, setSilencing] = useState<string[] | null>(null);
  const all = useKnownAlerts(alerts.data ?? []);
  const shown = state ? all.filter(({ status }) => status.state === state) : all;
  const grouping: Grouping = GROUPINGS.find((one) => one === by) ?? "incident";
  useRowActions(shown, setSilencing);
  return (
    <div className="stack">
      <header className="page-head">
        <h1>Alerts</h1>
        {alerts.data && <p className="text-muted">{countWords(all)}</p>}
      </header>
      <Section title="What fires now" count={shown.length || undefined}>
        <div className="toolbar">
          <TextField
            label="Matchers"
            word="q"
            example={'service="payment", severity=~"critical|warning"'}
            main
            size={52}
          />
          <SelectField
            label="State"
            word="state"
            all="Active and held back"
            options={[
              ["active", "Active"],
              ["suppressed", "Silenced or held back"],
            ]}
          />
          <SelectField
            label="In groups"
            word="by"
            all="By incident"
            options={[
              ["alertname", "By name"],
              ["service", "By service"],
            ]}
          />
          {matchers.length > 0 && (
            <ActButton className="button" onClick={() => setSilencing(matchers)}>
              <BellOff size={14} aria-hidden /> Silence these…
            </ActButton>
          )}
        </div>
        {error && (
          <p role="alert" className="tone-critical mt-2 text-sm">
            {error}
          </p>
        )}
        <Facets alerts={shown} />
        <Answer what="Alerts" query={alerts}>
          {() =>
            shown.length === 0 ? (
              <Empty title={all.length === 0 && !q ? "Nothing fires" : "Nothing that fires fits"}>
                <p>
                  Alerts of rules, of detection, and those that a Prometheus sends to{" "}
                  <code>/api/v2/alerts</code> are listed here while they fire.
                </p>
              </Empty>
            ) : (
              <Groups groups={groupAlerts(shown, grouping)} by={grouping} silence={setSilencing} />
            )
          }
        </Answer>
      </Section>
      <Suspense fallback={null}>
        {silencing && <SilenceDialog matchers={silencing} onClose={() => setSilencing(null)} />}
      </Suspense>
    </div>
  );
}

function countWords(alerts: Alert[]): string {
  if (alerts.length === 0) return "Nothing fires";
  const held = alerts.filter(({ status }) => status.state === "suppressed").length;
  return `${plural(alerts.length, "alert")}${held > 0 ? `, ${held} of them held back` : ""}`;
}

// z silences the row that has the focus, e acknowledges its incident.
function useRowActions(alerts: Alert[], silence: Silencing): void {
  const cache = useQueryClient();
  const incidents = useQuery(
    incidentsQuery({ states: ["open", "acknowledged"], limit: INCIDENTS_MAX }),
  );
  const focused = () => {
    const row = document.activeElement?.closest<HTMLElement>("[data-alert]");
    const found = alerts.find(({ fingerprint }) => fingerprint === row?.dataset.alert);
    if (!found) showToast({ tone: "news", text: "Choose an alert first: j and k move." });
    return found;
  };
  useAction("silence", () => {
    const alert = focused();
    if (alert) silence(proposeMatchers([alert.labels]));
  });
  useAction("acknowledge", () => {
    const id = focused()?.vedette.incident_id;
    const incident = incidents.data?.incidents.find((one) => one.id === id);
    if (incident) void acknowledge(cache, incident);
  });
}

function Facets({ alerts }: { alerts: Alert[] }) {
  const [{ q = "" }, setWords] = useWords();
  if (alerts.length === 0) return null;
  const { matchers } = readMatchers(q);
  const toggle = (one: string) => {
    const next = matchers.includes(one)
      ? matchers.filter((other) => other !== one)
      : [...matchers, one];
    setWords({ q: next.join(", ") || undefined });
  };
  return (
    <dl className="facets">
      {facetsOf(alerts, VALUES_MAX).map(({ label, values }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className="segments">
            {values.map(([value, count]) => {
              const one = matcher(label, value);
              return (
                <button
                  key={value}
                  type="button"
                  className="segment"
                  aria-pressed={matchers.includes(one)}
                  onClick={() => toggle(one)}
                >
                  {value} <span className="text-muted">{count}</span>
                </button>
              );
            })}
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface GroupsProps {
  groups: Group[];
  by: Grouping;
  silence: Silencing;
}

function Groups({ groups, by, silence }: GroupsProps) {
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
            silence={silence}
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
  silence: Silencing;
}

function AlertGroup({ group: { key, alerts }, by, incident, silence }: AlertGroupProps) {
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
          onClick={() => silence(proposeMatchers(alerts.map(({ labels }) => labels)))}
        >
          <BellOff size={14} aria-hidden /> Silence all…
          <span className="sr-only"> of {title}</span>
        </ActButton>
      </div>
      <ul className="rows">
        {shown.map((alert) => (
          <AlertRow key={alert.fingerprint} alert={alert} silence={silence} />
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
      Acknowledge<span className="sr-only">: {incident.title}</span>
    </ActButton>
  );
}

function AlertRow({ alert, silence }: { alert: Alert; silence: Silencing }) {
  const [{ q = "" }, setWords] = useWords();
  const { labels, annotations, startsAt, receivers, status, vedette, fingerprint } = alert;
  const { alertname: _name, severity: _severity, service, ...others } = labels;
  const name = nameOf(alert);
  const severity = severityOf(alert);
  const summary = annotations.summary ?? annotations.description ?? "";
  const held = status.state === "suppressed";
  const add = (name: string, value: string) => {
    const { matchers } = readMatchers(q);
    const one = matcher(name, value);
    if (!matchers.includes(one)) setWords({ q: [...matchers, one].join(", ") });
  };
  return (
    <li className="row top alert-row" data-row data-alert={fingerprint} data-held={held}>
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
            <span className="font-semibold">{name}</span>
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
        aria-label={`Silence ${name}${service ? ` of ${service}` : ""}`}
        onClick={() => silence(proposeMatchers([labels]))}
      >
        <BellOff size={16} aria-hidden />
      </ActButton>
    </li>
  );
}
