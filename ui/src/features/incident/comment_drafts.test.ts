import { expect, test } from "vitest";
import { commentDrafts, putBack, setDraft } from "./comment_drafts";

test("a comment that comes back does not take the place of what was written since", () => {
  setDraft("in_1", "and the pool is full");
  putBack("in_1", "I look");
  putBack("in_2", "alone");
  expect(commentDrafts.get()).toEqual({ in_1: "I look\nand the pool is full", in_2: "alone" });
});

test("an empty draft is none", () => {
  setDraft("in_1", "");
  setDraft("in_2", "");
  expect(commentDrafts.get()).toEqual({});
});
