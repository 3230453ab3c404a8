import { expect, test } from "vitest";
import type { Mark } from "./queries";
import { standingMark } from "./standing";

const mark = (id: string, target: string, verdict: Mark["verdict"]): Mark => ({
  ...{ id, target_kind: "anomaly", target_id: target, verdict, by: "ann", why: "" },
  ...{ at: "2026-11-21T12:00:00Z", state: "waiting", change_id: "", groups: [] },
});
const of = { target_kind: "anomaly", target_id: "an_1" } as const;

test("the newest mark of a thing stands", () => {
  const marks = [
    mark("3", "an_2", "noise"),
    mark("2", "an_1", "useful"),
    mark("1", "an_1", "noise"),
  ];
  expect(standingMark(marks, of)?.id).toBe("2");
});

test("what was taken back does not stand, nor does a mark of another kind of thing", () => {
  expect(standingMark([mark("2", "an_1", "none"), mark("1", "an_1", "noise")], of)).toBeUndefined();
  expect(
    standingMark([mark("1", "an_1", "noise")], { ...of, target_kind: "page" }),
  ).toBeUndefined();
});
