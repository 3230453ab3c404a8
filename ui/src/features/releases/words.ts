// Verdicts of releases in words, and what their numbers mean. Pure.
import { formatNumber } from "../../kit/format";
import type { Tone } from "../../kit/state_mark";
import type { Release, ReleaseCheck, ReleaseSide, ReleaseVerdict } from "./queries";

type Judged = Pick<Release, "verdict" | "ruled_out_by">;

const ODDS_MAX = 1e6; // more says nothing more

const VERDICTS: Record<ReleaseVerdict, { word: string; tone: Tone }> = {
  good: { word: "Good", tone: "normal" },
  bad: { word: "Bad", tone: "critical" },
  not_enough_traffic: { word: "Not enough traffic yet", tone: "info" },
  no_data: { word: "No data", tone: "muted" },
};

export const VERDICT_NAMES = Object.keys(VERDICTS) as ReleaseVerdict[];

export const verdictWord = (verdict: ReleaseVerdict) =>
  VERDICTS[verdict] ?? { word: String(verdict), tone: "info" as Tone };

// A bad one that a diagnosis rules out is not what broke the service.
export const releaseWord = ({ verdict, ruled_out_by }: Judged): { word: string; tone: Tone } =>
  verdict === "bad" && ruled_out_by
    ? { word: "Bad, but ruled out", tone: "info" }
    : verdictWord(verdict);

const OUTCOMES: Record<ReleaseCheck["outcome"], { word: string; tone: Tone }> = {
  worse: { word: "Worse", tone: "critical" },
  not_worse: { word: "Not worse", tone: "normal" },
  undecided: { word: "Undecided", tone: "info" },
  no_data: { word: "No data", tone: "muted" },
};

export const outcomeWord = (outcome: ReleaseCheck["outcome"]) =>
  OUTCOMES[outcome] ?? { word: String(outcome), tone: "info" as Tone };

const SIDES: Record<ReleaseSide["name"], string> = {
  release: "This release",
  old_version: "Old version before",
  old_version_beside: "Old version beside it",
  previous_weeks: "The weeks before",
  previous_weeks_before: "The weeks before, until the same hour",
  other_services: "Other services",
};

export const sideWord = (name: ReleaseSide["name"]) => SIDES[name] ?? name;

// How many to one the evidence against chance is.
export function evidenceWords({ e_value, threshold }: ReleaseCheck): string {
  const told = formatNumber(Number(Math.min(e_value, ODDS_MAX).toPrecision(2)));
  const odds = e_value > ODDS_MAX ? `more than ${told}` : e_value >= 1 ? told : "less than 1";
  return `${odds} to one against chance; ${formatNumber(threshold)} decides`;
}

// "2.4 times (1.8 to 3.1)"
export function factorWords({ factor, factor_low, factor_high }: ReleaseCheck): string {
  if (factor === null) return "never seen before";
  const range =
    factor_low !== null && factor_high !== null
      ? ` (${formatNumber(factor_low)} to ${formatNumber(factor_high)})`
      : "";
  return `${formatNumber(factor)} times the old${range}`;
}

// How far the evidence has come on its way to a decision, 0 to 1; by orders of magnitude.
export function evidencePart({ e_value, threshold }: ReleaseCheck): number {
  if (!(e_value > 1) || !(threshold > 1)) return 0;
  return Math.min(1, Math.log(e_value) / Math.log(threshold));
}
