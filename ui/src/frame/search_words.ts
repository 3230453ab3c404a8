// What a page keeps in its address beside the time range: plain words.
import { useNavigate, useSearch } from "@tanstack/react-router";

// For a route's `validateSearch`: the words that it knows, when they are there.
export const readWords =
  <Name extends string>(...names: Name[]) =>
  (search: Record<string, unknown>) => {
    const words: Partial<Record<Name, string>> = {};
    for (const name of names) {
      const word = search[name];
      if (typeof word === "string" && word !== "") words[name] = word;
    }
    return words;
  };

// The queries of Explore metrics: A, B, C...
export const QUERY_WORDS = ["q", "q2", "q3", "q4", "q5"] as const;

interface DashboardWords {
  id?: string; // one that the server keeps
  kind?: string; // a built one
  cmp?: string; // days ago, to compare with
  [variable: `v_${string}`]: string | undefined;
}

// Dashboards have variables of any name.
export function readDashboardWords(search: Record<string, unknown>): DashboardWords {
  const known = /^(?:id|kind|cmp|v_\w+)$/;
  const words = Object.entries(search).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === "string" && entry[1] !== "" && known.test(entry[0]),
  );
  return Object.fromEntries(words);
}

export type Words = Record<string, string | undefined>;

// The words of the address and a way to change some; `undefined` takes one out.
export function useWords(): [Words, (change: Words) => void] {
  const words: Words = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = (next: Words) =>
    void navigate({ to: ".", search: (have: object) => ({ ...have, ...next }) });
  return [words, change];
}
