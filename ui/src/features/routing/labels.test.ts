import { expect, test } from "vitest";
import { readLabels } from "./labels";

test.each([
  ["service=payment", { service: "payment" }],
  ['service="payment", severity=critical', { service: "payment", severity: "critical" }],
  ['{service="a \\"b\\""} job=x', { service: 'a "b"', job: "x" }],
  ["nothing here", {}],
])("%s is read", (text, labels) => {
  expect(readLabels(text)).toEqual(labels);
});
