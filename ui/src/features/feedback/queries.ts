// What people say of anomalies, incidents and pages: marks wait, show what they would have changed,
// are put into force by hand, and are taken back.
import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { ask, client, done } from "../../api/client";
import { readAgain } from "../../api/read_again";
import type { components } from "../../api/schema";
import { currentSettings } from "../../kit/settings";

type Schemas = components["schemas"];
export type Mark = Schemas["Feedback"];
export type Verdict = Mark["verdict"];
export type Preview = Schemas["FeedbackPreview"];
export type FeedbackChange = Schemas["FeedbackChange"];
export type NoiseBudget = Schemas["NoiseBudget"];
export type Target = Pick<Mark, "target_kind" | "target_id">;

const KEY = "feedback";
const MARKS_MAX = 500;
const STALE_MS = 30_000;

const by = () => currentSettings().name.trim() || undefined;

// Newest first. One answer serves all buttons of a page.
export const marksQuery = () =>
  queryOptions({
    queryKey: [KEY, "marks"] as const,
    queryFn: async ({ signal }) => {
      const query = { limit: MARKS_MAX };
      return (await ask(client.GET("/api/v1/feedback", { params: { query }, signal }))).feedback;
    },
    staleTime: STALE_MS,
  });

export const previewQuery = (days: number) =>
  queryOptions({
    queryKey: [KEY, "preview", days] as const,
    queryFn: ({ signal }) =>
      ask(client.GET("/api/v1/feedback/preview", { params: { query: { days } }, signal })),
    placeholderData: keepPreviousData,
  });

export const changesQuery = () =>
  queryOptions({
    queryKey: [KEY, "changes"] as const,
    queryFn: async ({ signal }) => {
      const query = { limit: 50 };
      return (await ask(client.GET("/api/v1/feedback/changes", { params: { query }, signal })))
        .changes;
    },
  });

export const noiseBudgetQuery = () =>
  queryOptions({
    queryKey: [KEY, "budget"] as const,
    queryFn: ({ signal }) =>
      ask(client.GET("/api/v1/noise-budget", { params: { query: { limit: 200 } }, signal })),
  });

const refresh = (cache: QueryClient) => readAgain(cache, { queryKey: [KEY] });

export async function mark(
  cache: QueryClient,
  { target_kind, target_id }: Target,
  verdict: Verdict,
): Promise<void> {
  const body = { [target_kind]: target_id, verdict, by: by() };
  await ask(client.POST("/api/v1/feedback", { body }));
  await refresh(cache);
}

export async function withdraw(cache: QueryClient, id: string): Promise<void> {
  await done(client.DELETE("/api/v1/feedback/{id}", { params: { path: { id } } }));
  await refresh(cache);
}

export async function apply(
  cache: QueryClient,
  marks: string[],
  why: string,
): Promise<FeedbackChange> {
  const body = { marks, by: by(), ...(why ? { why } : {}) };
  const change = await ask(client.POST("/api/v1/feedback/apply", { body }));
  await refresh(cache);
  return change;
}

export async function undo(cache: QueryClient, id: string): Promise<void> {
  const request = { params: { path: { id } }, body: { by: by() } };
  await ask(client.POST("/api/v1/feedback/changes/{id}/undo", request));
  await refresh(cache);
}
