// Which change is looked at first, and how far it lies from the start. Pure.
import { formatDuration } from "../../kit/format";
import type { IncidentChange } from "./why_queries";

const RANK = { suspect: 0, none: 1, ruled_out: 2 };

// What is suspected first; what can have caused it lies before its start, and the nearer the
// likelier.
export function bySuspicion(a: IncidentChange, b: IncidentChange): number {
  const nearness = ({ seconds_before: gap }: IncidentChange) => (gap >= 0 ? gap : 1e9 - gap);
  return (
    (RANK[a.opinion] ?? 1) - (RANK[b.opinion] ?? 1) ||
    (b.probability ?? 0) - (a.probability ?? 0) ||
    nearness(a) - nearness(b)
  );
}

// "14 min before it began"
export function leadWords(secondsBefore: number): string {
  if (Math.abs(secondsBefore) < 1) return "as it began";
  const gap = formatDuration(Math.abs(secondsBefore) * 1000);
  return `${gap} ${secondsBefore > 0 ? "before" : "after"} it began`;
}
