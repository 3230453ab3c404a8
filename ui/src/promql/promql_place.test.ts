import { expect, test } from "vitest";
import { missingWords, placeAt } from "./promql_place";

// The caret is where "|" stands.
const at = (marked: string) => placeAt(marked.replace("|", ""), marked.indexOf("|"));

test.each([
  ["|", { kind: "name", from: 0, prefix: "" }],
  ["http_re|", { kind: "name", from: 0, prefix: "http_re" }],
  ["sum(ra|", { kind: "name", from: 4, prefix: "ra" }],
  ["a / b|", { kind: "name", from: 4, prefix: "b" }],
  ["# sum(\nup|", { kind: "name", from: 7, prefix: "up" }],
])("%s: a name may come", (marked, place) => expect(at(marked)).toEqual(place));

test.each([
  ["up{|", { kind: "label", from: 3, prefix: "", metric: "up" }],
  ['up{job="x", in|', { kind: "label", from: 12, prefix: "in", metric: "up" }],
  ["sum by (s|) (rate(reqs[5m]))", { kind: "label", from: 8, prefix: "s", metric: "reqs" }],
  ["sum by (|) (reqs{a='b'})", { kind: "label", from: 8, prefix: "", metric: "reqs" }],
])("%s: a label may come", (marked, place) => expect(at(marked)).toEqual(place));

test.each([
  ['up{job="|', { kind: "value", from: 8, prefix: "", metric: "up", label: "job" }],
  ["{job=~'sh|", { kind: "value", from: 7, prefix: "sh", metric: "", label: "job" }],
  ['up{a="}", job!="x|', { kind: "value", from: 16, prefix: "x", metric: "up", label: "job" }],
])("%s: a value may come", (marked, place) => expect(at(marked)).toEqual(place));

test("a duration comes in square brackets", () => {
  expect(at("rate(up[5|")).toEqual({ kind: "duration", from: 8, prefix: "5" });
});

test.each(["up |", "sum(up) |", "up{job=|", 'label_replace(up, "d|', "up[5m] o|"])(
  "%s: nothing is offered",
  (marked) => expect(at(marked)).toEqual({ kind: "none" }),
);

test.each([
  ["", "Write a query."],
  ["  ", "Write a query."],
  ["rate(http_req", "The query is not finished: ( is open."],
  ["up{job=", "The query is not finished: { is open."],
  ['up{job="', 'The query is not finished: " is open.'],
  ["rate(up[5m", "The query is not finished: [ is open."],
  ["up /", "The query is not finished: what comes after /?"],
  ["up and", "The query is not finished: what comes after and?"],
])("%s is not asked yet", (text, words) => expect(missingWords(text)).toBe(words));

test.each(["up", "sum(rate(up[5m])) / 2", 'up{a="("}', "up # (", "up offset 5m", "brand", "1 > 0"])(
  "%s is asked",
  (text) => expect(missingWords(text)).toBe(""),
);
