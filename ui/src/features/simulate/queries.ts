// The story that the simulator tells, the truth of it, and what Vedette says beside.
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { ask, client } from "../../api/client";
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type Scenario = Schemas["SimulationScenario"];
export type Simulation = Schemas["Simulation"];
export type Story = NonNullable<Simulation["story"]>;
export type Fault = Schemas["SimulationFault"];
export type Verdict = NonNullable<Fault["verdict"]>;

const REFRESH_MS = 5000;

export const simulationQuery = () =>
  queryOptions({
    queryKey: ["simulation"] as const,
    queryFn: ({ signal }) => ask(client.GET("/api/v1/simulation", { signal })),
    refetchInterval: REFRESH_MS,
  });

export const scenariosQuery = () =>
  queryOptions({
    queryKey: ["simulation", "scenarios"] as const,
    queryFn: async ({ signal }) =>
      (await ask(client.GET("/api/v1/simulation/scenarios", { signal }))).scenarios,
    staleTime: Number.POSITIVE_INFINITY,
  });

export interface StoryRequest {
  scenario: string;
  seed?: number;
  speed?: number;
}

export async function begin(cache: QueryClient, body: StoryRequest): Promise<void> {
  const told = await ask(client.POST("/api/v1/simulation", { body }));
  cache.setQueryData(simulationQuery().queryKey, told);
}

export async function end(cache: QueryClient): Promise<void> {
  cache.setQueryData(simulationQuery().queryKey, await ask(client.DELETE("/api/v1/simulation")));
}
