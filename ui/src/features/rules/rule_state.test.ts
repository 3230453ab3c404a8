import { expect, test } from "vitest";
import type { Rule, RuleGroup } from "./queries";
import { countStates, filterGroups, ruleState, ruleTone, stateWord } from "./rule_state";

const rule = (more: Partial<Rule>): Rule => ({
  type: "alerting",
  name: "HighLatency",
  query: "p95 > 1",
  health: "ok",
  evaluationTime: 0.01,
  lastEvaluation: "2026-11-21T12:00:00Z",
  state: "inactive",
  ...more,
});
const group = (name: string, rules: Rule[]): RuleGroup => ({
  name,
  file: "rules.yml",
  interval: 15,
  evaluationTime: 0.1,
  lastEvaluation: "2026-11-21T12:00:00Z",
  rules,
});

test.each<[Partial<Rule>, string, string]>([
  [{ health: "err", state: "firing" }, "failing", "Fails"],
  [{ state: "firing" }, "firing", "Firing"],
  [{ state: "pending" }, "pending", "Pending"],
  [{ state: "inactive" }, "quiet", "Quiet"],
  [{ type: "recording", state: undefined }, "quiet", "Records"],
  [{ health: "unknown" }, "waiting", "Not evaluated yet"],
])("%o is %s", (more, state, word) => {
  expect(ruleState(rule(more))).toBe(state);
  expect(stateWord(rule(more))).toBe(word);
});

test("a rule that fires for one series fires, though others are pending", () => {
  const alert = { labels: {}, annotations: {}, activeAt: "", value: "1" };
  const alerts = [{ ...alert, state: "firing" as const }];
  expect(ruleState(rule({ state: "pending", alerts }))).toBe("firing");
});

test("what fires is as bad as its severity says, a failure always", () => {
  expect(ruleTone(rule({ state: "firing", labels: { severity: "warning" } }))).toBe("warning");
  expect(ruleTone(rule({ state: "firing" }))).toBe("critical");
  expect(ruleTone(rule({ health: "err", labels: { severity: "info" } }))).toBe("critical");
});

test("filters keep groups that have rules left", () => {
  const groups = [
    group("shop", [rule({ state: "firing" }), rule({ name: "Down", query: "up == 0" })]),
    group("disks", [rule({ name: "Full", query: "disk > 0.9" })]),
  ];
  expect(countStates(groups)).toMatchObject({ firing: 1, quiet: 2 });
  expect(filterGroups(groups, "firing", "").map(({ name }) => name)).toEqual(["shop"]);
  expect(filterGroups(groups, "", "UP ==")[0]?.rules.map(({ name }) => name)).toEqual(["Down"]);
  expect(filterGroups(groups, "", "disks")).toHaveLength(1);
});
