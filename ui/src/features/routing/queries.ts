// What would become of a page, test pages, and what a receiver would be sent.
import { queryOptions } from "@tanstack/react-query";
import { ask, client } from "../../api/client";
import { keys } from "../../api/queries";

export type Labels = Record<string, string>;

export const takenQuery = (labels: Labels) =>
  queryOptions({
    queryKey: ["on-call", "route", labels] as const,
    queryFn: async ({ signal }) =>
      (await ask(client.POST("/api/v1/notify/route", { body: { labels }, signal }))).taken,
    enabled: Object.keys(labels).length > 0,
  });

export type TestInput = { user: string } | { receiver: string };

export const sendTest = (to: TestInput) => ask(client.POST("/api/v1/notify/test", { body: to }));

const WATCH_MS = 1000;
const ENDED = new Set(["delivered", "failed", "dropped", "superseded"]);

// What became of a test page: asked for until all of it has an end.
export const testLettersQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.ledger(id), "test"] as const,
    queryFn: async ({ signal }) => {
      const query = { incident: id, limit: 100 };
      return (await ask(client.GET("/api/v1/ledger", { params: { query }, signal }))).entries;
    },
    refetchInterval: ({ state }) =>
      state.data && state.data.length > 0 && state.data.every((one) => ENDED.has(one.state))
        ? false
        : WATCH_MS,
  });

// What a receiver would be sent when an incident opens; nothing is sent.
export const previewQuery = (receiver: string) =>
  queryOptions({
    queryKey: ["on-call", "preview", receiver] as const,
    queryFn: ({ signal }) =>
      ask(client.POST("/api/v1/notify/preview", { body: { receiver }, signal })),
    staleTime: 60_000,
  });
