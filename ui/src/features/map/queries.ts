// The topology with the places that the server keeps, and what is known of one part of it.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask, client } from "../../api/client";
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type Layout = Schemas["TopologyLayout"];
export type MapNode = Schemas["PlacedNode"];
export type MapEdge = Schemas["PlacedEdge"];
export type EntityKind = Schemas["EntityKind"];
export type Entity = Schemas["TopologyEntity"];
export type BlastRadius = Schemas["BlastRadius"];

const REFRESH_MS = 15_000;
const NODES_MAX = 2000;
const HISTORY_MAX = 500;

export interface LayoutAsk {
  kinds: EntityKind[]; // empty: all
  focus: string; // empty: everything
  hops: number;
  at: string; // empty: now
}

export const layoutQuery = ({ kinds, focus, hops, at }: LayoutAsk) =>
  queryOptions({
    queryKey: ["topology", "layout", { kinds, focus, hops, at }] as const,
    queryFn: ({ signal }) => {
      const query = {
        limit: NODES_MAX,
        ...(kinds.length > 0 ? { kind: kinds } : {}),
        ...(focus ? { focus, hops } : {}),
        ...(at ? { at } : {}),
      };
      return ask(client.GET("/api/v1/topology/layout", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: at ? false : REFRESH_MS,
  });

export const entityQuery = (id: string, at: string) =>
  queryOptions({
    queryKey: ["topology", "entity", id, at] as const,
    queryFn: ({ signal }) => {
      const params = { path: { id }, query: at ? { at } : {} };
      return ask(client.GET("/api/v1/topology/entities/{id}", { params, signal }));
    },
    enabled: id !== "",
    refetchInterval: at ? false : REFRESH_MS,
  });

export const blastQuery = (entity: string, at: string) =>
  queryOptions({
    queryKey: ["topology", "blast", entity, at] as const,
    queryFn: ({ signal }) => {
      const query = { entity, limit: 100, ...(at ? { at } : {}) };
      return ask(client.GET("/api/v1/topology/blast-radius", { params: { query }, signal }));
    },
    enabled: entity !== "",
  });

// Times at which the topology changed, oldest first.
export const historyQuery = () =>
  queryOptions({
    queryKey: ["topology", "history"] as const,
    queryFn: async ({ signal }) => {
      const query = { limit: HISTORY_MAX };
      const answer = await ask(
        client.GET("/api/v1/topology/history", { params: { query }, signal }),
      );
      return answer.snapshots.map(({ at }) => at).reverse();
    },
    staleTime: 60_000,
  });
