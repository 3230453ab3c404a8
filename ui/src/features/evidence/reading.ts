// How a claim's numbers were read off an answer, in words. Takes any JSON. Pure.
import { formatNumber } from "../../kit/format";

export interface Reading {
  rule: string; // level, mean or sum
  usual_until: string;
  from: string;
  to: string;
  before: number | null;
  after: number | null;
  deviation: number | null;
}

const RULES: Record<string, string> = {
  level: "the median before and in it",
  mean: "the mean before and in it",
  sum: "the sum before and in it",
};

export function readingOf(result: unknown): Reading | null {
  if (typeof result !== "object" || result === null || !("reading" in result)) return null;
  const { reading } = result;
  if (typeof reading !== "object" || reading === null) return null;
  const { rule, usual_until, from, to, before, after, deviation } = reading as Partial<Reading>;
  if (typeof rule !== "string" || typeof from !== "string" || typeof to !== "string") return null;
  return {
    ...{ rule, from, to, usual_until: usual_until ?? from },
    ...{ before: before ?? null, after: after ?? null, deviation: deviation ?? null },
  };
}

export const ruleWords = (rule: string) => RULES[rule] ?? rule;

export function movedWords({ before, after, deviation }: Reading): string {
  const value = (number: number | null) => (number === null ? "nothing" : formatNumber(number));
  const far =
    deviation === null ? "" : `, ${formatNumber(deviation)} times what it usually varies by`;
  return `${value(before)} to ${value(after)}${far}`;
}
