// How often stakeholders are to hear of an incident, and when they are next. Pure but for what the
// browser keeps.
import { formatDuration } from "../../kit/format";

export const CADENCES = [15, 30, 60] as const; // minutes

const storeKey = (id: string) => `vedette.cadence.${id}`;

// In minutes; 0: none.
export function readCadence(id: string): number {
  try {
    const kept = Number(localStorage.getItem(storeKey(id)));
    return CADENCES.find((minutes) => minutes === kept) ?? 0;
  } catch {
    return 0;
  }
}

export function keepCadence(id: string, minutes: number): void {
  try {
    if (minutes === 0) localStorage.removeItem(storeKey(id));
    else localStorage.setItem(storeKey(id), String(minutes));
  } catch {
    // Storage is off or full: the choice lasts as long as the page.
  }
}

export interface Due {
  words: string;
  overdue: boolean;
}

// `from`: the last update, or when the incident began; in ms.
export function nextUpdate(from: number, minutes: number, now: number): Due {
  const left = from + minutes * 60_000 - now;
  return left > 0
    ? { words: `Next update in ${formatDuration(left + 999)}`, overdue: false }
    : { words: `Update overdue by ${formatDuration(-left)}`, overdue: true };
}
