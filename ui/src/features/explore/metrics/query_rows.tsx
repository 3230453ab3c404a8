// The queries of the page, a row each: A, B, C... They live in the address as q, q2, q3...
import { useQueryClient } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useRef, useState } from "react";
import { useAction } from "../../../frame/keys";
import { QUERY_WORDS, useWords, type Words } from "../../../frame/search_words";
import { QueryBox } from "../../../kit/query_box";
import { completePromql } from "../../../promql/complete_promql";

export const readQueries = (words: Words): string[] =>
  QUERY_WORDS.map((name) => words[name]?.trim() ?? "").filter((query) => query !== "");

// The words of the address that hold these queries, and no others.
export const writeQueries = (queries: string[]): Words =>
  Object.fromEntries(QUERY_WORDS.map((name, index) => [name, queries[index] || undefined]));

interface QueryRowsProps {
  queries: string[];
  errors: (Error | null)[];
  missing?: string[]; // why one is not asked yet
}

export function QueryRows({ queries, errors, missing = [] }: QueryRowsProps) {
  const [, setWords] = useWords();
  const cache = useQueryClient();
  const [adding, setAdding] = useState(false);
  const first = useRef<{ focus: () => void }>(null);
  useAction("filter", () => first.current?.focus());
  const rows = queries.length === 0 || adding ? [...queries, ""] : queries;
  const change = (index: number, text: string) => {
    const next = [...rows];
    next[index] = text;
    setAdding(false);
    setWords(writeQueries(next.filter((query) => query !== "")));
  };
  return (
    <div className="query-rows">
      {rows.map((query, index) => {
        const letter = String.fromCharCode(65 + index);
        const error = errors[index];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
          <div key={index} className="query-row">
            <div className="query-line">
              <span className="query-letter" aria-hidden>
                {letter}
              </span>
              <QueryBox
                ref={index === 0 ? first : undefined}
                label={`Query ${letter} (PromQL)`}
                hideLabel
                value={query}
                placeholder="PromQL: begin to type a metric, or Ctrl Space for all"
                onRun={(text) => change(index, text)}
                complete={(text, caret, asked) => completePromql(cache, text, caret, asked)}
              />
              {rows.length > 1 && (
                <button
                  type="button"
                  className="icon-button"
                  aria-label={`Remove query ${letter}`}
                  onClick={() => change(index, "")}
                >
                  <X size={16} aria-hidden />
                </button>
              )}
            </div>
            {missing[index] && (
              <p role="status" className="tone-warning text-sm">
                {missing[index]}
              </p>
            )}
            {error && !missing[index] && (
              <p role="alert" className="query-error">
                {error.message}
              </p>
            )}
          </div>
        );
      })}
      {queries.length > 0 && rows.length < QUERY_WORDS.length && !adding && (
        <button type="button" className="button small" onClick={() => setAdding(true)}>
          <Plus size={14} aria-hidden /> Add a query
        </button>
      )}
    </div>
  );
}
