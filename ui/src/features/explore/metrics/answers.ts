// The answers to some queries over the page's range, and, when the address names a time to compare
// with, to the same queries then. What is not written to its end is not asked.
import { useQueries } from "@tanstack/react-query";
import { rangeQuery } from "../../../api/queries";
import { useWords } from "../../../frame/search_words";
import { useRangeWindow, useRefreshMs } from "../../../frame/use_time_range";
import { readMatrix } from "../../../kit/chart_data";
import { type Part, shiftData } from "../../../kit/joined";
import { missingWords } from "../../../promql/promql_place";

const DAY_S = 86_400;

// "-7d" to 7; 0 when it means nothing.
export function readDays(word: string | undefined): number {
  const days = /^-?(\d{1,3})d$/.exec(word ?? "")?.[1];
  return days ? Number(days) : 0;
}

export function useAnswers(queries: string[], seriesMax: number) {
  const [words] = useWords();
  const step = Number(words.step) > 0 ? Math.round(Number(words.step)) : 0;
  const days = readDays(words.cmp);
  const window = useRangeWindow(step);
  const refreshMs = useRefreshMs();
  const shift = days * DAY_S * 1000;
  const earlier = { ...window, start: window.start - shift, end: window.end - shift };
  const missing = queries.map(missingWords);
  const asked = (query: string, at: typeof window, everyMs: number) => ({
    ...rangeQuery(query, at, everyMs),
    enabled: missingWords(query) === "",
  });
  const now = useQueries({ queries: queries.map((query) => asked(query, window, refreshMs)) });
  const before = useQueries({
    queries: (days ? queries : []).map((query) => asked(query, earlier, 0)),
  });
  const parts: Part[] = queries.map((_, index) => ({
    letter: String.fromCharCode(65 + index),
    now: readMatrix(now[index]?.data, seriesMax),
    past: shiftData(readMatrix(before[index]?.data, seriesMax), days * DAY_S),
  }));
  return { window, days, parts, now, before, missing };
}
