// Alerts: all that fires now, filtered by matchers, in groups; silenced or acknowledged from here.
import { useQuery } from "@tanstack/react-query";
import { BellOff } from "lucide-react";
import { lazy, Suspense } from "react";
import { SelectField, TextField } from "../../frame/fields";
import { Hidden, ScopeChip, useScope } from "../../frame/scope";
import { useWords } from "../../frame/search_words";
import { usePeek } from "../../frame/use_peek";
import { plural } from "../../kit/format";
import { ActButton } from "../../kit/permitted";
import { Answer, Empty, Section } from "../../kit/section";
import { usePageTitle } from "../../kit/use_page_title";
import { matcher, proposeMatchers, readMatchers } from "../silences/matchers";
import { useAlertActions } from "./alert_actions";
import { AlertGroups } from "./alert_groups";
import { facetsOf, GROUPINGS, type Grouping, groupAlerts } from "./group";
import { type Alert, alertsQuery, useKnownAlerts } from "./queries";
import "./alerts.css";

const AlertPeek = lazy(() => import("./alert_peek"));

const VALUES_MAX = 6;

export default function AlertsPage() {
  usePageTitle("Alerts");
  const [{ q = "", state = "", by = "" }] = useWords();
  const { matchers, error } = readMatchers(q);
  const alerts = useQuery(alertsQuery(matchers));
  const all = useKnownAlerts(alerts.data ?? []);
  const inState = state ? all.filter(({ status }) => status.state === state) : all;
  const { shown, hidden } = useScope().within(
    inState,
    ({ labels }) => [labels.service],
    ({ labels }) => labels.team,
  );
  const grouping: Grouping = GROUPINGS.find((one) => one === by) ?? "incident";
  const { selection, silence, layers } = useAlertActions(shown);
  const peek = usePeek("alert");
  const peeked = all.find(({ fingerprint }) => fingerprint === peek.id);
  return (
    <div className="stack">
      <header className="page-head">
        <h1>Alerts</h1>
        {alerts.data && <p className="text-muted">{countWords(all)}</p>}
        <ScopeChip />
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
            <ActButton className="button" onClick={() => silence(matchers)}>
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
              <AlertGroups
                groups={groupAlerts(shown, grouping)}
                by={grouping}
                row={{ silence, selection, peek }}
              />
            )
          }
        </Answer>
        <Hidden count={hidden} />
      </Section>
      {layers}
      <Suspense fallback={null}>
        {peeked && (
          <AlertPeek
            alert={peeked}
            silence={() => silence(proposeMatchers([peeked.labels]))}
            onClose={peek.close}
          />
        )}
      </Suspense>
    </div>
  );
}

function countWords(alerts: Alert[]): string {
  if (alerts.length === 0) return "Nothing fires";
  const held = alerts.filter(({ status }) => status.state === "suppressed").length;
  return `${plural(alerts.length, "alert")}${held > 0 ? `, ${held} of them held back` : ""}`;
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
