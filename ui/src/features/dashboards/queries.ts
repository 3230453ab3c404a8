// The dashboards that the server keeps.
import { type QueryClient, queryOptions } from "@tanstack/react-query";
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
