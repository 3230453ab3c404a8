// Which anomaly the changes are held against: the one that the diagnosis is about, where there is
// one; what is worst now may have begun hours after it. Pure.
import type { Anomaly } from "../../api/types";
import { hasLine } from "../seen";
import type { Diagnosis, IncidentChange } from "./why_queries";
import { causeOf } from "./why_words";

const HOUR_MS = 3_600_000;
const NEAR_MS = 2 * HOUR_MS; // a change that long before is drawn too
const SUSPECT_MS = 12 * HOUR_MS; // and a suspect that long before

const nameOf = ({ labels }: Anomaly) => labels.__name__ ?? "";

function farFrom(anomaly: Anomaly, subjects: string[]): number {
  const name = nameOf(anomaly);
  if (subjects.includes(name)) return 0;
  return subjects.some((subject) => name.startsWith(subject)) ? 1 : 2;
}

export function symptomOf(anomalies: Anomaly[], diagnosis: Diagnosis | undefined) {
  const cause = diagnosis && causeOf(diagnosis);
  const own = anomalies.filter((one) => hasLine(one) && one.entity === cause?.entity);
  const subjects = cause?.claims.filter(({ kind }) => kind === "metric").map((one) => one.subject);
  return own.sort(
    (a, b) =>
      farFrom(a, subjects ?? []) - farFrom(b, subjects ?? []) ||
      Date.parse(a.started_at) - Date.parse(b.started_at) ||
      b.score - a.score,
  )[0];
}

// The times of changes that the chart reaches back to.
export function reachOf(changes: IncidentChange[]): number[] {
  return changes
    .filter(({ opinion, seconds_before }) => {
      const before = seconds_before * 1000;
      return before >= 0 && before <= (opinion === "suspect" ? SUSPECT_MS : NEAR_MS);
    })
    .map(({ time }) => Date.parse(time));
}

// What can have caused it, and what was changed when it was there already.
export function splitChanges(changes: IncidentChange[]) {
  const isLate = ({ opinion, seconds_before }: IncidentChange) =>
    opinion !== "suspect" && seconds_before < -1;
  return { before: changes.filter((one) => !isLate(one)), after: changes.filter(isLate) };
}
