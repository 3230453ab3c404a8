// What the palette searches beside incidents, services and metrics. Lists that are short are read
// whole and kept for a minute, and so are the latest releases; changes are the server's to find.
import { queryOptions } from "@tanstack/react-query";
import { ask, client } from "./client";
import { times } from "./queries";

const STALE_MS = 60_000;
const GROUPS_MAX = 200; // of rules
const RELEASES_MAX = 200;
const LATELY = { from: "now-30d", to: "now" };

export interface FoundPerson {
  name: string;
  fullName: string;
  onCallFor: string[]; // schedules, now
}

export const peopleQuery = () =>
  queryOptions({
    queryKey: ["search", "people"] as const,
    queryFn: async ({ signal }): Promise<FoundPerson[]> => {
      const [{ users }, { schedules }] = await Promise.all([
        ask(client.GET("/api/v1/notify/plan", { signal })),
        ask(client.GET("/api/v1/schedules", { signal })),
      ]);
      return users.map(({ name, full_name }) => ({
        name,
        fullName: full_name || name,
        onCallFor: schedules.filter((one) => one.on_call?.user === name).map((one) => one.name),
      }));
    },
    staleTime: STALE_MS,
  });

export const ruleNamesQuery = () =>
  queryOptions({
    queryKey: ["search", "rules"] as const,
    queryFn: async ({ signal }): Promise<string[]> => {
      const params = { query: { group_limit: GROUPS_MAX } };
      const answer = await ask(client.GET("/api/v1/rules", { params, signal }));
      // The path is Prometheus', whose answer openapi.json does not spell out.
      const { groups } = (answer as { data: { groups: { rules: { name: string }[] }[] } }).data;
      return [...new Set(groups.flatMap(({ rules }) => rules.map(({ name }) => name)))];
    },
    staleTime: STALE_MS,
  });

export const dashboardNamesQuery = () =>
  queryOptions({
    queryKey: ["search", "dashboards"] as const,
    queryFn: async ({ signal }) =>
      (await ask(client.GET("/api/v1/dashboards", { signal }))).dashboards,
    staleTime: STALE_MS,
  });

export const changesFoundQuery = (text: string, limit: number) =>
  queryOptions({
    queryKey: ["search", "changes", text, limit] as const,
    queryFn: async ({ signal }) => {
      const query = { ...(await times(LATELY)), text, limit };
      return (await ask(client.GET("/api/v1/changes", { params: { query }, signal }))).changes;
    },
    staleTime: STALE_MS,
  });

export const latestReleasesQuery = () =>
  queryOptions({
    queryKey: ["search", "releases"] as const,
    queryFn: async ({ signal }) => {
      const query = { ...(await times(LATELY)), limit: RELEASES_MAX };
      return (await ask(client.GET("/api/v1/releases", { params: { query }, signal }))).releases;
    },
    staleTime: STALE_MS,
  });
