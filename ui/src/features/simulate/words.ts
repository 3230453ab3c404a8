// Faults and what became of them, in words. Pure.
import type { Tone } from "../../kit/state_mark";
import type { Fault } from "./queries";

// "cpu_spike" to "Cpu spike"
export function faultWord(type: string): string {
  const words = type.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const STATES: Record<Fault["state"], string> = {
  to_come: "to come",
  active: "going on",
  over: "over",
};

export const stateWord = (state: Fault["state"]) => STATES[state] ?? state;

// Found, and its cause as well?
export function outcomeOf({ state, verdict }: Fault): { word: string; tone: Tone } {
  if (!verdict) {
    if (state === "to_come") return { word: "To come", tone: "muted" };
    return state === "active"
      ? { word: "Not found yet", tone: "warning" }
      : { word: "Missed", tone: "critical" };
  }
  const { diagnosis } = verdict;
  if (!diagnosis) return { word: "Found", tone: "info" };
  if (diagnosis.rank_of_truth === 1) return { word: "Found, with its cause", tone: "normal" };
  if (diagnosis.rank_of_truth !== null) {
    return { word: `Found; the cause is suspect ${diagnosis.rank_of_truth}`, tone: "info" };
  }
  return diagnosis.status === "unknown" || diagnosis.status === "inconclusive"
    ? { word: "Found; the cause is not known", tone: "info" }
    : { word: "Found, with a wrong cause", tone: "critical" };
}
