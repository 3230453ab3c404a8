// Anomalies of one metric of one service are one row: ten instances that fail alike are one fact. Pure.
import type { Anomaly } from "../../api/types";

export interface Alike {
  first: Anomaly; // open before over, then the worst
  count: number;
}

const weight = ({ state, score }: Anomaly) => (state === "open" ? 1 : 0) + score;

// Open ones first, then the worst; of the same weight in the order in which they first come.
export function groupAlike(anomalies: Anomaly[]): Alike[] {
  const groups = new Map<string, Alike>();
  for (const anomaly of anomalies) {
    const key = `${anomaly.entity} ${anomaly.labels.__name__ ?? anomaly.detector}`;
    const have = groups.get(key);
    if (!have) groups.set(key, { first: anomaly, count: 1 });
    else {
      have.count += 1;
      if (weight(anomaly) > weight(have.first)) have.first = anomaly;
    }
  }
  return [...groups.values()].sort((a, b) => weight(b.first) - weight(a.first));
}
