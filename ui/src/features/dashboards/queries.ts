// The dashboards that the server keeps.
import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { ask, client } from "../../api/client";
import { readAgain } from "../../api/read_again";
import type { Dashboard, StoredDashboard } from "./dashboard";

const KEY = "dashboards";

export const dashboardsQuery = () =>
  queryOptions({
    queryKey: [KEY] as const,
    queryFn: async ({ signal }) =>
      (await ask(client.GET("/api/v1/dashboards", { signal }))).dashboards,
  });

export const dashboardQuery = (id: string) =>
  queryOptions({
    queryKey: [KEY, id] as const,
    queryFn: ({ signal }) =>
      ask(client.GET("/api/v1/dashboards/{id}", { params: { path: { id } }, signal })),
  });

// What a query gives at one moment; the newest of the range that the page shows.
export const instantQuery = (query: string, at: number, refreshMs: number) =>
  queryOptions({
    queryKey: ["instant", query, at] as const,
    queryFn: async ({ signal }): Promise<unknown> => {
      const params = { query: { query, time: new Date(at).toISOString() } };
      const answer = await ask(client.GET("/api/v1/query", { params, signal }));
      return (answer as { data: unknown }).data;
    },
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs || false,
    staleTime: refreshMs || Number.POSITIVE_INFINITY,
  });

async function note(cache: QueryClient, stored: StoredDashboard): Promise<StoredDashboard> {
  cache.setQueryData(dashboardQuery(stored.id).queryKey, stored);
  await readAgain(cache, { queryKey: dashboardsQuery().queryKey, exact: true });
  return stored;
}

export async function addDashboard(cache: QueryClient, body: Dashboard): Promise<StoredDashboard> {
  return note(cache, await ask(client.POST("/api/v1/dashboards", { body })));
}

// Refused when another has changed it since this revision was read; 0: when it is there.
export async function putDashboard(
  cache: QueryClient,
  id: string,
  revision: number,
  dashboard: Dashboard,
): Promise<StoredDashboard> {
  const params = { path: { id } };
  const body = { ...dashboard, revision };
  return note(cache, await ask(client.PUT("/api/v1/dashboards/{id}", { params, body })));
}

export async function removeDashboard(cache: QueryClient, id: string): Promise<StoredDashboard> {
  const params = { path: { id } };
  const removed = await ask(client.DELETE("/api/v1/dashboards/{id}", { params }));
  cache.removeQueries({ queryKey: dashboardQuery(id).queryKey });
  await readAgain(cache, { queryKey: dashboardsQuery().queryKey, exact: true });
  return removed;
}
