// A titled part of a page, and what it shows while there is nothing to show: loading, error, empty.
import { RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { useEffect, useId, useState } from "react";
import { ApiError } from "../api/client";

interface SectionProps {
  title: string;
  count?: number | string;
  aside?: ReactNode;
  children: ReactNode;
}

export function Section({ title, count, aside, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="section">
      <div className="section-head">
        <h2 id={id}>{title}</h2>
        {count !== undefined && <span className="count">{count}</span>}
        {aside && <div className="ml-auto flex flex-wrap items-center gap-2">{aside}</div>}
      </div>
      {children}
    </section>
  );
}

const SLOW_MS = 10_000;

export function Loading({ rows = 3, what }: { rows?: number; what: string }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" className="grid gap-2">
      <span className="sr-only">Loading {what}</span>
      {slow && <p className="text-muted">The server has not answered for 10 s. Still waiting.</p>}
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move
        <div key={row} className="skeleton" />
      ))}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="font-medium text-text">{title}</p>
      {children}
    </div>
  );
}

interface ProblemProps {
  what: string; // "Incidents", as in "Incidents could not be loaded"
  error: Error;
  retry?: () => void;
  compact?: boolean; // older data is shown below
}

export function Problem({ what, error, retry, compact = false }: ProblemProps) {
  const api = error instanceof ApiError ? error : null;
  return (
    <div role="alert" className="problem" data-compact={compact}>
      <p className="font-medium">
        {what} could not be {compact ? "brought up to date" : "loaded"}.
      </p>
      <p className="break-words text-muted">
        {error.message}
        {api?.field && ` (${api.field})`}
        {api?.limit !== undefined && ` Limit: ${api.limit}.`}
        {compact && " What you see is the last answer."}
      </p>
      {retry && (
        <button type="button" className="button" onClick={retry}>
          <RotateCw size={14} aria-hidden /> Try again
        </button>
      )}
    </div>
  );
}

interface AbsentProps {
  title: string; // "There is no such incident"
  error: Error;
  children: ReactNode; // where to go from here
}

// In place of a page about one thing, when there is no such thing.
function Absent({ title, error, children }: AbsentProps) {
  return (
    <section className="section grid gap-2 justify-items-start" role="alert">
      <h1 className="text-xl font-semibold">{title}</h1>
      <p className="break-words text-muted">{error.message}</p>
      <p className="text-muted">
        Its address may have been cut when it was copied, it may be of another server or tenant, or
        it is older than what is kept.
      </p>
      {children}
    </section>
  );
}

interface AnswerProps<T> {
  what: string;
  absent?: { title: string; leads: ReactNode }; // what is said of 404
  query: { data: T | undefined; error: Error | null; refetch: () => unknown };
  rows?: number;
  children: (data: T) => ReactNode;
}

// The one way from a query to the screen: each has a loading, an error and a partial state.
export function Answer<T>({ what, absent, query, rows, children }: AnswerProps<T>) {
  const { data, error, refetch } = query;
  if (data === undefined) {
    if (absent && error instanceof ApiError && error.status === 404) {
      return (
        <Absent title={absent.title} error={error}>
          {absent.leads}
        </Absent>
      );
    }
    if (error) return <Problem what={what} error={error} retry={() => void refetch()} />;
    return <Loading rows={rows} what={what} />;
  }
  return (
    <>
      {error && <Problem what={what} error={error} retry={() => void refetch()} compact />}
      {children(data)}
    </>
  );
}
