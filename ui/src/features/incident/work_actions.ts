// What people write down about their work on an incident, and incidents made one or two.
import type { QueryClient } from "@tanstack/react-query";
import { takeIncident } from "../../api/actions";
import { ask, client } from "../../api/client";
import { keys } from "../../api/queries";
import { readAgain } from "../../api/read_again";
import type { components } from "../../api/schema";
import type { Incident } from "../../api/types";
import { currentSettings } from "../../kit/settings";

export type Phase = components["schemas"]["IncidentPhase"];

const by = () => currentSettings().name.trim() || undefined;
const path = (id: string) => ({ path: { id } });

// Shows the server's answer; throws its refusal.
async function sent(cache: QueryClient, request: Promise<Incident>): Promise<void> {
  await takeIncident(cache, await request);
}

export const setPhase = (cache: QueryClient, id: string, phase: Phase) =>
  sent(
    cache,
    ask(
      client.POST("/api/v1/incidents/{id}/phase", {
        params: path(id),
        body: { phase, by: by() },
      }),
    ),
  );

export const assignRole = (cache: QueryClient, id: string, role: string, person: string) =>
  sent(
    cache,
    ask(
      client.POST("/api/v1/incidents/{id}/roles", {
        params: path(id),
        body: { role, person, by: by() },
      }),
    ),
  );

export const addTask = (cache: QueryClient, id: string, title: string, assignee: string) =>
  sent(
    cache,
    ask(
      client.POST("/api/v1/incidents/{id}/tasks", {
        params: path(id),
        body: { title, ...(assignee ? { assignee } : {}), by: by() },
      }),
    ),
  );

export const finishTask = (cache: QueryClient, id: string, task: number) =>
  sent(
    cache,
    ask(
      client.POST("/api/v1/incidents/{id}/tasks/{task}/done", {
        params: { path: { id, task } },
        body: { by: by() },
      }),
    ),
  );

export const addLink = (cache: QueryClient, id: string, url: string, title: string) =>
  sent(
    cache,
    ask(
      client.POST("/api/v1/incidents/{id}/links", {
        params: path(id),
        body: { url, ...(title ? { title } : {}), by: by() },
      }),
    ),
  );

// Lists and rows of both incidents change.
const loadAgain = (cache: QueryClient) =>
  readAgain(cache, { predicate: ({ queryKey }) => keys.isLive(queryKey) });

export async function merge(cache: QueryClient, id: string, incident: string, comment: string) {
  const body = { incident, ...(comment ? { comment } : {}), by: by() };
  await sent(cache, ask(client.POST("/api/v1/incidents/{id}/merge", { params: path(id), body })));
  await loadAgain(cache);
}

export async function split(cache: QueryClient, id: string, anomalies: string[]) {
  const body = { anomaly_ids: anomalies, by: by() };
  await sent(cache, ask(client.POST("/api/v1/incidents/{id}/split", { params: path(id), body })));
  await loadAgain(cache);
}
