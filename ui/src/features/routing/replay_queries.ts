// Who would have been told of what happened, with another configuration.
import { ask, client } from "../../api/client";
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type Replay = Schemas["Replay"];
export type Tally = Schemas["ReplayTally"];
export type ReplayChange = Schemas["ReplayChange"];

const CHANGES_MAX = 200;

export const replay = (config: string, from: number, to: number, signal: AbortSignal) => {
  const body = {
    ...(config.trim() ? { config } : {}),
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    limit: CHANGES_MAX,
  };
  return ask(client.POST("/api/v1/replays", { body, signal }));
};
