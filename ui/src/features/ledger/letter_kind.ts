// What a letter told, in words.
const KINDS: Record<string, string> = {
  opened: "it began",
  severity_raised: "it got worse",
  updated: "news of it",
  acknowledged: "somebody has it",
  resolved: "it is over",
  silence_expiring: "a silence ends soon",
};

// A kind of a later version is shown under its own name.
export const kindWord = (kind: string) => KINDS[kind] ?? kind.replaceAll("_", " ");

export const LETTER_KINDS = Object.keys(KINDS);
