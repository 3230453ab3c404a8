// Releases, whether each is good or bad, and what that rests on.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask, client } from "../../api/client";
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type Release = Schemas["Release"];
export type ReleaseDetail = Schemas["ReleaseDetail"];
export type ReleaseVerdict = Schemas["ReleaseVerdict"];
export type ReleaseCheck = Schemas["ReleaseCheck"];
export type ReleaseSide = Schemas["ReleaseSide"];

const REFRESH_MS = 15_000;

export interface ReleaseFilter {
  service?: string;
  verdict?: ReleaseVerdict;
}

export const releasesQuery = (filter: ReleaseFilter) =>
  infiniteQueryOptions({
    queryKey: ["releases", filter] as const,
    queryFn: ({ signal, pageParam: cursor }) => {
      const query = { ...filter, limit: 50, cursor };
      return ask(client.GET("/api/v1/releases", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });

export const releaseQuery = (id: string) =>
  queryOptions({
    queryKey: ["release", id] as const,
    queryFn: ({ signal }) =>
      ask(client.GET("/api/v1/releases/{id}", { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.state === "watching" ? REFRESH_MS : false),
  });
