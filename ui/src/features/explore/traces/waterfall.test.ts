import { expect, test } from "vitest";
import type { Span, Trace } from "../../../api/types";
import { serviceColors, unfolded, waterfall } from "./waterfall";

const BEGIN = Date.parse("2026-11-21T12:00:00.000Z");

function span(id: string, parent: string, offset: number, took: number, service = "shop"): Span {
  const ms = BEGIN + Math.floor(offset);
  const ns = Math.round((offset % 1) * 1e6);
  return {
    trace_id: "t",
    span_id: id,
    parent_span_id: parent,
    service,
    operation: id,
    kind: "internal",
    status: "ok",
    status_message: "",
    start: new Date(ms).toISOString(),
    start_ns: `${ms}${String(ns).padStart(6, "0")}`,
    duration_ms: took,
    attributes: {},
    resource: {},
    events: [],
    links: [],
  };
}

const trace = (spans: Span[]): Trace =>
  ({
    start: new Date(BEGIN).toISOString(),
    duration_ms: 100,
    spans,
    edges: [],
  }) as unknown as Trace;
const shape = (spans: Span[]) =>
  waterfall(trace(spans)).map((row) => [row.span.span_id, row.depth]);

test("children stand below their parents, by their start", () => {
  const spans = [span("c", "a", 50, 10), span("a", "", 0, 100), span("b", "a", 10, 20)];
  expect(shape(spans)).toEqual([
    ["a", 0],
    ["b", 1],
    ["c", 1],
  ]);
});

test("a bar lies where its span lay in the trace, to the microsecond", () => {
  const [, row] = waterfall(trace([span("a", "", 0, 100), span("b", "a", 25.5, 50)]));
  expect(row?.left).toBeCloseTo(0.255);
  expect(row?.width).toBeCloseTo(0.5);
});

test("a span whose parent was not sent is a root, and says so", () => {
  const [row] = waterfall(trace([span("b", "gone", 10, 20)]));
  expect(row).toMatchObject({ depth: 0, orphan: true });
});

test("spans that call each other in a ring are shown once", () => {
  expect(shape([span("a", "b", 0, 1), span("b", "a", 1, 1)])).toEqual([
    ["a", 0],
    ["b", 1],
  ]);
});

test("folding hides all generations below", () => {
  const rows = waterfall(
    trace([span("a", "", 0, 9), span("b", "a", 1, 9), span("c", "b", 2, 9), span("d", "a", 3, 9)]),
  );
  expect(unfolded(rows, new Set(["b"])).map((row) => row.span.span_id)).toEqual(["a", "b", "d"]);
  expect(unfolded(rows, new Set(["a"]))).toHaveLength(1);
});

test("each service has a colour of its own", () => {
  const rows = waterfall(trace([span("a", "", 0, 9), span("b", "a", 1, 9, "pay")]));
  expect([...serviceColors(rows)]).toEqual([
    ["shop", "--line-1"],
    ["pay", "--line-2"],
  ]);
});
