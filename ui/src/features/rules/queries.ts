// Rules as the server evaluates them. The paths are Prometheus', whose answers openapi.json does not
// spell out.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { ask, client } from "../../api/client";

export interface RuleAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  state: "pending" | "firing";
  activeAt: string;
  value: string;
}

export interface Rule {
  type: "alerting" | "recording";
  name: string;
  query: string;
  health: "ok" | "err" | "unknown";
  lastError?: string;
  evaluationTime: number; // seconds
  lastEvaluation: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  state?: "inactive" | "pending" | "firing";
  duration?: number; // seconds
  onIngest?: boolean; // looked at whenever samples come in, not by the clock
  alerts?: RuleAlert[];
}

export interface RuleGroup {
  name: string;
  file: string;
  interval: number; // seconds
  evaluationTime: number;
  lastEvaluation: string;
  rules: Rule[];
}

const REFRESH_MS = 15_000;
const GROUPS_OF_PAGE = 100;

export const rulesQuery = () =>
  infiniteQueryOptions({
    queryKey: ["rules"] as const,
    queryFn: async ({ signal, pageParam }) => {
      const query = {
        group_limit: GROUPS_OF_PAGE,
        ...(pageParam ? { group_next_token: pageParam } : {}),
      };
      const answer = await ask(client.GET("/api/v1/rules", { params: { query }, signal }));
      return (answer as { data: { groups: RuleGroup[]; groupNextToken?: string } }).data;
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.groupNextToken || undefined,
    refetchInterval: REFRESH_MS,
  });

export interface Checked {
  formatted: string;
  type: string; // of the result: vector, scalar...
  series: number; // that it gives now
}

// Whether an expression is right, how it is written, and what it gives now.
export const checkQuery = (query: string) =>
  queryOptions({
    queryKey: ["check", query] as const,
    queryFn: async ({ signal }): Promise<Checked> => {
      const params = { query: { query } };
      const form = await ask(client.GET("/api/v1/format_query", { params, signal }));
      const now = await ask(client.GET("/api/v1/query", { params, signal }));
      const { resultType, result } = (now as { data: { resultType: string; result: unknown[] } })
        .data;
      return {
        formatted: (form as { data: string }).data,
        type: resultType,
        series: resultType === "vector" ? result.length : 1,
      };
    },
    retry: false,
    staleTime: 0,
  });

// Loaded alerting rules that cannot fire.
export const unreachableQuery = () =>
  queryOptions({
    queryKey: ["rules", "unreachable"] as const,
    queryFn: async ({ signal }) =>
      (await ask(client.GET("/api/v1/rules/unreachable", { signal }))).rules,
    staleTime: 60_000,
  });
