// Row patches into lists and rows. Pure. Each function returns its input when nothing changed, so
// that React draws nothing.
import type {
  Anomaly,
  AnomalyPage,
  Incident,
  IncidentPage,
  IncidentSummary,
  Status,
  StreamPatch,
  TimelineEntry,
} from "../api/types";

export const ROWS_MAX = 500;

// Trusts nothing: a patch of a later version, or a broken one, is left out.
export function parsePatch(data: string): StreamPatch | null {
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value !== "object" || value === null) return null;
    const { topic, id, rev, patch } = value as Record<string, unknown>;
    if (topic !== "incidents" && topic !== "anomalies" && topic !== "status") return null;
    if (typeof id !== "string" || typeof rev !== "number") return null;
    if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return null;
    return { topic, id, rev, patch: patch as StreamPatch["patch"] };
  } catch {
    return null;
  }
}

const SEVERITY_RANK = { critical: 0, warning: 1, info: 2 } as const;
const STATE_RANK = { open: 0, acknowledged: 1, resolved: 2 } as const;

// What needs a person first: nobody works on it, worst, newest.
export function byUrgency(a: IncidentSummary, b: IncidentSummary): number {
  return (
    STATE_RANK[a.state] - STATE_RANK[b.state] ||
    SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] ||
    Date.parse(b.started_at) - Date.parse(a.started_at) ||
    (a.id < b.id ? -1 : 1)
  );
}

// Rows that are here already win over ones with the same seq: they may not change.
function mergeTimeline(have: TimelineEntry[], more: TimelineEntry[]): TimelineEntry[] {
  const seqs = new Set(have.map((entry) => entry.seq));
  const fresh = more.filter((entry) => !seqs.has(entry.seq));
  if (fresh.length === 0) return have;
  return [...have, ...fresh].sort((a, b) => a.seq - b.seq);
}

// A row of one's own on its way to the server: its seq is negative. It was written when the newest
// row that the server had told was `after`.
export interface WaitingRow {
  incident: string;
  after: number;
  row: TimelineEntry;
}

// The timeline with the rows that wait behind it; one gives way to the same from the server.
export function withWaiting(incident: Incident, waiting: WaitingRow[]): TimelineEntry[] {
  const missing = waiting.filter(
    ({ incident: id, after, row }) =>
      id === incident.id &&
      !incident.timeline.some(
        ({ seq, kind, text }) => seq > after && kind === row.kind && text === row.text,
      ),
  );
  return missing.length === 0
    ? incident.timeline
    : [...incident.timeline, ...missing.map(({ row }) => row)];
}

export function mergeIncident(have: Incident, patch: StreamPatch): Incident {
  if (patch.topic !== "incidents" || patch.id !== have.id || patch.rev <= have.revision) {
    return have;
  }
  const { timeline, ...fields } = patch.patch as Partial<Incident>;
  return {
    ...have,
    ...fields,
    revision: patch.rev,
    timeline: Array.isArray(timeline) ? mergeTimeline(have.timeline, timeline) : have.timeline,
  };
}

// True when changes between ours and the patch were not seen: ask the server for the whole row.
export const missesRevisions = (have: Incident, patch: StreamPatch) =>
  patch.topic === "incidents" && patch.id === have.id && patch.rev > have.revision + 1;

export interface IncidentListFilter {
  states: readonly IncidentSummary["state"][];
}

export function mergeIncidentPage(
  page: IncidentPage,
  patches: StreamPatch[],
  filter: IncidentListFilter,
): IncidentPage {
  const rows = new Map<string, IncidentSummary>(page.incidents.map((row) => [row.id, row]));
  let changed = false;
  for (const { topic, id, rev, patch } of patches) {
    if (topic !== "incidents") continue;
    const have = rows.get(id);
    if (have && rev <= have.revision) continue;
    const { timeline: _rows, ...fields } = patch as Partial<Incident>;
    const next = { ...have, ...fields, id, revision: rev } as IncidentSummary;
    // A patch for a row that was never seen whole cannot be shown.
    if (!isWholeIncident(next)) continue;
    if (filter.states.includes(next.state)) rows.set(id, next);
    else if (!rows.delete(id)) continue;
    changed = true;
  }
  if (!changed) return page;
  return { ...page, incidents: [...rows.values()].sort(byUrgency).slice(0, ROWS_MAX) };
}

const isWholeIncident = (row: IncidentSummary) =>
  typeof row.title === "string" &&
  row.severity in SEVERITY_RANK &&
  row.state in STATE_RANK &&
  typeof row.started_at === "string" &&
  Array.isArray(row.entities) &&
  Array.isArray(row.anomaly_ids);

export interface AnomalyListFilter {
  // Takes rows that the list does not have yet.
  admits: (anomaly: Anomaly) => boolean;
}

export function mergeAnomalyPage(
  page: AnomalyPage,
  patches: StreamPatch[],
  filter: AnomalyListFilter,
): AnomalyPage {
  const rows = new Map(page.anomalies.map((row) => [row.id, row]));
  let changed = false;
  for (const { topic, id, patch } of patches) {
    if (topic !== "anomalies") continue;
    const have = rows.get(id);
    const next = { ...have, ...patch, id } as Anomaly;
    if (!isWholeAnomaly(next)) continue;
    if (have ? isOlder(next, have) : !filter.admits(next)) continue;
    rows.set(id, next);
    changed = true;
  }
  if (!changed) return page;
  const anomalies = [...rows.values()].sort(
    (a, b) => Date.parse(b.started_at) - Date.parse(a.started_at),
  );
  return { ...page, anomalies: anomalies.slice(0, ROWS_MAX) };
}

const isWholeAnomaly = (row: Anomaly) =>
  typeof row.entity === "string" &&
  typeof row.started_at === "string" &&
  typeof row.updated_at === "string" &&
  typeof row.expected === "object" &&
  row.expected !== null &&
  row.severity in SEVERITY_RANK;

const isOlder = (next: Anomaly, have: Anomaly) =>
  Date.parse(next.updated_at) < Date.parse(have.updated_at);

export function mergeStatus(have: Status, patches: StreamPatch[]): Status {
  let next = have;
  for (const { topic, patch } of patches) {
    if (topic === "status") next = { ...next, ...(patch as Partial<Status>) };
  }
  return next;
}
