import { expect, test } from "vitest";
import type { Incident } from "../../api/types";
import { draftFor, publicState } from "./draft";
import type { Diagnosis, Impact } from "./why_queries";

const incident: Incident = {
  id: "in_1",
  title: "Payment answers slowly",
  severity: "critical",
  state: "acknowledged",
  entities: ["payment", "order"],
  anomaly_ids: [],
  open_anomaly_ids: [],
  started_at: "2026-11-21T02:11:00Z",
  updated_at: "2026-11-21T02:20:00Z",
  acknowledged_at: "2026-11-21T02:13:00Z",
  resolved_at: null,
  acknowledged_by: "mara",
  resolved_by: "",
  revision: 4,
  tasks: [
    {
      number: 1,
      title: "Roll back",
      assignee: "jo",
      created_at: "2026-11-21T02:15:00Z",
      done_at: null,
      done_by: "",
    },
  ],
  timeline: [
    {
      seq: 1,
      time: "2026-11-21T02:20:00Z",
      kind: "comment",
      actor: "mara",
      text: "The pool is full",
      anomaly_id: "",
    },
  ],
};
const facts = {
  incident,
  address: "http://vedette/incidents/in_1",
  zone: "utc" as const,
  now: Date.parse("2026-11-21T02:25:00Z"),
};

test("the chat gets what is wrong, since when, who works on it and the latest word", () => {
  expect(draftFor("chat", facts)).toBe(
    [
      "CRITICAL: Payment answers slowly",
      "For 14 min, since 02:11 UTC; mara works on it",
      "Services: payment and order",
      "Latest: The pool is full (mara, 02:20)",
      "http://vedette/incidents/in_1",
    ].join("\n"),
  );
});

test("a mail says what happened and what is next", () => {
  const mail = draftFor("mail", facts);
  expect(mail).toContain("Subject: Investigating: Payment answers slowly");
  expect(mail).toContain("- 02:20 The pool is full (mara)");
  expect(mail).toContain("- Roll back (jo)");
});

test("the status page follows the work, and names nobody", () => {
  expect(publicState(incident)).toBe("Investigating");
  const at = (phase: "mitigation" | "resolution") => ({
    ...incident,
    phases: [{ phase, started_at: "", by: "" }],
  });
  expect(publicState(at("mitigation"))).toBe("Identified");
  expect(publicState(at("resolution"))).toBe("Monitoring");
  const over = { ...incident, state: "resolved" as const, resolved_at: "2026-11-21T03:11:00Z" };
  const text = draftFor("status", { ...facts, incident: over });
  expect(text).toContain("A problem with payment and order that began at 02:11 UTC is over.");
  expect(text).toContain("It lasted 1 h 00 min.");
  expect(text).not.toContain("mara");
});

test("the cause and the harm that the page shows are in what is told, each with its place", () => {
  const diagnosis = {
    status: "likely",
    summary: "Likely: payment is slow, since its pool is full",
    hypotheses: [{ entity: "payment", status: "likely" }],
  } as Diagnosis;
  const impact = {
    status: "ready",
    requests: null,
    users: { field: "user", hurt: 12, evidence_id: "ev_1" },
    error_budget: null,
    entities: [],
  } as unknown as Impact;
  const known = [
    "Cause (likely): Payment is slow, since its pool is full http://vedette/incidents/in_1/why",
    "Impact: 12 users hurt http://vedette/incidents/in_1/impact",
  ].join("\n");
  expect(draftFor("chat", { ...facts, diagnosis, impact })).toContain(known);
  const quiet = { ...incident, timeline: [] };
  const mail = draftFor("mail", { ...facts, incident: quiet, diagnosis, impact });
  expect(mail).toContain(known);
  expect(mail).not.toContain("What happened");
  expect(draftFor("status", { ...facts, diagnosis, impact })).not.toContain("pool");
  const unknown = { ...diagnosis, status: "unknown" } as Diagnosis;
  expect(draftFor("chat", { ...facts, diagnosis: unknown })).not.toContain("Cause");
});
