import { expect, test } from "vitest";
import {
  addCondition,
  completeLogs,
  isCounting,
  quoteValue,
  splitQuery,
  withFilters,
} from "./log_query";

test("a bar in quotes begins no stage", () => {
  expect(splitQuery('~"a|b" | count')).toEqual({ condition: '~"a|b"', stages: "| count" });
  expect(splitQuery("refused")).toEqual({ condition: "refused", stages: "" });
});

test.each([
  ["", "a=1", "a=1"],
  ["*", "a=1", "a=1"],
  ["refused", "a=1", "refused a=1"],
  ["x or y", "a=1", "(x or y) a=1"],
  ["x | parse json", "a=1", "x a=1 | parse json"],
])("to %s is added %s", (query, condition, want) =>
  expect(addCondition(query, condition)).toBe(want),
);

test.each([
  ["* | count by (level)", true],
  ["x | parse json | p95(took) [1m]", true],
  ['"| count"', false],
  ["x | parse json", false],
])("%s counts: %s", (query, counts) => expect(isCounting(query)).toBe(counts));

test("values are quoted when they need it", () => {
  expect(quoteValue("api-gateway")).toBe("api-gateway");
  expect(quoteValue('a "b"')).toBe('"a \\"b\\""');
});

test("a tail has the filters of the page in its query", () => {
  expect(withFilters("x or y", { service: "shop", level: "error" })).toBe(
    "(x or y) level>=error service=shop",
  );
  expect(withFilters("", {})).toBe("*");
});

const KNOWN = { services: ["shop", "order"], fields: new Map([["status", ["200", "500"]]]) };
const labels = (marked: string, asked = false) =>
  completeLogs(marked.replace("|>", ""), marked.indexOf("|>"), asked, KNOWN).suggestions.map(
    ({ label }) => label,
  );

test("fields, their values and stages are completed", () => {
  expect(labels("st|>")).toEqual(["status"]);
  expect(labels("status=5|>")).toEqual(["500"]);
  expect(labels("service=|>")).toEqual(["shop", "order"]);
  expect(labels("level>=e|>")).toEqual(["error"]);
  expect(labels("x | par|>")).toContain("parse json");
});

test("nothing is offered for nothing, unless asked", () => {
  expect(labels("|>")).toEqual([]);
  expect(labels("|>", true)).toContain("service");
});
