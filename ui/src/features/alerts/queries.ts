// What fires, as an Alertmanager tells it; openapi.json leaves the form to Alertmanager's own.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask, client } from "../../api/client";

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
