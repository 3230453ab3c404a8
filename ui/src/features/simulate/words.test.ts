import { expect, test } from "vitest";
import type { Fault } from "./queries";
import { faultWord, outcomeOf } from "./words";

const fault = (state: string, rank?: number | null, status = "likely") =>
  ({
    state,
    verdict: rank === undefined ? null : { diagnosis: { status, rank_of_truth: rank } },
  }) as unknown as Fault;

test("what became of a fault is told without gloss", () => {
  expect(faultWord("cpu_spike")).toBe("Cpu spike");
  expect(outcomeOf(fault("to_come")).word).toBe("To come");
  expect(outcomeOf(fault("active")).word).toBe("Not found yet");
  expect(outcomeOf(fault("over")).word).toBe("Missed");
  expect(outcomeOf(fault("over", 1)).word).toBe("Found, with its cause");
  expect(outcomeOf(fault("over", 2)).word).toBe("Found; the cause is suspect 2");
  expect(outcomeOf(fault("over", null)).word).toBe("Found, with a wrong cause");
  expect(outcomeOf(fault("over", null, "unknown")).word).toBe("Found; the cause is not known");
});
