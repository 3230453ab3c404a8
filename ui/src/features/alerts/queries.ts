// What fires, as an Alertmanager tells it; openapi.json leaves the form to Alertmanager's own.
import { keepPreviousData, queryOptions, useQueries } from "@tanstack/react-query";
import { ask, client } from "../../api/client";
import { anomaliesQuery, incidentQuery } from "../../api/queries";
import type { Anomaly, IncidentSummary } from "../../api/types";

export interface Alert {
  fingerprint: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  updatedAt: string;
  generatorURL: string;
  receivers: { name: string }[];
  status: { state: "active" | "suppressed"; silencedBy: string[]; inhibitedBy: string[] };
  vedette: { anomaly_id: string; incident_id: string };
  anomaly?: Anomaly; // what it was made of, where its labels do not say what it is
}

const REFRESH_MS = 10_000;

export const alertsQuery = (matchers: string[]) =>
  queryOptions({
    queryKey: ["alerts", matchers] as const,
    queryFn: async ({ signal }) => {
      const query = matchers.length > 0 ? { filter: matchers } : {};
      const alerts = await ask(client.GET("/api/v2/alerts", { params: { query }, signal }));
      return alerts as unknown as Alert[];
    },
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });

const SERVICES_MAX = 10;
const LATELY = { from: "now-7d", to: "now" };

const isNamed = ({ labels }: Alert) => Boolean(labels.alertname && labels.severity);

// The same alerts; those whose labels have no name or no severity, such as a release's verdict, with
// the anomaly that has both.
export function useKnownAlerts(alerts: Alert[]): Alert[] {
  const nameless = alerts.filter((alert) => !isNamed(alert));
  const services = [...new Set(nameless.map(({ labels }) => labels.service ?? ""))];
  const answers = useQueries({
    queries: services
      .filter(Boolean)
      .slice(0, SERVICES_MAX)
      .map((entity) => anomaliesQuery(LATELY, { state: "open", entity })),
  });
  if (nameless.length === 0) return alerts;
  const found = answers.flatMap(({ data }) => data?.anomalies ?? []);
  const byId = new Map(found.map((one) => [one.id, one]));
  return alerts.map((alert) =>
    isNamed(alert) ? alert : { ...alert, anomaly: byId.get(alert.vedette?.anomaly_id) },
  );
}

const RESOLVED_MAX = 20;

// Incidents that are named by alerts and are not among those that are open: what still fires of one
// that was resolved stands under its title too.
export function useOtherIncidents(
  ids: string[],
  open: IncidentSummary[] | undefined,
): IncidentSummary[] {
  const known = new Set(open?.map(({ id }) => id));
  const missing = open ? ids.filter((id) => id && !known.has(id)).slice(0, RESOLVED_MAX) : [];
  const answers = useQueries({ queries: missing.map(incidentQuery) });
  return answers.flatMap(({ data }) => data ?? []);
}
