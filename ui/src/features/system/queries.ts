// What the screen asks the server about itself.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ApiError, ask, client, toApiError } from "../../api/client";
import { parseExposition, type SelfSample } from "./exposition";

const REFRESH_MS = 10_000;

interface Reading {
  at: number; // ms
  samples: SelfSample[];
}

async function readMetrics(signal: AbortSignal): Promise<Reading> {
  const response = await fetch("/metrics", { signal, cache: "no-store" }).catch(() => null);
  if (!response) throw new ApiError(0, "unavailable", "The server cannot be reached.");
  const text = await response.text();
  if (!response.ok) throw toApiError(response.status, safeJson(text));
  return { at: performance.now(), samples: parseExposition(text) };
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// The last reading and the one before it: counters become rates.
export const selfQuery = () =>
  queryOptions({
    queryKey: ["self"] as const,
    queryFn: async ({ signal, client: cache }) => {
      const have = cache.getQueryData<{ now: Reading }>(["self"]);
      return { now: await readMetrics(signal), before: have?.now };
    },
    refetchInterval: REFRESH_MS,
    staleTime: 0,
    structuralSharing: false,
  });

// Paths of Prometheus whose answers openapi.json does not spell out.
async function data<T>(request: Promise<{ data?: unknown; error?: unknown; response: Response }>) {
  return ((await ask(request)) as { data: T }).data;
}

export interface RuntimeInfo {
  startTime: string;
  lastConfigTime: string;
  hostname: string;
  CWD: string;
  GOMAXPROCS: number;
  storageRetention: string;
}

export const runtimeQuery = () =>
  queryOptions({
    queryKey: ["runtime"] as const,
    queryFn: ({ signal }) =>
      data<RuntimeInfo>(client.GET("/api/v1/status/runtimeinfo", { signal })),
  });

export const flagsQuery = () =>
  queryOptions({
    queryKey: ["flags"] as const,
    queryFn: ({ signal }) =>
      data<Record<string, string>>(client.GET("/api/v1/status/flags", { signal })),
  });

interface Counted {
  name: string;
  value: number;
}

export interface Cardinality {
  series: number;
  labels: number;
  labelPairs: number;
  seriesByMetric: Counted[];
  seriesByLabel: Counted[];
  valuesByLabel: Counted[];
  bytesByLabel: Counted[];
  seriesByPair: Counted[];
}

export const cardinalityQuery = (prefix: string, limit: number) =>
  queryOptions({
    queryKey: ["cardinality", prefix, limit] as const,
    queryFn: ({ signal }) => {
      const query = { limit, ...(prefix ? { prefix } : {}) };
      return data<Cardinality>(client.GET("/api/v1/cardinality", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
  });

export interface SlowQuery {
  query: string;
  kind: string;
  endedAt: string;
  seconds: number;
  samplesRead: number;
  bytesPeak: number;
  error?: string;
}

export const slowQueriesQuery = () =>
  queryOptions({
    queryKey: ["slow queries"] as const,
    queryFn: ({ signal }) =>
      data<{ thresholdSeconds: number; queries: SlowQuery[] }>(
        client.GET("/api/v1/status/slow_queries", { params: { query: { limit: 100 } }, signal }),
      ),
    refetchInterval: REFRESH_MS,
  });

export const targetsQuery = () =>
  queryOptions({
    queryKey: ["targets"] as const,
    queryFn: async ({ signal }) => (await ask(client.GET("/api/v1/targets", { signal }))).data,
    refetchInterval: REFRESH_MS,
  });
