// The API keys of the tenant.
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { ask, client, done } from "../../api/client";
import { readAgain } from "../../api/read_again";
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type ApiKey = Schemas["ApiKey"];
export type Role = Schemas["Role"];

export const keysQuery = () =>
  queryOptions({
    queryKey: ["keys"] as const,
    queryFn: async ({ signal }) => (await ask(client.GET("/api/v1/keys", { signal }))).keys,
  });

export interface NewKey {
  name: string;
  role: Role;
  expires_at?: string;
}

// Its token, which nobody is told a second time: it must not get into the cache.
export async function makeKey(cache: QueryClient, body: NewKey): Promise<string> {
  const { token } = await ask(client.POST("/api/v1/keys", { body }));
  await readAgain(cache, { queryKey: keysQuery().queryKey });
  return token;
}

export async function revokeKey(cache: QueryClient, id: string): Promise<void> {
  await done(client.DELETE("/api/v1/keys/{id}", { params: { path: { id } } }));
  await readAgain(cache, { queryKey: keysQuery().queryKey });
}
