// What people do to incidents: shown at once, sent, and taken back when the server refuses.
import type { QueryClient } from "@tanstack/react-query";
import { serverNow } from "../kit/clock";
import { currentSettings } from "../kit/settings";
import { createStore } from "../kit/store";
import { showToast, type Toast } from "../kit/toast";
import { byUrgency, type WaitingRow } from "../live/merge";
import { ApiError, ask, client } from "./client";
import { type IncidentsKey, keys } from "./queries";
import { readAgain } from "./read_again";
import type {
  Incident,
  IncidentPage,
  IncidentState,
  IncidentSummary,
  Status,
  TimelineEntry,
} from "./types";

const UNDO_MS = 5000;
const NAMELESS_MS = 10_000; // long enough to be read and followed

const who = () => currentSettings().name.trim() || undefined;

type Edit = (have: IncidentSummary) => IncidentSummary;

// Returns what takes it back, where nothing newer has come since: the server may be out of reach, so
// that nobody tells what is true.
function change(cache: QueryClient, id: string, edit: Edit): () => void {
  const before: [IncidentsKey, IncidentSummary][] = [];
  for (const [key, page] of cache.getQueriesData<IncidentPage>({ queryKey: keys.incidents })) {
    const own = page?.incidents.find((row) => row.id === id);
    if (!page || !own) continue;
    before.push([key as IncidentsKey, own]);
    const { states } = (key as IncidentsKey)[1];
    const incidents = page.incidents
      .map((row) => (row.id === id ? edit(row) : row))
      .filter((row) => states.includes(row.state))
      .sort(byUrgency);
    cache.setQueryData<IncidentPage>(key, { ...page, incidents });
  }
  const whole = cache.getQueryData<Incident>(keys.incident(id));
  if (whole) cache.setQueryData<Incident>(keys.incident(id), { ...whole, ...edit(whole) });
  return () => {
    for (const [key, row] of before) putBack(cache, key, row);
    cache.setQueryData<Incident>(keys.incident(id), (have) =>
      !have || !whole || have.revision > whole.revision ? have : { ...have, ...standing(whole) },
    );
  };
}

// Where it stands, and who brought it there.
const standing = ({
  state,
  acknowledged_at,
  acknowledged_by,
  resolved_at,
  resolved_by,
}: IncidentSummary) => ({ state, acknowledged_at, acknowledged_by, resolved_at, resolved_by });

// What Now counts: the server's own count comes seconds later.
function recount(cache: QueryClient, from: IncidentState, to: IncidentState): void {
  cache.setQueryData<Status>(keys.status, (have) => {
    if (!have) return have;
    const counts = { ...have.counts };
    if (from !== "resolved") counts[from] = Math.max(0, counts[from] - 1);
    if (to !== "resolved") counts[to] += 1;
    return { ...have, counts };
  });
}

function putBack(cache: QueryClient, key: IncidentsKey, row: IncidentSummary): void {
  cache.setQueryData<IncidentPage>(key, (page) => {
    const have = page?.incidents.find(({ id }) => id === row.id);
    if (!page || (have && have.revision > row.revision)) return page;
    const others = page.incidents.filter(({ id }) => id !== row.id);
    return { ...page, incidents: [...others, row].sort(byUrgency) };
  });
}

// The server's word on the whole incident, for which one that was asked for before counts no more.
export async function takeIncident(cache: QueryClient, incident: Incident): Promise<void> {
  await cache.cancelQueries({ queryKey: keys.incident(incident.id), exact: true });
  cache.setQueryData<Incident>(keys.incident(incident.id), (have) =>
    have && have.revision > incident.revision ? have : incident,
  );
  const { timeline: _timeline, ...summary } = incident;
  change(cache, incident.id, (have) => (have.revision > summary.revision ? have : summary));
}

function refuse(cache: QueryClient, id: string, what: string, error: unknown): void {
  const reason = error instanceof ApiError ? error.message : "Something went wrong.";
  showToast({ tone: "error", text: `${what}: ${reason}` });
  // What is true may be something else by now.
  void readAgain(cache, { queryKey: keys.incidents });
  void readAgain(cache, { queryKey: keys.incident(id) });
  void readAgain(cache, { queryKey: keys.status });
}

// Who gave no name stands in the timeline as the machine that asked.
export function acknowledgedToast({ acknowledged_by: by, title }: Incident): Toast {
  if (by !== "loopback") return { tone: "done", text: `Acknowledged: ${title}` };
  const text = `Acknowledged as “${by}”: ${title}. Your name can be given in Settings.`;
  return { tone: "done", text, lastsMs: NAMELESS_MS };
}

export async function acknowledge(cache: QueryClient, incident: IncidentSummary): Promise<void> {
  if (incident.state !== "open") return;
  const { id } = incident;
  const acknowledged_at = new Date(serverNow()).toISOString();
  const takeBack = change(cache, id, (have) => ({
    ...have,
    state: "acknowledged",
    acknowledged_at,
    acknowledged_by: who() ?? "you",
  }));
  recount(cache, "open", "acknowledged");
  try {
    const request = { params: { path: { id } }, body: { by: who() } };
    const taken = await ask(client.POST("/api/v1/incidents/{id}/acknowledge", request));
    await takeIncident(cache, taken);
    showToast(acknowledgedToast(taken));
  } catch (error) {
    takeBack();
    recount(cache, "acknowledged", "open");
    refuse(cache, id, "Not acknowledged", error);
  }
}

export async function resolve(
  cache: QueryClient,
  incident: IncidentSummary,
  comment: string,
): Promise<void> {
  if (incident.state === "resolved") return;
  const { id } = incident;
  const resolved_at = new Date(serverNow()).toISOString();
  const takeBack = change(cache, id, (have) => ({
    ...have,
    state: "resolved",
    resolved_at,
    resolved_by: who() ?? "you",
  }));
  const { state } = incident;
  recount(cache, state, "resolved");
  try {
    const body = { by: who(), ...(comment.trim() ? { comment: comment.trim() } : {}) };
    await takeIncident(
      cache,
      await ask(client.POST("/api/v1/incidents/{id}/resolve", { params: { path: { id } }, body })),
    );
    showToast({ tone: "done", text: `Resolved: ${incident.title}` });
    void readAgain(cache, { queryKey: keys.incidents });
  } catch (error) {
    takeBack();
    recount(cache, "resolved", state);
    refuse(cache, id, "Not resolved", error);
  }
}

let lastOwnRow = 0;
export const waitingRows = createStore<WaitingRow[]>([]);

// Stands in the timeline at once and is sent five seconds later, or when the page goes: until then
// it can be taken back. `onUndo` gets the text to put it back into the form.
export function comment(
  cache: QueryClient,
  id: string,
  text: string,
  onUndo: (text: string) => void,
): void {
  const row: TimelineEntry = {
    seq: --lastOwnRow,
    time: new Date(serverNow()).toISOString(),
    kind: "comment",
    actor: who() ?? "you",
    text,
    anomaly_id: "",
  };
  const after = cache.getQueryData<Incident>(keys.incident(id))?.timeline.at(-1)?.seq ?? 0;
  waitingRows.set([...waitingRows.get(), { incident: id, after, row }]);
  const remove = () => waitingRows.set(waitingRows.get().filter((one) => one.row !== row));

  const send = async () => {
    stop();
    try {
      const body = { text, by: who() };
      const request = { params: { path: { id } }, body, keepalive: true };
      await takeIncident(cache, await ask(client.POST("/api/v1/incidents/{id}/comments", request)));
      remove();
    } catch (error) {
      remove();
      onUndo(text);
      refuse(cache, id, "Comment not saved", error);
    }
  };
  const stop = () => {
    clearTimeout(timer);
    removeEventListener("pagehide", send);
  };
  const timer = setTimeout(send, UNDO_MS);
  addEventListener("pagehide", send);
  showToast({
    tone: "done",
    text: "Comment added",
    lastsMs: UNDO_MS,
    action: {
      label: "Undo",
      run: () => {
        stop();
        remove();
        onUndo(text);
      },
    },
  });
}
