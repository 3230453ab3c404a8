import { expect, test } from "vitest";
import { proposeMatchers, readMatchers, serviceMatchers } from "./matchers";

test.each([
  ['service="payment"', ['service="payment"']],
  [
    '{service="payment", severity=~"critical|warning"}',
    ['service="payment"', 'severity=~"critical|warning"'],
  ],
  ["service=payment\nseverity!=info", ['service="payment"', 'severity!="info"']],
  ['title="a, b"', ['title="a, b"']],
  ['path="a\\"b"', ['path="a\\"b"']],
  ["job =~ shop", ['job=~"shop"']],
  ["", []],
])("%s is read", (text, matchers) => {
  expect(readMatchers(text)).toEqual({ matchers, error: "" });
});

test.each(["payment", 'service="open', "9x=1", "a==b,"])("%s is refused in words", (text) => {
  expect(readMatchers(text).error).not.toBe("");
});

test("what is proposed fits all alerts, and not by their severity", () => {
  const alert = (service: string, instance: string) => ({
    alertname: "target_gone",
    severity: "warning",
    service,
    instance,
  });
  expect(proposeMatchers([alert("user", "u1")])).toEqual([
    'alertname="target_gone"',
    'instance="u1"',
    'service="user"',
  ]);
  expect(proposeMatchers([alert("user", "u1"), alert("order", "o1")])).toEqual([
    'alertname="target_gone"',
    'service=~"order|user"',
  ]);
  expect(proposeMatchers([])).toEqual([]);
});

test("services of an incident become one matcher that means just them", () => {
  expect(serviceMatchers(["a.b"])).toEqual(['service="a.b"']);
  expect(serviceMatchers(["b", "a.c"])).toEqual(['service=~"a\\\\.c|b"']);
  expect(serviceMatchers([])).toEqual([]);
});
