// What is said of one thing at last. Pure; marks come newest first.
import type { Mark, Target } from "./queries";

// The newest word on it; nothing when it was taken back.
export function standingMark(marks: Mark[], { target_kind, target_id }: Target): Mark | undefined {
  const newest = marks.find(
    (mark) => mark.target_id === target_id && mark.target_kind === target_kind,
  );
  return newest?.verdict === "none" ? undefined : newest;
}
