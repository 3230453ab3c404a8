import { expect, test } from "vitest";
import { groupText } from "./group_text";

test("a group is written as a rule file, whatever its names hold", () => {
  const rule = { health: "ok" as const, evaluationTime: 0, lastEvaluation: "" };
  const text = groupText({
    name: 'a "b"',
    file: "x.yml",
    interval: 15,
    evaluationTime: 0,
    lastEvaluation: "",
    rules: [
      {
        ...rule,
        type: "alerting",
        name: "Slow",
        query: 'p95{job="x"} > 1',
        duration: 60,
        labels: { severity: "warning" },
        annotations: { summary: "line\nbreak" },
      },
      { ...rule, type: "recording", name: "a:b", query: "sum(x)" },
    ],
  });
  expect(text).toBe(
    [
      "groups:",
      '  - name: "a \\"b\\""',
      "    interval: 15s",
      "    rules:",
      '      - alert: "Slow"',
      '        expr: "p95{job=\\"x\\"} > 1"',
      "        for: 60s",
      "        labels:",
      '          severity: "warning"',
      "        annotations:",
      '          summary: "line\\nbreak"',
      '      - record: "a:b"',
      '        expr: "sum(x)"',
      "",
    ].join("\n"),
  );
});
