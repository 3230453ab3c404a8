// What the page knows about its stream, and the words for it.
import type { IncidentSummary } from "../api/types";
import { formatDuration } from "../kit/format";
import { createStore } from "../kit/store";

export type Link = "connecting" | "open" | "lost";

export interface Connection {
  link: Link;
  lastHeardAt: number; // browser's clock, ms; any byte of the stream, heartbeats too. 0: never
  paused: boolean;
  waiting: number; // patches that came while paused
}

export const STALE_MS = 30_000;

export const connection = createStore<Connection>({
  link: "connecting",
  lastHeardAt: 0,
  paused: false,
  waiting: 0,
});

export const changeConnection = (change: Partial<Connection>) =>
  connection.set({ ...connection.get(), ...change });

export const togglePause = () => changeConnection({ paused: !connection.get().paused, waiting: 0 });

// The last incident that opened while the page was looking.
export const newIncident = createStore<IncidentSummary | null>(null);

export type LiveTone = "live" | "paused" | "stale" | "lost" | "connecting";

export function describeConnection(
  state: Connection,
  now: number,
): { tone: LiveTone; text: string } {
  if (state.paused) {
    return { tone: "paused", text: state.waiting ? `Paused, ${state.waiting} new` : "Paused" };
  }
  const age = state.lastHeardAt === 0 ? 0 : now - state.lastHeardAt;
  if (age > STALE_MS) return { tone: "stale", text: `Data ${formatDuration(age)} old` };
  if (state.link === "open") return { tone: "live", text: "Live" };
  return state.lastHeardAt === 0 && state.link === "connecting"
    ? { tone: "connecting", text: "Connecting" }
    : { tone: "lost", text: "Reconnecting" };
}
