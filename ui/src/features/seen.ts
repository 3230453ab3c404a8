// What an anomaly says of values. Where data stopped there is none, whatever the numbers are.
import type { Anomaly } from "../api/types";
import type { Expected } from "../kit/chart_data";
import { formatExpected, formatNumber } from "../kit/format";

export function observedOf({ kind, observed }: Anomaly): number | null {
  return kind === "absence" ? null : observed;
}

export function expectedOf({ kind, expected }: Anomaly): Expected {
  return kind === "absence" ? { low: null, high: null } : expected;
}

export function observedWords(anomaly: Anomaly): string {
  const observed = observedOf(anomaly);
  return observed === null ? "no data" : formatNumber(observed);
}

export function expectedWords(anomaly: Anomaly): string {
  const { low, high } = expectedOf(anomaly);
  return formatExpected(low, high) || "data";
}
