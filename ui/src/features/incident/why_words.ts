// How sure a diagnosis is, and what a claim says, in words. Pure.

import type { Anomaly } from "../../api/types";
import { formatNames, formatNumber, plural } from "../../kit/format";
import type { Tone } from "../../kit/state_mark";
import type { Claim, Diagnosis, Hypothesis } from "./why_queries";

const ENTITIES_MAX = 3;

type Status = Diagnosis["status"] | Hypothesis["status"];

const STATUSES: Record<Status, { word: string; tone: Tone }> = {
  pending: { word: "Being diagnosed", tone: "muted" },
  confirmed: { word: "Confirmed", tone: "critical" },
  likely: { word: "Likely", tone: "warning" },
  inconclusive: { word: "Inconclusive", tone: "info" },
  unknown: { word: "Unknown", tone: "muted" },
  ruled_out: { word: "Ruled out", tone: "muted" },
};

export const statusWord = (status: Status) =>
  STATUSES[status] ?? { word: String(status), tone: "info" as Tone };

const KINDS: Record<Claim["kind"], string> = {
  metric: "metric",
  edge: "calls",
  change: "change",
  log_template: "log lines",
  event_pair: "events",
  span: "spans",
  absence: "no data",
};

export const kindWord = (kind: Claim["kind"]) => KINDS[kind] ?? kind;

export const percent = (part: number) => `${formatNumber(Math.round(part * 1000) / 10)} %`;

// The best that is not ruled out; none when the diagnosis knows no cause.
export function causeOf({ status, hypotheses }: Diagnosis): Hypothesis | undefined {
  if (status !== "confirmed" && status !== "likely") return undefined;
  return hypotheses.find((one) => one.status === "confirmed" || one.status === "likely");
}

const ID = /\b[0-9A-HJKMNP-TV-Z]{26}\b/;

// The part of the entity that is blamed, where a claim is about it. An id says nothing to a person:
// the claim names what it stands for.
export function regionOf({ region, claims }: Hypothesis): string {
  if (!region || ID.test(region)) return "";
  const told = claims.some(({ subject, text }) => subject === region || text.includes(region));
  return told ? region : "";
}

// What began after the time that was looked at: the cause of it may be another one.
export function laterOf({ to }: { to: string | null }, anomalies: Anomaly[]) {
  const end = to ? Date.parse(to) : Number.POSITIVE_INFINITY;
  const later = anomalies.filter(({ started_at }) => Date.parse(started_at) > end);
  const open = later.filter(({ state }) => state === "open").length;
  if (later.length === 0) return { words: "", open };
  const entities = [...new Set(later.map(({ entity }) => entity))].sort();
  const many = plural(later.length, "anomaly", "anomalies");
  const still = open === 0 ? "" : later.length === 1 ? ", and is open" : `, ${open} of them open`;
  const them = later.length === 1 ? "it" : "them";
  const words = `${many} of ${formatNames(entities, ENTITIES_MAX)} began later${still}: this may not explain ${them}`;
  return { words, open };
}

// What it found, without the word that stands before it: "Unknown: nothing ..." beside "Unknown".
export function summaryWords({ status, summary }: Diagnosis): string {
  const prefix = `${statusWord(status).word}: `;
  if (!summary.startsWith(prefix)) return summary;
  const rest = summary.slice(prefix.length);
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
