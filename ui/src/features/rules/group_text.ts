// A group of rules as the text of a rule file, to be changed and tried. Pure.
import type { Rule, RuleGroup } from "./queries";

// A JSON string is a YAML string, whatever is in it.
const quote = (text: string) => JSON.stringify(text);

function mapping(
  name: string,
  words: Record<string, string> | undefined,
  indent: string,
): string[] {
  const entries = Object.entries(words ?? {});
  if (entries.length === 0) return [];
  return [
    `${indent}${name}:`,
    ...entries.map(([key, text]) => `${indent}  ${key}: ${quote(text)}`),
  ];
}

function ruleLines({ type, name, query, duration, labels, annotations }: Rule): string[] {
  const kind = type === "alerting" ? "alert" : "record";
  return [
    `      - ${kind}: ${quote(name)}`,
    `        expr: ${quote(query)}`,
    ...(duration ? [`        for: ${duration}s`] : []),
    ...mapping("labels", labels, "        "),
    ...mapping("annotations", annotations, "        "),
  ];
}

export function groupText({ name, interval, rules }: RuleGroup): string {
  return [
    "groups:",
    `  - name: ${quote(name)}`,
    `    interval: ${interval}s`,
    "    rules:",
    ...rules.flatMap(ruleLines),
    "",
  ].join("\n");
}

export const EXAMPLE = `groups:
  - name: shop
    interval: 15s
    rules:
      - alert: HighErrorRate
        expr: |
          sum by (service) (rate(http_requests_total{status=~"5.."}[5m]))
            / sum by (service) (rate(http_requests_total[5m])) > 0.05
        for: 5m
        labels: {severity: critical}
        annotations:
          summary: "{{ $labels.service }} fails {{ $value | humanizePercentage }} of requests"
`;
