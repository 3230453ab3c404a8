// A trace as rows of a tree with their place in time. Pure.
import type { Span, Trace } from "../../../api/types";
import { lineColor } from "../../../kit/chart_data";

export interface WaterfallRow {
  span: Span;
  depth: number;
  children: number; // of all generations
  left: number; // where the bar begins, 0 to 1
  width: number; // how long it is, 0 to 1
  orphan: boolean; // its parent was not sent
}

const DEPTH_MAX = 200; // deeper ones stand at this depth

export function waterfall({ spans, start, duration_ms }: Trace): WaterfallRow[] {
  const ids = new Set(spans.map(({ span_id }) => span_id));
  const children = new Map<string, Span[]>();
  const roots: Span[] = [];
  for (const span of spans) {
    const parent = span.parent_span_id;
    if (!parent || !ids.has(parent) || parent === span.span_id) roots.push(span);
    else children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const begin = Date.parse(start);
  const whole = duration_ms || 1;
  const seen = new Set<string>();
  const rows: WaterfallRow[] = [];
  const add = (span: Span, depth: number): number => {
    if (seen.has(span.span_id)) return 0;
    seen.add(span.span_id);
    const left = Math.min(Math.max(offsetMs(span, begin) / whole, 0), 1);
    const row: WaterfallRow = {
      span,
      depth: Math.min(depth, DEPTH_MAX),
      children: 0,
      left,
      width: Math.min(span.duration_ms / whole, 1 - left),
      orphan: span.parent_span_id !== "" && !ids.has(span.parent_span_id),
    };
    rows.push(row);
    for (const child of byStart(children.get(span.span_id) ?? [])) {
      row.children += add(child, depth + 1);
    }
    return row.children + 1;
  };
  for (const root of byStart(roots)) add(root, 0);
  // Spans that call each other in a ring have no root; they are shown all the same.
  for (const span of spans) add(span, 0);
  return rows;
}

const byStart = (spans: Span[]) => [...spans].sort((a, b) => compareNs(a.start_ns, b.start_ns));

// Nanoseconds since 1970 are text: they do not fit a number.
const compareNs = (a: string, b: string) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

// Milliseconds after the trace began, with the part below one.
export function offsetMs({ start, start_ns }: Span, beginMs: number): number {
  const whole = Date.parse(start) - beginMs;
  const fine = Number(start_ns.slice(-6));
  return whole + (Number.isFinite(fine) ? fine / 1e6 : 0);
}

// Rows that stay when those below `closed` are folded away.
export function unfolded(rows: WaterfallRow[], closed: ReadonlySet<string>): WaterfallRow[] {
  const shown: WaterfallRow[] = [];
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at];
    if (!row) break;
    shown.push(row);
    if (closed.has(row.span.span_id)) at += row.children;
  }
  return shown;
}

// Services in the order of their first span, each with a colour.
export function serviceColors(rows: WaterfallRow[]): Map<string, string> {
  const colors = new Map<string, string>();
  for (const { span } of rows) {
    if (!colors.has(span.service)) colors.set(span.service, lineColor({}, colors.size));
  }
  return colors;
}
