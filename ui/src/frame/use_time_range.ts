// The range in the address. On Now it is the last hour unless the address says otherwise; on pages
// with a time of their own (an incident) there is none unless the address names one.
import { useLocation, useNavigate, useSearch } from "@tanstack/react-router";
import { serverNow } from "../kit/clock";
import { DEFAULT_RANGE, type Interval, parseRange, type TimeRange, toAbsolute } from "./time_range";

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

// The range that Now showed last, so that the way back to it keeps it.
let lastOnNow: RangeSearch = {};
export const nowSearch = () => lastOnNow;

export function useTimeRange() {
  const search = readRangeSearch(useSearch({ strict: false }));
  const path = useLocation({ select: ({ pathname }) => pathname });
  const onNow = path === "/";
  // Evidence has its window in itself, and documentation none.
  const hasRange = onNow || path.startsWith("/incidents/");
  const navigate = useNavigate();
  if (onNow) lastOnNow = { from: search.from, to: search.to };
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
  return { range, chosen, onNow, hasRange, setRange, change };
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
