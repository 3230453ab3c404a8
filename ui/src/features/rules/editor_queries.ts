// What is wrong with the text of a rule file, and what its rules would have done.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask, client } from "../../api/client";
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type RuleCheck = Schemas["RuleCheck"];
export type RuleProblem = Schemas["RuleProblem"];
export type Backtest = Schemas["Backtest"];
export type BacktestRule = Schemas["BacktestRule"];
export type Episode = Schemas["BacktestEpisode"];

export const ruleCheckQuery = (rules: string) =>
  queryOptions({
    queryKey: ["rule check", rules] as const,
    queryFn: ({ signal }) => ask(client.POST("/api/v1/rules/check", { body: { rules }, signal })),
    enabled: rules.trim() !== "",
    placeholderData: keepPreviousData,
    retry: false,
  });

export const backtest = (rules: string, from: number, to: number, signal: AbortSignal) => {
  const body = { rules, from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  return ask(client.POST("/api/v1/backtests", { body, signal }));
};
