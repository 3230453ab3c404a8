// What people do to incidents: shown at once, sent, and taken back when the server refuses.
import type { QueryClient } from "@tanstack/react-query";
import { serverNow } from "../kit/clock";
import { currentSettings } from "../kit/settings";
import { createStore } from "../kit/store";
import { titleOf } from "../kit/time";
import { showToast } from "../kit/toast";
import { byUrgency, type WaitingRow } from "../live/merge";
import { ApiError, ask, client } from "./client";
import { type IncidentsKey, keys } from "./queries";
import { readAgain } from "./read_again";
import type { components } from "./schema";
import type {
  Incident,
  IncidentPage,
  IncidentState,
  IncidentSummary,
  Status,
  TimelineEntry,
} from "./types";
import { showUndoable } from "./undo";

const COMMENT_UNDO_MS = 5000;

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

// Where it stands, who brought it there, and what is starred of it.
const standing = ({
  state,
  acknowledged_at,
  acknowledged_by,
  resolved_at,
  resolved_by,
  starred,
}: IncidentSummary) => ({
  ...{ state, acknowledged_at, acknowledged_by, resolved_at, resolved_by },
  starred,
});

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

interface Step {
  next: Partial<IncidentSummary>; // what is shown at once
  send: (id: string) => Promise<Incident>;
  refusal: string; // "Not acknowledged"
}

// Shown at once, sent, and taken back when the server refuses. Null: refused.
async function take(
  cache: QueryClient,
  incident: IncidentSummary,
  { next, send, refusal }: Step,
): Promise<Incident | null> {
  const { id, state: from } = incident;
  const to = next.state ?? from;
  const takeBack = change(cache, id, (have) => ({ ...have, ...next }));
  if (from !== to) recount(cache, from, to);
  try {
    const taken = await send(id);
    await takeIncident(cache, taken);
    return taken;
  } catch (error) {
    takeBack();
    if (from !== to) recount(cache, to, from);
    refuse(cache, id, refusal, error);
    return null;
  }
}

const TITLE_MAX = 60;

const now = () => new Date(serverNow()).toISOString();
// In a message that must not cover the page.
function named(incident: IncidentSummary): string {
  const title = titleOf(incident);
  return title.length > TITLE_MAX ? `${title.slice(0, TITLE_MAX)}…` : title;
}
const pathOf = (id: string) => ({ path: { id } });

// Who gave no name stands in the timeline as the machine that asked.
export function acknowledgedWords([first, ...others]: [Incident, ...Incident[]]): string {
  if (others.length > 0) return `${others.length + 1} incidents acknowledged`;
  const by = first.acknowledged_by;
  const title = named(first);
  return by === "loopback"
    ? `Acknowledged as “${by}” (your name goes into Settings): ${title}`
    : `Acknowledged: ${title}`;
}

// Of several the refused ones are named, for the others are done.
const refusalOf = (what: string, incident: IncidentSummary, count: number) =>
  count > 1 ? `${what}: ${named(incident)}` : what;

export async function acknowledge(
  cache: QueryClient,
  ...incidents: IncidentSummary[]
): Promise<void> {
  const open = incidents.filter(({ state }) => state === "open");
  const answers = await Promise.all(
    open.map((incident) =>
      take(cache, incident, {
        next: { state: "acknowledged", acknowledged_at: now(), acknowledged_by: who() ?? "you" },
        send: (id) =>
          ask(
            client.POST("/api/v1/incidents/{id}/acknowledge", {
              params: pathOf(id),
              body: { by: who() },
            }),
          ),
        refusal: refusalOf("Not acknowledged", incident, open.length),
      }),
    ),
  );
  const [first, ...others] = answers.filter((one) => one !== null);
  if (!first) return;
  const undo = () => void unacknowledge(cache, first, ...others);
  showUndoable(acknowledgedWords([first, ...others]), undo);
}

// Nobody works on them any more: who was to be told next, is.
export async function unacknowledge(
  cache: QueryClient,
  ...incidents: IncidentSummary[]
): Promise<void> {
  const answers = await Promise.all(
    incidents.map((incident) =>
      take(cache, incident, {
        next: { state: "open", acknowledged_at: null, acknowledged_by: "" },
        send: (id) =>
          ask(
            client.POST("/api/v1/incidents/{id}/unacknowledge", {
              params: pathOf(id),
              body: { by: who() },
            }),
          ),
        refusal: refusalOf("Not given back", incident, incidents.length),
      }),
    ),
  );
  const given = answers.filter((one) => one !== null);
  const [first] = given;
  if (!first) return;
  const text =
    given.length > 1 ? `${given.length} incidents are open again` : `Open again: ${named(first)}`;
  showToast({ tone: "done", text });
}

export async function resolve(
  cache: QueryClient,
  incident: IncidentSummary,
  comment: string,
): Promise<void> {
  if (incident.state === "resolved") return;
  const body = { by: who(), ...(comment.trim() ? { comment: comment.trim() } : {}) };
  const taken = await take(cache, incident, {
    next: { state: "resolved", resolved_at: now(), resolved_by: who() ?? "you" },
    send: (id) => ask(client.POST("/api/v1/incidents/{id}/resolve", { params: pathOf(id), body })),
    refusal: "Not resolved",
  });
  if (!taken) return;
  showUndoable(`Resolved: ${named(incident)}`, () => void reopen(cache, taken));
  void readAgain(cache, { queryKey: keys.incidents });
}

export async function reopen(cache: QueryClient, incident: IncidentSummary): Promise<void> {
  const taken = await take(cache, incident, {
    next: { state: "open", resolved_at: null, resolved_by: "" },
    send: (id) =>
      ask(
        client.POST("/api/v1/incidents/{id}/reopen", { params: pathOf(id), body: { by: who() } }),
      ),
    refusal: "Not reopened",
  });
  if (!taken) return;
  showToast({ tone: "done", text: `Open again: ${named(taken)}` });
  void readAgain(cache, { queryKey: keys.incidents });
}

type Declared = components["schemas"]["IncidentInput"];

// Throws the server's refusal.
export async function declare(cache: QueryClient, input: Declared): Promise<Incident> {
  const incident = await ask(client.POST("/api/v1/incidents", { body: { ...input, by: who() } }));
  await takeIncident(cache, incident);
  void readAgain(cache, { queryKey: keys.incidents });
  void readAgain(cache, { queryKey: keys.status });
  return incident;
}

// A starred row of the timeline stands in the post-mortem.
export async function star(
  cache: QueryClient,
  incident: IncidentSummary,
  seq: number,
  starred: boolean,
): Promise<void> {
  const others = (incident.starred ?? []).filter((one) => one !== seq);
  const taken = await take(cache, incident, {
    next: { starred: starred ? [...others, seq] : others },
    send: (id) =>
      ask(
        client.POST("/api/v1/incidents/{id}/timeline/{seq}/star", {
          params: { path: { id, seq } },
          body: { starred, by: who() },
        }),
      ),
    refusal: starred ? "Not starred" : "The star stays",
  });
  if (!taken) return;
  showUndoable(
    starred ? "Starred: it stands in the post-mortem" : "The star is taken away",
    () => void star(cache, taken, seq, !starred),
  );
}

let lastOwnRow = 0;
export const waitingRows = createStore<WaitingRow[]>([]);

export interface Note {
  text: string;
  at?: string; // when it happened, where that is told later
}

// They stand in the timeline at once and are sent five seconds later, or when the page goes: until then
// they can be taken back. `onUndo` gets what was taken back or refused, to put it back into the form.
export function comment(
  cache: QueryClient,
  id: string,
  notes: Note[],
  onUndo: (left: Note[]) => void,
  added = "Comment added",
): void {
  const after = cache.getQueryData<Incident>(keys.incident(id))?.timeline.at(-1)?.seq ?? 0;
  const rows = notes.map(
    ({ text, at }): TimelineEntry => ({
      ...{ seq: --lastOwnRow, time: now(), kind: "comment", actor: who() ?? "you", text },
      ...{ anomaly_id: "", happened_at: at },
    }),
  );
  waitingRows.set([...waitingRows.get(), ...rows.map((row) => ({ incident: id, after, row }))]);
  const remove = () => waitingRows.set(waitingRows.get().filter(({ row }) => !rows.includes(row)));

  // All at once: a page that goes waits for none of them.
  const send = async () => {
    stop();
    const answers = await Promise.allSettled(notes.map((note) => sendNote(cache, id, note)));
    remove();
    const refused = answers.find((answer) => answer.status === "rejected");
    if (!refused) return;
    const left = notes.filter((_, index) => answers[index]?.status === "rejected");
    onUndo(left);
    const what = notes.length > 1 ? `${left.length} of ${notes.length} rows` : "Comment";
    refuse(cache, id, `${what} not saved`, refused.reason);
  };
  const stop = () => {
    clearTimeout(timer);
    forget();
    removeEventListener("pagehide", send);
  };
  const timer = setTimeout(send, COMMENT_UNDO_MS);
  addEventListener("pagehide", send);
  const undo = () => {
    stop();
    remove();
    onUndo(notes);
  };
  const forget = showUndoable(added, undo, COMMENT_UNDO_MS);
}

async function sendNote(cache: QueryClient, id: string, { text, at }: Note): Promise<void> {
  const request = { params: pathOf(id), body: { text, at, by: who() }, keepalive: true };
  await takeIncident(cache, await ask(client.POST("/api/v1/incidents/{id}/comments", request)));
}
