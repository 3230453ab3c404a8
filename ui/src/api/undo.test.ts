import { afterEach, expect, test, vi } from "vitest";
import { rememberUndo, undoLast } from "./undo";

afterEach(() => vi.useRealTimers());

test("the last thing done is taken back, once", () => {
  const [first, second] = [vi.fn(), vi.fn()];
  rememberUndo(first);
  rememberUndo(second);
  undoLast();
  undoLast();
  expect(second).toHaveBeenCalledTimes(1);
  expect(first).not.toHaveBeenCalled();
});

test("what can be taken back no more is forgotten", () => {
  const undo = vi.fn();
  rememberUndo(undo)();
  undoLast();
  expect(undo).not.toHaveBeenCalled();
});

test("what was done more than a minute ago stays done", () => {
  vi.useFakeTimers();
  const undo = vi.fn();
  rememberUndo(undo);
  vi.advanceTimersByTime(61_000);
  undoLast();
  expect(undo).not.toHaveBeenCalled();
});
