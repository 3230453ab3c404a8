import { expect, test } from "vitest";
import type { ReleaseCheck } from "./queries";
import { evidencePart, evidenceWords, factorWords, releaseWord } from "./words";

const check = (more: Partial<ReleaseCheck>): ReleaseCheck => ({
  ...{ signal: "errors", metric: "m", outcome: "worse", text: "", factor: 2.4, factor_low: 1.8 },
  ...{ factor_high: 3.1, e_value: 1234, threshold: 100, dispersion: 1, needs_requests: null },
  ...{ decided_at: null, sides: [] },
  ...more,
});

test("evidence is told as odds against chance", () => {
  expect(evidenceWords(check({}))).toBe("1,200 to one against chance; 100 decides");
  expect(evidenceWords(check({ e_value: 0.2 }))).toBe(
    "less than 1 to one against chance; 100 decides",
  );
});

test("a factor has its range, and none where nothing was before", () => {
  expect(factorWords(check({}))).toBe("2.4 times the old (1.8 to 3.1)");
  expect(factorWords(check({ factor_high: null }))).toBe("2.4 times the old");
  expect(factorWords(check({ factor: null }))).toBe("never seen before");
});

test("evidence grows by orders of magnitude, up to its threshold", () => {
  expect(evidencePart(check({ e_value: 10 }))).toBeCloseTo(0.5);
  expect(evidencePart(check({ e_value: 1e6 }))).toBe(1);
  expect(evidencePart(check({ e_value: 0.5 }))).toBe(0);
});

test("overwhelming evidence is not told to the last digit", () => {
  const words = "more than 1,000,000 to one against chance; 100 decides";
  expect(evidenceWords(check({ e_value: 4.6e12 }))).toBe(words);
});

test("a bad release that the diagnosis rules out does not alarm", () => {
  const by = { incident_id: "in_1", evidence_id: "", why: "it moved before" };
  expect(releaseWord({ verdict: "bad", ruled_out_by: by }).tone).toBe("info");
  expect(releaseWord({ verdict: "bad", ruled_out_by: null }).tone).toBe("critical");
  expect(releaseWord({ verdict: "good", ruled_out_by: by }).word).toBe("Good");
});
