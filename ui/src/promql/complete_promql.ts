// Completions of PromQL from the server: names as it finds them, labels and values of the metric at
// hand.
import type { QueryClient } from "@tanstack/react-query";
import {
  labelNamesQuery,
  labelValuesQuery,
  metadataQuery,
  metricNamesQuery,
} from "../api/data_queries";
import { type Completion, NO_COMPLETION, type Suggestion } from "../kit/query_box";
import { placeAt } from "./promql_place";
import { DURATIONS, WORDS } from "./promql_words";

const NAMES_MAX = 50;
const VALUES_MAX = 500;

// What begins with the prefix first, then what holds it.
export function ranked(names: string[], prefix: string): string[] {
  const wanted = prefix.toLowerCase();
  const rank = (name: string) => {
    const at = name.toLowerCase().indexOf(wanted);
    return at < 0 ? Number.NaN : Math.min(at, 1);
  };
  return names
    .filter((name) => !Number.isNaN(rank(name)))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

const escapeValue = (value: string) => value.replace(/["\\]/g, "\\$&");

async function names(cache: QueryClient, prefix: string): Promise<Suggestion[]> {
  const found = await cache.fetchQuery(metricNamesQuery(prefix, NAMES_MAX));
  const about = await cache.fetchQuery(metadataQuery()).catch(() => ({}));
  const metrics = ranked(found, prefix).map((name) => {
    const [entry] = (about as Record<string, { type?: string; help?: string }[]>)[name] ?? [];
    const detail = [entry?.type, entry?.help].filter(Boolean).join(": ") || "metric";
    return { label: name, insert: name, detail };
  });
  const words = prefix
    ? WORDS.filter(({ name }) => name.startsWith(prefix)).map(({ name, detail }) => ({
        label: name,
        insert: `${name}()`,
        detail,
        caretBack: 1,
      }))
    : [];
  return [...words, ...metrics];
}

export async function completePromql(
  cache: QueryClient,
  text: string,
  caret: number,
  asked: boolean,
): Promise<Completion> {
  const place = placeAt(text, caret);
  if (place.kind === "none") return NO_COMPLETION;
  const { from, prefix } = place;
  if (place.kind === "name") {
    if (!prefix && !asked) return NO_COMPLETION;
    return { from, suggestions: await names(cache, prefix) };
  }
  if (place.kind === "duration") {
    const fit = DURATIONS.filter((word) => word.startsWith(prefix) && word !== prefix);
    return { from, suggestions: fit.map((word) => ({ label: word, insert: word })) };
  }
  if (place.kind === "label") {
    const found = await cache.fetchQuery(labelNamesQuery(place.metric));
    const inBraces = text.lastIndexOf("{", caret) > text.lastIndexOf("(", caret);
    return {
      from,
      suggestions: ranked(found, prefix).map((name) => ({
        label: name,
        insert: inBraces ? `${name}="` : name,
        detail: "label",
      })),
    };
  }
  const values = await cache.fetchQuery(labelValuesQuery(place.label, place.metric, VALUES_MAX));
  const quote = text.charAt(from - 1);
  const end = text.charAt(caret) === quote ? "" : quote;
  return {
    from,
    suggestions: ranked(values, prefix).map((value) => ({
      label: value,
      insert: escapeValue(value) + end,
      detail: place.label,
    })),
  };
}
