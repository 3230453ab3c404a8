// What evidence says, in words: how a claim's numbers were read off an answer, what an event was
// judged to be, and whether the answer is the same again. Takes any JSON. Pure.
import type { Evidence } from "../../api/types";
import type { ChartData, Expected } from "../../kit/chart_data";
import { formatExpected, formatNumber, formatTook, plural } from "../../kit/format";

export interface Reading {
  rule: string; // level, mean or sum
  usual_until: string;
  from: string;
  to: string;
  without: { from: string; to: string }[]; // something else was wrong: not usual
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
  const { rule, usual_until, from, to, without, before, after, deviation } =
    reading as Partial<Reading>;
  if (typeof rule !== "string" || typeof from !== "string" || typeof to !== "string") return null;
  return {
    ...{ rule, from, to, usual_until: usual_until ?? from, without: without ?? [] },
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

// "Seen then: 4 lines."; of several points how many, and the last of an only series.
export function shownWords(
  language: Evidence["language"],
  { times, series }: ChartData,
  expected?: Expected,
): string {
  const range = expected && formatExpected(expected.low, expected.high);
  const where = range ? `, where ${range} was expected` : "";
  const values = series.map(({ values }) => values.findLast((value) => value !== null) ?? null);
  const told = values.map((value) => (value === null ? "no value" : formatNumber(value)));
  if (times.length === 1) {
    const lines = language === "logs" ? (values[0] === 1 ? " line" : " lines") : "";
    return `Seen then: ${told.join(", ")}${lines}${where}.`;
  }
  const last = told.length === 1 ? `, the last of them ${told[0]}` : "";
  return `What was seen then: ${plural(times.length, "point")}${last}${where}.`;
}

export interface Claim {
  text: string; // the sentence that a verdict said
  counted: string; // how its numbers were read off the rows; empty: as they stand
}

// Of one side of a release's verdict.
export function claimOf(result: unknown): Claim | null {
  if (typeof result !== "object" || result === null || !("judgement" in result)) return null;
  const { text, total, bad, counted } = result as Record<string, unknown>;
  if (typeof text !== "string" || text === "") return null;
  const numbers =
    isNumber(total) && isNumber(bad) ? ` (${formatNumber(bad)} of ${formatNumber(total)})` : "";
  return { text: text + numbers, counted: typeof counted === "string" ? counted : "" };
}

export interface SpansSeen {
  operation: string;
  service: string;
  where: string;
  usual: { ms: number; spans: number };
  now: { ms: number; spans: number };
}

const isNumber = (value: unknown): value is number => typeof value === "number";

export function spansOf(result: unknown): SpansSeen | null {
  if (typeof result !== "object" || result === null) return null;
  const { operation, service, where, usual_ms, usual_spans, now_ms, now_spans } = result as Record<
    string,
    unknown
  >;
  if (typeof operation !== "string" || typeof service !== "string") return null;
  if (!isNumber(usual_ms) || !isNumber(usual_spans)) return null;
  if (!isNumber(now_ms) || !isNumber(now_spans)) return null;
  return {
    ...{ operation, service, where: typeof where === "string" ? where : "" },
    usual: { ms: usual_ms, spans: usual_spans },
    now: { ms: now_ms, spans: now_spans },
  };
}

// "POST /payment of payment spends 12 s in payment itself, usually 44.2 ms."
export const spansWords = ({ operation, service, where, usual, now }: SpansSeen) =>
  `${operation} of ${service} spends ${formatTook(now.ms)}${where && ` ${where}`}, usually ${formatTook(usual.ms)}.`;

// An answer of names and values without lists, as it is read out: "mean" of "mean_ms" is a time.
export function factsOf(result: unknown): [name: string, value: string][] | null {
  if (typeof result !== "object" || result === null || Array.isArray(result)) return null;
  const entries = Object.entries(result).filter(([, value]) => value !== null && value !== "");
  if (entries.length === 0 || entries.some(([, value]) => typeof value === "object")) return null;
  return entries.map(([key, value]) => {
    const time = isNumber(value) && key.endsWith("_ms");
    const name = (time ? key.slice(0, -3) : key).replaceAll("_", " ");
    if (time) return [name, formatTook(value)];
    return [name, isNumber(value) ? formatNumber(value) : String(value)];
  });
}

export interface Example {
  time: string;
  id: string;
  text: string;
}

export function examplesOf(result: unknown): Example[] {
  if (typeof result !== "object" || result === null || !("examples" in result)) return [];
  if (!Array.isArray(result.examples)) return [];
  return result.examples.filter(
    (one): one is Example => typeof one?.time === "string" && typeof one?.text === "string",
  );
}

export interface Judged {
  status: string;
  score: number;
  failed: string[];
  decision: string;
}

export function judgedOf(result: unknown): Judged | null {
  if (typeof result !== "object" || result === null || !("monitoring_result" in result))
    return null;
  const judged = (result as { monitoring_result: Record<string, unknown> | null })
    .monitoring_result;
  if (!judged || !Array.isArray(judged.failed_rules)) return null;
  return {
    status: String(judged.status),
    score: Number(judged.severity_score),
    failed: judged.failed_rules.map(String),
    decision: String(judged.decision),
  };
}

// PromQL that draws what the evidence is about; null where no series is.
export function drawnBy({ language, query, result }: Evidence): string | null {
  if (language === "promql") return query;
  if (typeof result !== "object" || result === null || !("recorded" in result)) return null;
  return typeof result.recorded === "string" ? result.recorded : null;
}

export function againWords({ error, same, points }: NonNullable<Evidence["again"]>): string {
  if (error) return `Asked again: ${error}`;
  if (same === null) return "Asked again: the two answers cannot be compared.";
  if (!points) return `Asked again: the answer is ${same ? "the same" : "another one now"}.`;
  if (points.total === 1)
    return `Asked again: the value is ${same ? "the same" : "another one now"}.`;
  if (same) return `Asked again: all ${points.total} points are the same.`;
  return `Asked again: ${points.same} of ${points.total} points are the same. Late samples and retention change answers.`;
}
