// How sure a diagnosis is, and what a claim says, in words. Pure.

import { formatNumber } from "../../kit/format";
import type { Tone } from "../../kit/state_mark";
import type { Claim, Diagnosis, Hypothesis } from "./why_queries";

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

// What it found, without the word that stands before it: "Unknown: nothing ..." beside "Unknown".
export function summaryWords({ status, summary }: Diagnosis): string {
  const prefix = `${statusWord(status).word}: `;
  if (!summary.startsWith(prefix)) return summary;
  const rest = summary.slice(prefix.length);
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
