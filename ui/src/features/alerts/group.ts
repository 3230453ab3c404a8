// Alerts in the order in which they want a person, in groups, and counted by what they share. Pure.
import type { IncidentSummary, Severity } from "../../api/types";
import type { Alert } from "./queries";

const RANK: Record<string, number> = { critical: 0, warning: 1, info: 2 };

// As its labels say; else as the anomaly does that it was made of, and by the same name.
export function severityOf({ labels, anomaly }: Alert): Severity {
  const severity = labels.severity ?? anomaly?.severity;
  return severity === "critical" || severity === "info" ? severity : "warning";
}

export const nameOf = ({ labels, anomaly }: Alert): string =>
  labels.alertname ?? anomaly?.detector ?? "alert";

const rank = (alert: Alert) => RANK[severityOf(alert)] ?? 1;
const held = ({ status }: Alert) => Number(status.state === "suppressed");

// Those that somebody hears of first, then the worst, then the newest.
export function byWeight(a: Alert, b: Alert): number {
  return (
    held(a) - held(b) ||
    rank(a) - rank(b) ||
    Date.parse(b.startsAt) - Date.parse(a.startsAt) ||
    (a.fingerprint < b.fingerprint ? -1 : 1)
  );
}

export const GROUPINGS = ["incident", "alertname", "service"] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface Group {
  key: string; // id of the incident, or the label's value; may be empty
  alerts: Alert[];
}

function keyOf(alert: Alert, by: Grouping): string | undefined {
  if (by === "incident") return alert.vedette?.incident_id;
  return by === "alertname" ? nameOf(alert) : alert.labels[by];
}

export function groupAlerts(alerts: Alert[], by: Grouping): Group[] {
  const groups = new Map<string, Alert[]>();
  for (const alert of [...alerts].sort(byWeight)) {
    const key = keyOf(alert, by) ?? "";
    const group = groups.get(key);
    if (group) group.push(alert);
    else groups.set(key, [alert]);
  }
  return [...groups].map(([key, list]) => ({ key, alerts: list }));
}

export interface Facet {
  label: string;
  values: [value: string, count: number][];
}

const FACETS = ["severity", "alertname", "service"];

// The commonest values of the labels that are filtered by most.
export function facetsOf(alerts: Alert[], valuesMax: number): Facet[] {
  return FACETS.map((label) => {
    const counts = new Map<string, number>();
    for (const { labels } of alerts) {
      const value = labels[label];
      if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const values = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return { label, values: values.slice(0, valuesMax) };
  }).filter(({ values }) => values.length > 0);
}

export function holdWords({ status }: Alert): string {
  if (status.silencedBy.length > 0) return "Silenced";
  return status.inhibitedBy.length > 0 ? "Held back by another" : "Active";
}

// The incidents of these alerts, of those that are given, each once.
export function incidentsOf(alerts: Alert[], incidents: IncidentSummary[]): IncidentSummary[] {
  const ids = new Set(alerts.map(({ vedette }) => vedette?.incident_id));
  return incidents.filter(({ id }) => ids.has(id));
}
