import { expect, test } from "vitest";
import { COMPONENTS } from "./components";
import { parseExposition, SelfMetrics } from "./exposition";
import { formatRetention } from "./overview";

const stateOf = (id: string, text: string) =>
  COMPONENTS.find((one) => one.id === id)?.state(new SelfMetrics(parseExposition(text)), 1);

test("without a fault every part is working", () => {
  const metrics = new SelfMetrics([]);
  expect(COMPONENTS.map(({ state }) => state(metrics, null).word)).toEqual(
    COMPONENTS.map(() => "Working"),
  );
});

test.each([
  ["disk", "vedette_storage_writes_stopped 1", "critical", "Takes no writes"],
  ["disk", "vedette_storage_full 1", "critical", "Full"],
  ["records", "vedette_records_seal_failing 1", "critical", "Blocks cannot be written"],
  ["incidents", "vedette_engine_stalled 1", "critical", "Cannot commit"],
  ["detection", "vedette_detect_reports_lost_total 2", "critical", "Lost reports"],
  ["rules", "vedette_rule_group_iterations_missed_total 3", "warning", "Too slow"],
  ["paging", "vedette_pages_failed_total 1", "warning", "Pages failed"],
])("%s: %s is %s", (id, text, tone, word) =>
  expect(stateOf(id, text)).toMatchObject({ tone, word }),
);

test("without a receiver paging does not call itself working", () => {
  const paging = COMPONENTS.find(({ id }) => id === "paging");
  expect(paging?.state(new SelfMetrics([]), 0)).toMatchObject({
    tone: "warning",
    word: "Tells nobody",
  });
});

test.each([
  ["2160h", "90 days"],
  ["24h0m0s", "1 day"],
  ["90m", "90m"],
  ["0s", "ever"],
  [undefined, "unknown"],
])("retention %s is %s", (text, words) => expect(formatRetention(text)).toBe(words));
