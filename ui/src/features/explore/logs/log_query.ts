// The log query language as far as the page edits it: conditions are added, filters written in, and
// words completed. Pure.
import type { LogFilter } from "../../../api/data_queries";
import type { LogLevel } from "../../../api/types";
import type { Words } from "../../../frame/search_words";
import type { Completion, Suggestion } from "../../../kit/query_box";

export const LEVELS = ["trace", "debug", "info", "warning", "error", "fatal"] as const;

// The condition and the stages behind its "|", which may stand in quotes too.
export function splitQuery(query: string): { condition: string; stages: string } {
  let quote = "";
  for (let at = 0; at < query.length; at += 1) {
    const char = query.charAt(at);
    if (quote) {
      if (char === "\\" && quote !== "`") at += 1;
      else if (char === quote) quote = "";
    } else if (/["'`]/.test(char)) quote = char;
    else if (char === "|") {
      return { condition: query.slice(0, at).trim(), stages: query.slice(at) };
    }
  }
  return { condition: query.trim(), stages: "" };
}

// True when the answer is counts, not lines.
export const isCounting = (query: string) =>
  /\|\s*(count|rate|top|pattern|(sum|avg|min|max|p50|p90|p95|p99)\s*\()/.test(
    splitQuery(query).stages,
  );

export const quoteValue = (value: string) =>
  /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);

// The query with one more condition; what was there keeps its meaning.
export function addCondition(query: string, condition: string): string {
  const { condition: have, stages } = splitQuery(query);
  const kept = have === "*" || have === "" ? "" : /\bor\b/.test(have) ? `(${have})` : have;
  return [kept, condition, stages].filter(Boolean).join(" ");
}

const isLevel = (word: string | undefined): word is LogLevel =>
  LEVELS.some((level) => level === word);

// The words of the address as a filter.
export function readLogFilter({ q, service, level }: Words): LogFilter {
  return {
    ...(q ? { query: q } : {}),
    ...(service ? { service } : {}),
    ...(isLevel(level) ? { level } : {}),
  };
}

interface Filters {
  service?: string;
  level?: string;
}

// For a live tail, which takes a query alone.
export function withFilters(query: string, { service, level }: Filters): string {
  const conditions = [
    level && `level>=${level}`,
    service && `service=${quoteValue(service)}`,
  ].filter(Boolean);
  return addCondition(query, conditions.join(" ")) || "*";
}

const STAGES: [string, string][] = [
  ["count by (level) [1m]", "lines in each minute, by level"],
  ["rate by (service) [1m]", "lines per second"],
  ["top 10 service", "the most frequent values of a field"],
  ["pattern 20", "the most frequent kinds of lines"],
  ["parse json", "fields of a message that is JSON"],
  ["parse logfmt", "fields of a message of a=1 b=2"],
  ['parse regex "(?P<name>...)"', "named groups as fields"],
  ["where field>100", "a condition on parsed fields"],
  ["p95(field) by (service) [1m]", "a quantile of a field's numbers"],
  ["avg(field) by (service) [1m]", "the mean of a field's numbers"],
  ["fields a, b", "only these fields"],
  ["limit 100", "at most so many lines"],
];

export interface KnownWords {
  services: string[];
  fields: ReadonlyMap<string, string[]>; // names and values that were seen
}

const starting = (prefix: string, words: Suggestion[]) =>
  words.filter(
    ({ label }) => label.toLowerCase().startsWith(prefix.toLowerCase()) && label !== prefix,
  );

export function completeLogs(
  text: string,
  caret: number,
  asked: boolean,
  { services, fields }: KnownWords,
): Completion {
  const before = text.slice(0, caret);
  const value = /([\w.]+)(?:=|!=|>=|<=|>|<)"?([^\s"|()]*)$/.exec(before);
  if (value) {
    const [, name = "", prefix = ""] = value;
    const known =
      name === "service" ? services : name === "level" ? [...LEVELS] : (fields.get(name) ?? []);
    const words = known.map((one) => ({ label: one, insert: quoteValue(one), detail: name }));
    return { from: caret - prefix.length, suggestions: starting(prefix, words) };
  }
  const stage = /\|\s*(\w*)$/.exec(before);
  const prefix = /[\w.]*$/.exec(before)?.[0] ?? "";
  const from = caret - prefix.length;
  if (stage && splitQuery(before).stages) {
    const words = STAGES.map(([label, detail]) => ({ label, insert: label, detail }));
    return { from, suggestions: prefix ? starting(prefix, words) : words };
  }
  if (!prefix && !asked) return { from, suggestions: [] };
  const words: Suggestion[] = [
    { label: "service", insert: "service=", detail: "who wrote the line" },
    { label: "level", insert: "level>=", detail: "this level and worse" },
    ...[...fields.keys()].map((label) => ({ label, insert: `${label}=`, detail: "field" })),
    { label: "trace_id", insert: "trace_id=", detail: "lines of a trace" },
    { label: "or", insert: "or ", detail: "either" },
    { label: "not", insert: "not ", detail: "lines without it" },
  ];
  return { from, suggestions: starting(prefix, words) };
}
