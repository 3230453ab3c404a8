import { expect, test } from "vitest";
import { parseExposition, SelfMetrics } from "./exposition";

const TEXT = `# HELP a_total Things.
# TYPE a_total counter
a_total{kind="log"} 10
a_total{kind="a \\"b\\"\\n"} 2
free_bytes 6.2e+10
broken line here
`;

test("names, labels and values are read, all else is left out", () => {
  expect(parseExposition(TEXT)).toEqual([
    { name: "a_total", labels: { kind: "log" }, value: 10 },
    { name: "a_total", labels: { kind: 'a "b"\n' }, value: 2 },
    { name: "free_bytes", labels: {}, value: 6.2e10 },
  ]);
});

test("values are sums over the labels that are not asked for", () => {
  const metrics = new SelfMetrics(parseExposition(TEXT));
  expect(metrics.value("a_total")).toBe(12);
  expect(metrics.value("a_total", { kind: "log" })).toBe(10);
  expect(metrics.value("nothing")).toBe(0);
  expect(metrics.by("a_total", "kind")[0]).toEqual({ value: "log", count: 10 });
});

test("a rate needs two readings, and none is told over a restart", () => {
  const now = parseExposition("a_total 30");
  expect(new SelfMetrics(now).rate("a_total")).toBeNull();
  expect(new SelfMetrics(now, parseExposition("a_total 10"), 10).rate("a_total")).toBe(2);
  expect(new SelfMetrics(now, parseExposition("a_total 50"), 10).rate("a_total")).toBeNull();
});
