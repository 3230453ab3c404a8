// The write-up's spine: the rows that people starred, as Markdown. Pure.
import type { Incident, TimelineEntry } from "../../api/types";
import { formatMoment } from "../../kit/format";
import { happenedAt, inOrder, kindWord } from "./timeline_kinds";

export function starredRows({ timeline, starred = [] }: Incident): TimelineEntry[] {
  const chosen = new Set(starred);
  return inOrder(timeline.filter(({ seq }) => chosen.has(seq)));
}

// What people wrote is text, not Markdown, and a row is a line.
const plain = (text: string) => text.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_[\]<>#|]/g, "\\$&");

// In UTC, as the rest of the draft: a write-up is read everywhere.
export const spineOf = (rows: TimelineEntry[]): string =>
  rows
    .map((row) => {
      const when = formatMoment(Date.parse(happenedAt(row)), "utc");
      const words = row.text ? `: ${plain(row.text)}` : "";
      return `- ${when} **${kindWord(row.kind)}** (${plain(row.actor)})${words}`;
    })
    .join("\n");

const HEADING = "## Key moments";

// Over the spine that was put there before, else at the end.
export function withSpine(text: string, spine: string): string {
  const part = `${HEADING}\n\n${spine}\n`;
  const lines = text.split("\n");
  const from = lines.indexOf(HEADING);
  if (from < 0) return `${text.trimEnd()}\n\n${part}`;
  const length = lines.slice(from + 1).findIndex((line) => /^#{1,2} /.test(line));
  const rest = length < 0 ? "" : `\n${lines.slice(from + 1 + length).join("\n")}`;
  return `${lines.slice(0, from).join("\n")}\n${part}${rest}`;
}
