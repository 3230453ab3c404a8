// Who is on call, who will be, and the plan of who is told of what.
import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { ask, client } from "../../api/client";
import { readAgain } from "../../api/read_again";
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type Duty = Schemas["Duty"];
export type Override = Schemas["Override"];
export type OverrideInput = Schemas["OverrideInput"];
export type Schedule = Schemas["Schedule"];
export type ShiftList = Schemas["ShiftList"];
export type Plan = Schemas["NotifyPlan"];
export type Policy = Schemas["NotifyPolicy"];
export type PlanRoute = Schemas["NotifyRoute"];
export type Target = Schemas["NotifyTarget"];
export type TakenRoute = Schemas["TakenRoute"];
export type Finding = Schemas["NotifyFinding"];

const REFRESH_MS = 60_000;
const KEY = "on-call";

export const schedulesQuery = () =>
  queryOptions({
    queryKey: [KEY, "schedules"] as const,
    queryFn: async ({ signal }) =>
      (await ask(client.GET("/api/v1/schedules", { signal }))).schedules,
    refetchInterval: REFRESH_MS,
  });

export const shiftsQuery = (name: string, from: number, to: number) =>
  queryOptions({
    queryKey: [KEY, "shifts", name, from, to] as const,
    queryFn: ({ signal }) => {
      const query = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
      const params = { path: { name }, query };
      return ask(client.GET("/api/v1/schedules/{name}/shifts", { params, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });

export const planQuery = () =>
  queryOptions({
    queryKey: [KEY, "plan"] as const,
    queryFn: ({ signal }) => ask(client.GET("/api/v1/notify/plan", { signal })),
    refetchInterval: REFRESH_MS,
  });

export const findingsQuery = () =>
  queryOptions({
    queryKey: [KEY, "check"] as const,
    queryFn: async ({ signal }) =>
      (await ask(client.GET("/api/v1/notify/check", { signal }))).findings,
    refetchInterval: REFRESH_MS,
  });

const refresh = (cache: QueryClient) => readAgain(cache, { queryKey: [KEY] });

export async function addOverride(
  cache: QueryClient,
  schedule: string,
  body: OverrideInput,
): Promise<void> {
  const params = { path: { name: schedule } };
  await ask(client.POST("/api/v1/schedules/{name}/overrides", { params, body }));
  await refresh(cache);
}

export async function removeOverride(cache: QueryClient, { schedule, id }: Override) {
  const params = { path: { name: schedule, id } };
  await ask(client.DELETE("/api/v1/schedules/{name}/overrides/{id}", { params }));
  await refresh(cache);
}

// Overrides of an iCalendar file.
export async function importCalendar(cache: QueryClient, schedule: string, text: string) {
  const answer = await ask(
    client.POST("/api/v1/schedules/{name}/import", {
      params: { path: { name: schedule } },
      headers: { "Content-Type": "text/calendar" },
      body: text,
      bodySerializer: (body) => body,
    }),
  );
  await refresh(cache);
  return answer;
}
