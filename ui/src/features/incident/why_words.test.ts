import { expect, test } from "vitest";
import type { Anomaly } from "../../api/types";
import type { Hypothesis } from "./why_queries";
import { laterOf, regionOf } from "./why_words";

const anomaly = (entity: string, started_at: string, state = "open") =>
  ({ entity, started_at, state }) as Anomaly;
const seen = { to: "2026-11-21T07:47:00Z" };

test("what began after the time that was looked at is said to be unexplained", () => {
  const before = anomaly("payment", "2026-11-21T07:43:00Z");
  const over = anomaly("user", "2026-11-21T08:00:00Z", "closed");
  const later = anomaly("order", "2026-11-21T08:28:00Z");
  expect(laterOf(seen, [before])).toEqual({ words: "", open: 0 });
  expect(laterOf(seen, [before, over])).toEqual({
    words: "1 anomaly of user began later: this may not explain it",
    open: 0,
  });
  expect(laterOf(seen, [before, over, later])).toEqual({
    words: "2 anomalies of order, user began later, 1 of them open: this may not explain them",
    open: 1,
  });
  expect(laterOf(seen, [later]).words).toBe(
    "1 anomaly of order began later, and is open: this may not explain it",
  );
  expect(laterOf({ to: null }, [later]).words).toBe("");
});

test("a part of the cause is named only where a claim is about it, and never by an id", () => {
  const claims = [{ subject: "POST /payment", text: "POST /payment takes 12 s" }];
  const region = (name: string | null) => regionOf({ region: name, claims } as Hypothesis);
  expect(region("process_cpu_usage")).toBe("");
  expect(region("POST /payment")).toBe("POST /payment");
  expect(region("01M83QZQGR5ZBDM8GMR17M3XCR")).toBe("");
  expect(region(null)).toBe("");
});
