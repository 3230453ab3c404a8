import { expect, test } from "vitest";
import type { ServiceStatus } from "../api/types";
import { isOfTeam } from "./scope";

const services = [
  { name: "payment", owner: "shop" },
  { name: "user", owner: "accounts" },
  { name: "old" },
] as ServiceStatus[];

test("what touches one of the team's services is the team's", () => {
  expect(isOfTeam("shop", services, ["user", "payment"])).toBe(true);
  expect(isOfTeam("shop", services, ["user"])).toBe(false);
  expect(isOfTeam("shop", services, ["old", undefined])).toBe(false);
});

test("what names the team is the team's, whatever it is of", () => {
  expect(isOfTeam("shop", services, ["user"], "shop")).toBe(true);
});

test("without a scope, and before it is known what is whose, nothing is hidden", () => {
  expect(isOfTeam("", services, [])).toBe(true);
  expect(isOfTeam("shop", undefined, ["user"])).toBe(true);
});
