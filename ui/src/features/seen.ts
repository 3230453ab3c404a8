// What an anomaly says of values. Where data stopped there is none, whatever the numbers are; an alert
// of another system brings none, that of a rule no range beside its value, and a release's verdict is
// made of two shares, told in its sentence.
import type { Anomaly } from "../api/types";
import type { Expected } from "../kit/chart_data";
import { formatExpected, formatValue, unitOfMetric } from "../kit/format";

const NOTHING: Expected = { low: null, high: null };

export const isRelease = ({ detector }: Anomaly) => detector === "release verdict";

const inWords = (anomaly: Anomaly) => anomaly.kind === "alert" || isRelease(anomaly);

export function observedOf(anomaly: Anomaly): number | null {
  return anomaly.kind === "absence" || inWords(anomaly) ? null : anomaly.observed;
}

export function expectedOf(anomaly: Anomaly): Expected {
  const { kind, expected } = anomaly;
  if (kind === "absence" || inWords(anomaly)) return NOTHING;
  return kind === "rule" && expected.low === 0 && expected.high === 0 ? NOTHING : expected;
}

export const unitOf = ({ kind, labels }: Anomaly) =>
  kind === "rule" ? undefined : unitOfMetric(labels.__name__ ?? "");

// Empty: there is no value to tell of.
export function observedWords(anomaly: Anomaly): string {
  const observed = observedOf(anomaly);
  if (observed !== null) return formatValue(observed, unitOf(anomaly));
  return inWords(anomaly) ? "" : "no data";
}

// Empty: nothing is expected that could be told.
export function expectedWords(anomaly: Anomaly): string {
  const { low, high } = expectedOf(anomaly);
  return formatExpected(low, high, unitOf(anomaly)) || (anomaly.kind === "absence" ? "data" : "");
}

// "0.897, expected 0.354 to 0.435"; the sentence it came with where there is no range.
export function seenWords(anomaly: Anomaly): string {
  const expected = expectedWords(anomaly);
  if (expected) return `${observedWords(anomaly)}, expected ${expected}`;
  return anomaly.summary || observedWords(anomaly);
}

// Where a row about it leads. What another system found has its evidence there.
export const hasEvidence = ({ evidence_id }: Anomaly) => evidence_id !== "";

// Whether its evidence is a line of the value that it is about.
export const hasLine = (anomaly: Anomaly) => hasEvidence(anomaly) && !isRelease(anomaly);
