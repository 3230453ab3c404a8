// Why it happened, who is hurt, and what was like it: with the evidence of each claim.
import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { ask, client } from "../../api/client";
import { readAgain } from "../../api/read_again";
import type { components } from "../../api/schema";
import type { Incident } from "../../api/types";
import { currentSettings } from "../../kit/settings";

type Schemas = components["schemas"];
export type Diagnosis = Schemas["Diagnosis"];
export type Hypothesis = Schemas["Hypothesis"];
export type Claim = Schemas["Claim"];
export type Impact = Schemas["Impact"];
export type IncidentChange = Schemas["IncidentChange"];
export type Opinion = Schemas["DiagnosisOpinion"];

const REFRESH_MS = 15_000;
const path = (id: string) => ({ path: { id } });
const diagnosisKey = (id: string) => ["diagnosis", id] as const;

// A diagnosis is made anew as the incident grows; of one that is over it stays.
const refresh = ({ state }: Incident) => (state === "resolved" ? false : REFRESH_MS);

export const diagnosisQuery = (incident: Incident) =>
  queryOptions({
    queryKey: diagnosisKey(incident.id),
    queryFn: ({ signal }) =>
      ask(client.GET("/api/v1/incidents/{id}/diagnosis", { params: path(incident.id), signal })),
    placeholderData: keepPreviousData,
    refetchInterval: refresh(incident),
  });

export const impactQuery = (incident: Incident) =>
  queryOptions({
    queryKey: ["impact", incident.id] as const,
    queryFn: ({ signal }) =>
      ask(client.GET("/api/v1/incidents/{id}/impact", { params: path(incident.id), signal })),
    placeholderData: keepPreviousData,
    refetchInterval: refresh(incident),
  });

export const incidentChangesQuery = (incident: Incident) =>
  queryOptions({
    queryKey: ["incident changes", incident.id] as const,
    queryFn: async ({ signal }) => {
      const params = path(incident.id);
      return (await ask(client.GET("/api/v1/incidents/{id}/changes", { params, signal }))).changes;
    },
    placeholderData: keepPreviousData,
    refetchInterval: refresh(incident),
  });

export const similarQuery = (id: string) =>
  queryOptions({
    queryKey: ["similar", id] as const,
    queryFn: async ({ signal }) =>
      (await ask(client.GET("/api/v1/incidents/{id}/similar", { params: path(id), signal })))
        .incidents,
    staleTime: 60_000,
  });

export async function diagnoseAnew(cache: QueryClient, id: string): Promise<void> {
  const made = await ask(client.POST("/api/v1/incidents/{id}/diagnosis", { params: path(id) }));
  cache.setQueryData<Diagnosis>(diagnosisKey(id), made);
  await readAgain(cache, { queryKey: ["impact", id] });
}

interface VerdictInput {
  verdict: Opinion;
  why: string;
  cause: string;
}

export async function giveVerdict(cache: QueryClient, id: string, input: VerdictInput) {
  const by = currentSettings().name.trim();
  const body = {
    verdict: input.verdict,
    ...(input.why ? { why: input.why } : {}),
    ...(input.cause ? { cause: input.cause } : {}),
    ...(by ? { by } : {}),
  };
  const request = client.POST("/api/v1/incidents/{id}/diagnosis/verdicts", {
    params: path(id),
    body,
  });
  cache.setQueryData<Diagnosis>(diagnosisKey(id), await ask(request));
}
