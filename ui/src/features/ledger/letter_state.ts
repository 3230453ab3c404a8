// What became of a letter, in a word.
import type { Tone } from "../../kit/state_mark";

const STATES: Record<string, { word: string; tone: Tone }> = {
  delivered: { word: "Delivered", tone: "normal" },
  pending: { word: "On its way", tone: "info" },
  failed: { word: "Failed", tone: "critical" },
  superseded: { word: "A newer one went", tone: "info" },
  dropped: { word: "Not sent", tone: "warning" },
};

// A state of a later version is shown under its own name.
export const letterState = (state: string) =>
  STATES[state] ?? { word: state, tone: "info" as Tone };

export const LETTER_STATES = Object.entries(STATES);
