// Silences: what each hides, and making, changing and ending them.
import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { ask, client } from "../../api/client";
import { readAgain } from "../../api/read_again";
import type { components } from "../../api/schema";

export type Silence = components["schemas"]["Silence"];
export type SilenceInput = components["schemas"]["SilenceInput"];
export type SilenceState = Silence["state"];

const KEY = "silences";
const REFRESH_MS = 15_000;

export const silencesQuery = (states: SilenceState[]) =>
  queryOptions({
    queryKey: [KEY, "list", states] as const,
    queryFn: async ({ signal }) => {
      const query = { state: states.join() };
      return (await ask(client.GET("/api/v1/silences", { params: { query }, signal }))).silences;
    },
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });

// What a silence would hide now.
export const previewQuery = (matchers: string[]) =>
  queryOptions({
    queryKey: [KEY, "preview", matchers] as const,
    queryFn: ({ signal }) => {
      const body = { matchers, duration: "1h", dry_run: true };
      return ask(client.POST("/api/v1/silences", { body, signal }));
    },
    enabled: matchers.length > 0,
    retry: false,
    placeholderData: keepPreviousData,
  });

const refresh = (cache: QueryClient) =>
  Promise.all([readAgain(cache, { queryKey: [KEY] }), readAgain(cache, { queryKey: ["alerts"] })]);

export async function putSilence(cache: QueryClient, body: SilenceInput): Promise<Silence> {
  const silence = await ask(client.POST("/api/v1/silences", { body }));
  await refresh(cache);
  return silence;
}

export async function expireSilence(cache: QueryClient, id: string): Promise<void> {
  await ask(client.DELETE("/api/v1/silences/{id}", { params: { path: { id } } }));
  await refresh(cache);
}
