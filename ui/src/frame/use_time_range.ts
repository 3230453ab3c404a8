// The range in the address. Pages of lists and charts have the last hour unless the address says
// otherwise; pages with a time of their own (an incident) have none unless the address names one.
import { useLocation, useNavigate, useSearch } from "@tanstack/react-router";
import { useRef } from "react";
import { serverNow, useNow } from "../kit/clock";
import { useStore } from "../kit/store";
import { connection } from "../live/connection";
import {
  DEFAULT_RANGE,
  type Interval,
  isRelative,
  parseRange,
  type StepWindow,
  type TimeRange,
  toAbsolute,
  toSteps,
} from "./time_range";

export interface RangeSearch {
  from?: string;
  to?: string;
}

// Words that mean nothing are dropped rather than shown as an error: links get cut.
export function readRangeSearch(search: Record<string, unknown>): RangeSearch {
  const { from, to } = search;
  if (typeof from !== "string" || typeof to !== "string") return {};
  return parseRange({ from, to }, Date.now()) ? { from, to } : {};
}

// "always": the page shows a range. "own": it has a time of its own. "none": time means nothing to it.
export function rangeUse(path: string): "always" | "own" | "none" {
  if (path === "/" || path === "/changes" || path === "/dashboards") return "always";
  if (path.startsWith("/explore/traces/")) return "none";
  if (path.startsWith("/explore")) return "always";
  return path.startsWith("/incidents/") ? "own" : "none";
}

// Lists that one may narrow to a team's.
export const isScoped = (path: string) =>
  path === "/" || path === "/alerts" || path === "/changes" || path === "/releases";

// The range and the scope that were shown last: the way from screen to screen keeps them.
let lastRange: RangeSearch = {};
let lastTeam: string | undefined;
export const keptRange = () => ({ ...lastRange, team: lastTeam });

export function useTimeRange() {
  const words = useSearch({ strict: false });
  const search = readRangeSearch(words);
  const path = useLocation({ select: ({ pathname }) => pathname });
  const use = rangeUse(path);
  const always = use === "always";
  const hasRange = use !== "none";
  const navigate = useNavigate();
  if (isScoped(path)) lastTeam = words.team;
  if (always) lastRange = { from: search.from, to: search.to };
  const chosen = search.from && search.to ? { from: search.from, to: search.to } : null;
  const range: TimeRange = chosen ?? DEFAULT_RANGE;
  const setRange = (next: TimeRange | null) =>
    void navigate({
      to: ".",
      search: (have: object) => ({ ...have, from: next?.from, to: next?.to }),
    });
  const change = (edit: (interval: Interval) => Interval) => {
    const interval = hasRange && parseRange(range, serverNow());
    if (interval) setRange(toAbsolute(edit(interval)));
  };
  return { range, chosen, always, hasRange, setRange, change };
}

const REFRESH_MS = 15_000;

// The range as whole steps for query_range, moved along while it goes up to now and the page is not
// paused. `step` in seconds; 0 chooses one.
export function useRangeWindow(step = 0): StepWindow {
  const { range } = useTimeRange();
  const { paused } = useStore(connection);
  useNow(REFRESH_MS);
  const now = useRef(serverNow());
  if (!paused) now.current = serverNow();
  const interval = parseRange(range, now.current) ?? {
    from: now.current - 3_600_000,
    to: now.current,
  };
  return toSteps(interval, step);
}

// How often an answer about the window is asked for again: never when it lies in the past.
export function useRefreshMs(): number {
  return isRelative(useTimeRange().range) ? REFRESH_MS : 0;
}

// The address of this page with absolute times: it shows the same tomorrow.
export function absoluteLink(range: TimeRange | null): string {
  const url = new URL(location.href);
  const interval = range && parseRange(range, serverNow());
  if (interval) {
    const { from, to } = toAbsolute(interval);
    url.searchParams.set("from", from);
    url.searchParams.set("to", to);
  }
  return url.href;
}
