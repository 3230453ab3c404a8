import { expect, test } from "vitest";
import { harmWords } from "./impact_words";
import type { Impact } from "./why_queries";

const impact = (hurt: number, users: number | null = null) =>
  ({
    status: "ready",
    requests: { entity: "api-gateway", total: 1000, failed: hurt, failed_usually: 0, hurt },
    users: users === null ? null : { field: "user", hurt: users },
    error_budget: null,
    entities: [],
  }) as unknown as Impact;

test("what a number counts stands beside it", () => {
  expect(harmWords(impact(194, 12))).toEqual([
    "12 users hurt",
    "194 more requests failed than usual at api-gateway (19.4 % of all)",
  ]);
});

test("nothing is not counted", () => {
  expect(harmWords(impact(0, 0))).toEqual(["Nobody is hurt, as far as is measured"]);
});
