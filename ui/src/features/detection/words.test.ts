import { expect, test } from "vitest";
import type { Mark, Preview } from "../feedback/queries";
import { effectWords, markedWords, weightWords } from "./words";

test.each([
  [1, "as all others"],
  [4, "4 times those of others"],
  [0.25, "1 of 4 of others"],
])("a weight of %d is %s", (weight, words) => expect(weightWords(weight)).toBe(words));

test("a mark names its first metric and counts the others", () => {
  const group = { service: "pay", metric: "lag", detector: "baseline", share: 1, weighed: true };
  const mark = { target_kind: "incident", groups: [group, group, group] } as unknown as Mark;
  expect(markedWords(mark)).toBe("pay: lag and 2 others");
  expect(markedWords({ ...mark, groups: [] })).toBe("incident");
});

const effect = { before: 0, kept: 0, lowered: 0, raised: 0, dropped: 0, outside: 0, added: 0 };
const preview = (change: Partial<Preview>) =>
  ({ anomalies: effect, incidents: effect, pages: effect, ...change }) as Preview;

test("an effect is said in one sentence, none as well", () => {
  expect(effectWords(preview({}))).toMatch(/^Nothing/);
  expect(
    effectWords(
      preview({
        anomalies: { ...effect, before: 40, dropped: 6, lowered: 2 },
        pages: { ...effect, before: 3, dropped: 1, added: 1 },
      }),
    ),
  ).toBe(
    "6 of 40 anomalies would not have been, 1 of 3 pages would not have been, 2 would have been less severe, 1 page would have come besides.",
  );
});
