// How a rule is, in one word; and which rules a filter shows. Pure.
import type { Tone } from "../../kit/state_mark";
import type { Rule, RuleGroup } from "./queries";

export type RuleState = "failing" | "firing" | "pending" | "quiet" | "waiting";

export const STATES: Record<RuleState, { word: string; tone: Tone }> = {
  failing: { word: "Fails", tone: "critical" },
  firing: { word: "Firing", tone: "critical" },
  pending: { word: "Pending", tone: "warning" },
  quiet: { word: "Quiet", tone: "normal" },
  waiting: { word: "Not evaluated yet", tone: "muted" },
};

export function ruleState({ type, health, state, alerts = [] }: Rule): RuleState {
  if (health === "err") return "failing";
  if (health === "unknown") return "waiting";
  if (type === "recording") return "quiet";
  if (state === "firing" || alerts.some((alert) => alert.state === "firing")) return "firing";
  return state === "pending" ? "pending" : "quiet";
}

// What fires is as bad as its severity says.
export function ruleTone(rule: Rule): Tone {
  const state = ruleState(rule);
  const { severity } = rule.labels ?? {};
  if (state === "firing" && (severity === "warning" || severity === "info")) return severity;
  return STATES[state].tone;
}

export const stateWord = (rule: Rule): string =>
  rule.type === "recording" && rule.health === "ok" ? "Records" : STATES[ruleState(rule)].word;

export function countStates(groups: RuleGroup[]): Record<RuleState, number> {
  const counts = { failing: 0, firing: 0, pending: 0, quiet: 0, waiting: 0 };
  for (const rule of groups.flatMap((group) => group.rules)) counts[ruleState(rule)] += 1;
  return counts;
}

// Groups with the rules that fit; groups without any are left out.
export function filterGroups(groups: RuleGroup[], state: string, text: string): RuleGroup[] {
  const wanted = text.trim().toLowerCase();
  return groups
    .map((group) => ({
      ...group,
      rules: group.rules.filter(
        (rule) =>
          (!state || ruleState(rule) === state) &&
          [rule.name, rule.query, group.name].some((word) => word.toLowerCase().includes(wanted)),
      ),
    }))
    .filter(({ rules }) => rules.length > 0);
}
