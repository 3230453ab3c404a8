// What the screens ask for. Answers live in the Query cache under these keys; live/live.ts merges
// the stream's patches into the same places.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { parseRange, type TimeRange } from "../frame/time_range";
import { clockKnown, serverNow, setServerNow } from "../kit/clock";
import { connection } from "../live/connection";
import { ApiError, ask, client } from "./client";
import type { Anomaly, AnomalyState, IncidentState } from "./types";

export interface IncidentFilter {
  states: IncidentState[];
  range?: TimeRange;
  text?: string;
  limit: number;
}
export type IncidentsKey = readonly ["incidents", IncidentFilter];
export type AnomaliesKey = readonly [
  "anomalies",
  ({ range: TimeRange } & AnomalyFilter) | { incident: string },
];

const LIVE = new Set<unknown>(["status", "incidents", "incident", "anomalies", "ledger"]);

export const keys = {
  status: ["status"] as const,
  incidents: ["incidents"] as const,
  incident: (id: string) => ["incident", id] as const,
  anomalies: ["anomalies"] as const,
  incidentAnomalies: (id: string) => ["anomalies", { incident: id }] as const,
  ledger: (id: string) => ["ledger", id] as const,
  isLive: (key: readonly unknown[]) => LIVE.has(key[0]),
};

// A list by time takes new rows only when it goes up to now; an incident's list is read anew.
export function isAnomalyListFor([, filter]: AnomaliesKey, anomaly: Anomaly): boolean {
  return (
    "range" in filter &&
    filter.range.to === "now" &&
    (!filter.state || filter.state === anomaly.state) &&
    (!filter.entity || filter.entity === anomaly.entity)
  );
}

// The stream keeps answers fresh; without it they are asked for again.
const pollWithoutStream = () => (connection.get().link === "open" ? false : 15_000);

export async function times(range: TimeRange): Promise<{ from: string; to: string }> {
  if (range.from.includes("now")) await clockKnown;
  const interval = parseRange(range, serverNow());
  if (!interval) throw new ApiError(400, "invalid_argument", "The time range is not valid.");
  return {
    from: new Date(interval.from).toISOString(),
    to: new Date(interval.to).toISOString(),
  };
}

export const statusQuery = () =>
  queryOptions({
    queryKey: keys.status,
    queryFn: async ({ signal }) => {
      const status = await ask(client.GET("/api/v1/status/now", { signal }));
      setServerNow(status.now);
      return status;
    },
    refetchInterval: pollWithoutStream,
  });

export const onCallQuery = () =>
  queryOptions({
    queryKey: ["on-call", "now"] as const,
    queryFn: ({ signal }) => ask(client.GET("/api/v1/oncall", { signal })),
    refetchInterval: 60_000,
  });

export const incidentsQuery = (filter: IncidentFilter) =>
  queryOptions({
    queryKey: ["incidents", filter] satisfies IncidentsKey,
    queryFn: async ({ signal }) => {
      const { states: state, range, text, limit } = filter;
      const within = range && (await times(range));
      const query = { state, limit, text, view: "summary" as const, ...within };
      return ask(client.GET("/api/v1/incidents", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: pollWithoutStream,
  });

export const OPEN_ROWS = 50;

// What Now begins with.
export const openIncidentsQuery = (limit = OPEN_ROWS) =>
  incidentsQuery({ states: ["open", "acknowledged"], limit });

export const incidentQuery = (id: string) =>
  queryOptions({
    queryKey: keys.incident(id),
    queryFn: ({ signal }) =>
      ask(client.GET("/api/v1/incidents/{id}", { params: { path: { id } }, signal })),
    refetchInterval: pollWithoutStream,
  });

export interface AnomalyFilter {
  state?: AnomalyState;
  entity?: string;
}

export const anomaliesQuery = (range: TimeRange, filter: AnomalyFilter = {}) =>
  queryOptions({
    queryKey: ["anomalies", { range, ...filter }] satisfies AnomaliesKey,
    queryFn: async ({ signal }) => {
      const query = { ...(await times(range)), ...filter, limit: 100 };
      return ask(client.GET("/api/v1/anomalies", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: pollWithoutStream,
  });

export const incidentAnomaliesQuery = (id: string) =>
  queryOptions({
    queryKey: keys.incidentAnomalies(id),
    queryFn: ({ signal }) =>
      ask(
        client.GET("/api/v1/anomalies", {
          params: { query: { incident: id, limit: 200 } },
          signal,
        }),
      ),
  });

export const evidenceQuery = (id: string) =>
  queryOptions({
    queryKey: ["evidence", id] as const,
    queryFn: ({ signal }) =>
      ask(client.GET("/api/v1/evidence/{id}", { params: { path: { id } }, signal })),
  });

export const evidenceAgainQuery = (id: string) =>
  queryOptions({
    queryKey: ["evidence", id, "again"] as const,
    queryFn: ({ signal }) => {
      const params = { path: { id }, query: { again: true } };
      return ask(client.GET("/api/v1/evidence/{id}", { params, signal }));
    },
    staleTime: 0,
  });

export const ledgerQuery = (id: string) =>
  queryOptions({
    queryKey: keys.ledger(id),
    queryFn: ({ signal }) =>
      ask(
        client.GET("/api/v1/ledger", { params: { query: { incident: id, limit: 100 } }, signal }),
      ),
  });

// `refreshMs` 0: the window is in the past and the answer final.
export const rangeQuery = (
  query: string,
  window: { start: number; end: number; step: number },
  refreshMs: number,
) =>
  queryOptions({
    queryKey: ["range", query, window] as const,
    queryFn: async ({ signal }) => {
      const params = {
        query,
        start: new Date(window.start).toISOString(),
        end: new Date(window.end).toISOString(),
        step: String(window.step),
      };
      const answer = await ask(
        client.GET("/api/v1/query_range", { params: { query: params }, signal }),
      );
      return answer.data;
    },
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs || false,
    staleTime: refreshMs || Number.POSITIVE_INFINITY,
  });

// Asking again helps only when the fault may pass.
export function isWorthRetrying(failures: number, error: Error): boolean {
  if (!(error instanceof ApiError)) return false;
  return failures < 2 && (error.status === 0 || error.status === 429 || error.status >= 500);
}
