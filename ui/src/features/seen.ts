// What an anomaly says of values. Where data stopped there is none, an alert of another system brings
// none, and that of a rule no range beside its value: the server says null of each number. A
// release's verdict is made of two shares, told in its sentence.
import type { Anomaly, Status } from "../api/types";
import type { Expected } from "../kit/chart_data";
import { formatExpected, formatValue, unitOfServer } from "../kit/format";

const NOTHING: Expected = { low: null, high: null };

export const isRelease = ({ detector }: Anomaly) => detector === "release verdict";

export const observedOf = (anomaly: Anomaly): number | null =>
  isRelease(anomaly) ? null : anomaly.observed;

export const expectedOf = (anomaly: Anomaly): Expected =>
  isRelease(anomaly) ? NOTHING : anomaly.expected;

export const unitOf = ({ unit }: Anomaly) => unitOfServer(unit);

// Empty: there is no value to tell of.
export function observedWords(anomaly: Anomaly): string {
  const observed = observedOf(anomaly);
  if (observed !== null) return formatValue(observed, unitOf(anomaly));
  return anomaly.kind === "absence" ? "no data" : "";
}

// Empty: nothing is expected that could be told.
export function expectedWords(anomaly: Anomaly): string {
  const { low, high } = expectedOf(anomaly);
  return formatExpected(low, high, unitOf(anomaly)) || (anomaly.kind === "absence" ? "data" : "");
}

// "89.7 %, expected 35.4 % to 43.5 %"; the sentence it came with where there is no range.
export function seenWords(anomaly: Anomaly): string {
  const expected = expectedWords(anomaly);
  if (expected) return `${observedWords(anomaly)}, expected ${expected}`;
  return anomaly.summary || observedWords(anomaly);
}

// Why there are none. Where nothing is watched, nothing was found to be well.
export function quietWords(status: Status | undefined): string {
  if (!status) return "";
  return status.ingest.series > 0
    ? "Every series stayed where it was expected."
    : "Nothing is watched yet: no series comes in.";
}

// Where a row about it leads. What another system found has its evidence there.
export const hasEvidence = ({ evidence_id }: Anomaly) => evidence_id !== "";

// Whether its evidence is a line of the value that it is about.
export const hasLine = (anomaly: Anomaly) => hasEvidence(anomaly) && !isRelease(anomaly);
