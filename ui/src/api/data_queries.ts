// What was sent, asked for: names of metrics, log lines, events, traces, changes.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { isRelative, type TimeRange } from "../frame/time_range";
import { ask, client } from "./client";
import { times } from "./queries";
import type { LogLevel, LogPage, LogStats, Severity } from "./types";

// Part of a name, in any case, as a matcher of PromQL.
export function nameMatcher(part: string): string {
  const escaped = part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return `{__name__=~${JSON.stringify(`(?i).*${escaped}.*`)}}`;
}

const NAMES_STALE_MS = 60_000;

export const metricNamesQuery = (part: string, limit: number) =>
  queryOptions({
    queryKey: ["metric names", part, limit] as const,
    queryFn: async ({ signal }) => {
      const query = { limit, ...(part ? { "match[]": [nameMatcher(part)] } : {}) };
      const path = { name: "__name__" };
      const answer = await ask(
        client.GET("/api/v1/label/{name}/values", { params: { path, query }, signal }),
      );
      return answer.data;
    },
    staleTime: NAMES_STALE_MS,
  });

export const labelNamesQuery = (metric: string) =>
  queryOptions({
    queryKey: ["label names", metric] as const,
    queryFn: async ({ signal }) => {
      const query = metric ? { "match[]": [metric] } : {};
      const answer = await ask(client.GET("/api/v1/labels", { params: { query }, signal }));
      return answer.data.filter((name) => name !== "__name__");
    },
    staleTime: NAMES_STALE_MS,
  });

export const labelValuesQuery = (label: string, metric: string, limit: number) =>
  queryOptions({
    queryKey: ["label values", label, metric, limit] as const,
    queryFn: async ({ signal }) => {
      const query = { limit, ...(metric ? { "match[]": [metric] } : {}) };
      const path = { name: label };
      const answer = await ask(
        client.GET("/api/v1/label/{name}/values", { params: { path, query }, signal }),
      );
      return answer.data;
    },
    staleTime: NAMES_STALE_MS,
  });

export const metadataQuery = () =>
  queryOptions({
    queryKey: ["metadata"] as const,
    queryFn: async ({ signal }) => {
      const query = { limit: 2000 };
      return (await ask(client.GET("/api/v1/metadata", { params: { query }, signal }))).data;
    },
    staleTime: 10 * NAMES_STALE_MS,
  });

export interface ChangeFilter {
  service?: string;
  kind?: string;
  text?: string;
}

const PAGE_ROWS = 100;

export const changesQuery = (range: TimeRange, filter: ChangeFilter, refreshMs: number) =>
  infiniteQueryOptions({
    queryKey: ["changes", range, filter] as const,
    queryFn: async ({ signal, pageParam: cursor }) => {
      const query = { ...(await times(range)), ...filter, limit: PAGE_ROWS, cursor };
      return ask(client.GET("/api/v1/changes", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs || false,
  });

export interface LogFilter {
  query?: string;
  service?: string;
  level?: LogLevel;
}

// Lines, or counts when the query counts.
export const isStats = (page: LogPage | LogStats): page is LogStats => "stats" in page;

export const logsQuery = (range: TimeRange, filter: LogFilter, refreshMs: number) =>
  infiniteQueryOptions({
    queryKey: ["logs", range, filter] as const,
    queryFn: async ({ signal, pageParam: cursor }) => {
      const { from, to } = await times(range);
      // Until now is until the server's now, which is later by the time it reads this.
      const end = isRelative(range) ? undefined : to;
      const query = { from, to: end, ...filter, limit: PAGE_ROWS, cursor };
      return ask(client.GET("/api/v1/logs/query", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (isStats(page) ? undefined : (page.next_cursor ?? undefined)),
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs || false,
  });

export const logCountsQuery = (
  range: TimeRange,
  { query = "", ...filter }: LogFilter,
  refreshMs: number,
) =>
  queryOptions({
    queryKey: ["log counts", range, query, filter] as const,
    queryFn: async ({ signal }) => {
      const counted = `${query.trim() || "*"} | count by (level)`;
      const params = { query: { ...(await times(range)), ...filter, query: counted } };
      return ask(client.GET("/api/v1/logs/query", { params, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs || false,
  });

export const patternsQuery = (
  range: TimeRange,
  filter: { service?: string; level?: LogLevel },
  sort: "count" | "first_seen",
) =>
  queryOptions({
    queryKey: ["patterns", range, filter, sort] as const,
    queryFn: async ({ signal }) => {
      const query = { ...(await times(range)), ...filter, sort, limit: 100 };
      return ask(client.GET("/api/v1/logs/patterns", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
  });

export interface EventFilter {
  service?: string;
  type?: string;
  severity?: Severity;
  text?: string;
}

export const eventsQuery = (range: TimeRange, filter: EventFilter, refreshMs: number) =>
  infiniteQueryOptions({
    queryKey: ["events", range, filter] as const,
    queryFn: async ({ signal, pageParam: cursor }) => {
      const query = { ...(await times(range)), ...filter, limit: PAGE_ROWS, cursor };
      return ask(client.GET("/api/v1/events/query", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs || false,
  });

export interface TraceFilter {
  service?: string;
  operation?: string;
  min_duration?: string;
  max_duration?: string;
  status?: "unset" | "ok" | "error";
  attribute?: string[];
}

export const tracesQuery = (range: TimeRange, filter: TraceFilter, refreshMs: number) =>
  infiniteQueryOptions({
    queryKey: ["traces", range, filter] as const,
    queryFn: async ({ signal, pageParam: cursor }) => {
      const query = { ...(await times(range)), ...filter, limit: 50, cursor };
      return ask(client.GET("/api/v1/traces", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs || false,
  });

export const traceServicesQuery = (range: TimeRange) =>
  queryOptions({
    queryKey: ["trace services", range] as const,
    queryFn: async ({ signal }) => {
      const query = await times(range);
      return ask(client.GET("/api/v1/traces/services", { params: { query }, signal }));
    },
    staleTime: NAMES_STALE_MS,
    placeholderData: keepPreviousData,
  });

export const traceQuery = (id: string) =>
  queryOptions({
    queryKey: ["trace", id] as const,
    queryFn: ({ signal }) =>
      ask(client.GET("/api/v1/traces/{trace_id}", { params: { path: { trace_id: id } }, signal })),
  });
