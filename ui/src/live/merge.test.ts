import { expect, test } from "vitest";
import type {
  Anomaly,
  Incident,
  IncidentPage,
  Status,
  StreamPatch,
  TimelineEntry,
} from "../api/types";
import {
  byUrgency,
  mergeAnomalyPage,
  mergeIncident,
  mergeIncidentPage,
  mergeStatus,
  missesRevisions,
  parsePatch,
  withWaiting,
} from "./merge";

function incident(id: string, change: Partial<Incident> = {}): Incident {
  return {
    id,
    title: `Title of ${id}`,
    severity: "warning",
    state: "open",
    entities: ["order"],
    anomaly_ids: [],
    open_anomaly_ids: [],
    started_at: "2026-11-21T10:00:00.000Z",
    updated_at: "2026-11-21T10:00:00.000Z",
    acknowledged_at: null,
    resolved_at: null,
    acknowledged_by: "",
    resolved_by: "",
    revision: 1,
    timeline: [row(1, "opened")],
    ...change,
  };
}

function row(seq: number, kind: string, text = "") {
  return { seq, time: "2026-11-21T10:00:00.000Z", kind, actor: "vedette", text, anomaly_id: "" };
}

const patch = (id: string, rev: number, change: object): StreamPatch =>
  ({ topic: "incidents", id, rev, patch: change }) as StreamPatch;

const page = (...incidents: Incident[]): IncidentPage => ({ incidents, next_cursor: null });
const ACTIVE = { states: ["open", "acknowledged"] as const };

test("a newer patch changes its row and adds the new timeline rows", () => {
  const change = { state: "acknowledged", timeline: [row(2, "acknowledged")] };
  const next = mergeIncident(incident("a"), patch("a", 2, change));
  expect(next.state).toBe("acknowledged");
  expect(next.revision).toBe(2);
  expect(next.timeline.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(next.title).toBe("Title of a");
});

test("a patch that is old, repeated or for another row changes nothing", () => {
  const have = incident("a", { revision: 5 });
  expect(mergeIncident(have, patch("a", 5, { title: "x" }))).toBe(have);
  expect(mergeIncident(have, patch("a", 4, { title: "x" }))).toBe(have);
  expect(mergeIncident(have, patch("b", 9, { title: "x" }))).toBe(have);
});

test("a gap in the revisions is noticed", () => {
  expect(missesRevisions(incident("a"), patch("a", 2, {}))).toBe(false);
  expect(missesRevisions(incident("a"), patch("a", 3, {}))).toBe(true);
});

test("one's own row on its way stays behind what the server tells until the server has it", () => {
  const own = { incident: "a", after: 1, row: row(-1, "comment", "hello") };
  const told = (...timeline: TimelineEntry[]) =>
    withWaiting(incident("a", { timeline }), [own]).map(({ seq }) => seq);
  expect(told(row(1, "comment", "hello"))).toEqual([1, -1]);
  expect(told(row(1, "opened"), row(2, "comment", "else"))).toEqual([1, 2, -1]);
  expect(told(row(1, "opened"), row(2, "comment", "hello"))).toEqual([1, 2]);
  expect(withWaiting(incident("b"), [own])).toEqual(incident("b").timeline);
});

test("a list takes new rows in order of urgency and lets go of those that no longer fit", () => {
  const critical = incident("b", { severity: "critical" });
  const grown = mergeIncidentPage(page(incident("a")), [patch("b", 1, critical)], ACTIVE);
  expect(grown.incidents.map(({ id }) => id)).toEqual(["b", "a"]);
  const left = mergeIncidentPage(grown, [patch("b", 2, { state: "resolved" })], ACTIVE);
  expect(left.incidents.map(({ id }) => id)).toEqual(["a"]);
});

test("a list does not show a row that it knows only in part, and stays the same object", () => {
  const have = page(incident("a"));
  expect(mergeIncidentPage(have, [patch("z", 3, { state: "open" })], ACTIVE)).toBe(have);
  expect(mergeIncidentPage(have, [patch("a", 1, { title: "old" })], ACTIVE)).toBe(have);
});

test("timelines stay out of lists", () => {
  const next = mergeIncidentPage(page(), [patch("a", 1, incident("a"))], ACTIVE);
  expect(next.incidents[0]).not.toHaveProperty("timeline");
});

test("urgency: nobody works on it, then worst, then newest", () => {
  const order = [
    incident("new", { started_at: "2026-11-21T11:00:00Z" }),
    incident("taken", { severity: "critical", state: "acknowledged" }),
    incident("old"),
    incident("bad", { severity: "critical" }),
  ].sort(byUrgency);
  expect(order.map(({ id }) => id)).toEqual(["bad", "new", "old", "taken"]);
});

function anomaly(id: string, change: Partial<Anomaly> = {}): Anomaly {
  return {
    id,
    kind: "baseline",
    entity: "order",
    labels: {},
    score: 0.8,
    severity: "warning",
    state: "open",
    started_at: "2026-11-21T10:00:00.000Z",
    updated_at: "2026-11-21T10:00:00.000Z",
    ended_at: null,
    observed: 5,
    expected: { low: 1, high: 2 },
    unit: null,
    detector: "baseline",
    summary: "",
    evidence_id: "ev",
    ...change,
  };
}

test("anomalies: known rows change, new ones only where they are admitted", () => {
  const have = { anomalies: [anomaly("a")], next_cursor: null };
  const patches = ["a", "b"].map((id) => ({
    topic: "anomalies" as const,
    id,
    rev: 1,
    patch: anomaly(id, { observed: 9, updated_at: "2026-11-21T10:01:00.000Z" }) as never,
  }));
  const closed = mergeAnomalyPage(have, patches, { admits: () => false });
  expect(closed.anomalies.map(({ id, observed }) => [id, observed])).toEqual([["a", 9]]);
  const open = mergeAnomalyPage(have, patches, { admits: () => true });
  expect(open.anomalies).toHaveLength(2);
  const old = { ...patches[0], patch: anomaly("a", { observed: 1 }) } as never;
  expect(mergeAnomalyPage(closed, [old], { admits: () => true })).toBe(closed);
});

test("the last status wins", () => {
  const have = { verdict: "NORMAL", demo: true } as Status;
  const change = (verdict: string) =>
    ({ topic: "status", id: "now", rev: 1, patch: { verdict } }) as never;
  const next = mergeStatus(have, [change("WARNING"), change("CRITICAL")]);
  expect(next).toEqual({ verdict: "CRITICAL", demo: true });
  expect(mergeStatus(have, [patch("a", 1, {})])).toBe(have);
});

test.each([
  "",
  "null",
  "[]",
  '{"topic":"chat","id":"a","rev":1,"patch":{}}',
  '{"topic":"status"}',
  '{"topic":"status","id":"now","rev":1,"patch":[]}',
])("%j is no patch", (text) => expect(parsePatch(text)).toBeNull());
