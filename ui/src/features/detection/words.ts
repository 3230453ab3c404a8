// How numbers of detection are said. Pure.
import { formatNumber, plural } from "../../kit/format";
import type { Mark, Preview } from "../feedback/queries";

// A weight is how many times the false alarms of others a metric may raise.
export function weightWords(weight: number): string {
  if (weight === 1) return "as all others";
  return weight > 1
    ? `${formatNumber(weight)} times those of others`
    : `1 of ${formatNumber(1 / weight)} of others`;
}

// What a mark says of which metrics.
export function markedWords({ groups, target_kind }: Mark): string {
  const [first, ...others] = groups;
  if (!first) return target_kind;
  const rest = others.length > 0 ? ` and ${plural(others.length, "other", "others")}` : "";
  return `${first.service}: ${first.metric || first.detector}${rest}`;
}

// "6 of 40 would not have been told, 2 would have been less severe."
export function effectWords({ anomalies, incidents, pages }: Preview): string {
  const parts: string[] = [];
  const gone = (count: number, of: number, noun: string, many?: string) => {
    if (count > 0) parts.push(`${count} of ${plural(of, noun, many)} would not have been`);
  };
  gone(anomalies.dropped, anomalies.before, "anomaly", "anomalies");
  gone(incidents.dropped, incidents.before, "incident");
  gone(pages.dropped, pages.before, "page");
  if (anomalies.lowered > 0) parts.push(`${anomalies.lowered} would have been less severe`);
  if (anomalies.raised > 0) parts.push(`${anomalies.raised} would have been more severe`);
  if (pages.added > 0) parts.push(`${plural(pages.added, "page")} would have come besides`);
  if (parts.length === 0) return "Nothing that was found in this time would have been different.";
  return `${parts.join(", ")}.`;
}
