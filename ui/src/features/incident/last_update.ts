// The newest update for stakeholders in a timeline. Pure; rows come oldest first.
import type { TimelineEntry } from "../../api/types";

const MARK = "update for stakeholders: "; // how the server's row begins

export const lastUpdate = (timeline: TimelineEntry[]): TimelineEntry | undefined =>
  timeline.findLast(({ kind, text }) => kind === "comment" && text.startsWith(MARK));
