// Letters: pages to people with what became of them, and the words on why somebody was told or not.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { ask, client } from "../../api/client";
import { keys } from "../../api/queries";
import type { LedgerEntry } from "../../api/types";

export interface Attempt {
  seq: number;
  time: string;
  event: string;
  attempt: number;
  outcome: string;
  status: number;
  latency_ms: number;
  delayed_seconds: number;
  detail: string;
  hash: string;
}

// With the attempts, each sealed by the hash of the one before; openapi.json does not tell them yet.
export type Letter = LedgerEntry & { proof?: Attempt[] };

const REFRESH_MS = 15_000;

export const lettersQuery = (incident: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.ledger(incident), "letters"] as const,
    queryFn: async ({ signal, pageParam: cursor }) => {
      const query = { limit: 100, cursor, ...(incident ? { incident } : {}) };
      const page = await ask(client.GET("/api/v1/ledger", { params: { query }, signal }));
      return { entries: page.entries as Letter[], next_cursor: page.next_cursor };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: REFRESH_MS,
  });

export const whyQuery = (incident: string) =>
  queryOptions({
    queryKey: [...keys.ledger(incident), "why"] as const,
    queryFn: ({ signal }) => {
      const query = { alert: incident, limit: 100 };
      return ask(client.GET("/api/v1/ledger", { params: { query }, signal }));
    },
    enabled: incident !== "",
  });
