// The kinds of timeline rows, in groups that people filter by. Kinds of later versions fall into
// "Machine" and are shown under their own name.

import type { TimelineEntry } from "../../api/types";

export type Group = "all" | "starred" | "people" | "anomalies" | "pages" | "machine";

export const GROUPS: { id: Group; label: string }[] = [
  { id: "all", label: "All" },
  { id: "starred", label: "Starred" },
  { id: "people", label: "People" },
  { id: "anomalies", label: "Anomalies" },
  { id: "pages", label: "Pages" },
  { id: "machine", label: "Changes of state" },
];

const MACHINE = "vedette";

const KINDS: Record<string, { word: string; group: Exclude<Group, "all" | "starred"> }> = {
  opened: { word: "Opened", group: "machine" },
  anomaly_opened: { word: "Anomaly", group: "anomalies" },
  anomaly_closed: { word: "Anomaly over", group: "anomalies" },
  severity_changed: { word: "Severity", group: "machine" },
  acknowledged: { word: "Acknowledged", group: "people" },
  unacknowledged: { word: "Given back", group: "people" },
  resolved: { word: "Resolved", group: "machine" },
  comment: { word: "Comment", group: "people" },
  page_sent: { word: "Told", group: "pages" },
  page_failed: { word: "Not told", group: "pages" },
  page_held: { word: "Held back", group: "pages" },
  holds: { word: "Holds others back", group: "pages" },
};

// Others are called what they are: "unsilenced" is "Unsilenced".
export function kindWord(kind: string): string {
  const plain = kind.replaceAll("_", " ");
  return KINDS[kind]?.word ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

export type RowPart = { word: string } | { at: string } | { incident: string };

const PARTS = /\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z|in_[0-9A-HJKMNP-TV-Z]{26})\b/;

// A row's sentence, with its moments and incidents apart: they are shown as everywhere.
export function partsOf(text: string): RowPart[] {
  return text
    .split(PARTS)
    .map((part, index): RowPart => {
      if (index % 2 === 0) return { word: part };
      return part.startsWith("in_") ? { incident: part } : { at: part };
    })
    .filter((part) => !("word" in part) || part.word !== "");
}

// What a person did is a person's row, whatever its kind.
export function rowGroup({ kind, actor }: { kind: string; actor: string }) {
  const group = KINDS[kind]?.group ?? "machine";
  return group === "machine" && actor !== MACHINE ? "people" : group;
}

type Starred = ReadonlySet<number>;

export const isOf = (group: Group, entry: TimelineEntry, starred: Starred) =>
  group === "all" || (group === "starred" ? starred.has(entry.seq) : rowGroup(entry) === group);

export const happenedAt = ({ happened_at, time }: TimelineEntry) => happened_at ?? time;

// By when they happened; of the same moment as they were written.
export const inOrder = (entries: TimelineEntry[]): TimelineEntry[] =>
  entries
    .map((entry) => ({ entry, ms: Date.parse(happenedAt(entry)) }))
    .sort((a, b) => a.ms - b.ms)
    .map(({ entry }) => entry);

// Rows that follow each other and tell one fact, in place of them.
export interface Fold {
  seq: number; // of the oldest, which stays while newer ones come
  run: [TimelineEntry, ...TimelineEntry[]];
}

// Fewer are read as quickly as a row that stands for them.
const RUN_MIN = 5;
const RUN_MIN_ALIKE = 3;

// What a row shares with those that it is folded with: anomalies with all others, what people were told
// with the same. Empty: it stands alone, as what somebody starred does.
function factOf(entry: TimelineEntry, starred: Starred): string {
  const group = rowGroup(entry);
  if (starred.has(entry.seq)) return "";
  if (group === "anomalies") return group;
  return group === "pages" ? `${entry.kind} ${entry.text}` : "";
}

// Newest first, as given. Runs whose oldest row is in `unfolded` are left as they are.
export function foldRuns(
  entries: TimelineEntry[],
  unfolded: ReadonlySet<number>,
  starred: Starred,
): (TimelineEntry | Fold)[] {
  const rows: (TimelineEntry | Fold)[] = [];
  let run: TimelineEntry[] = [];
  let fact = "";
  const end = () => {
    const [newest, ...others] = run;
    const seq = run.at(-1)?.seq ?? 0;
    const min = fact === "anomalies" ? RUN_MIN : RUN_MIN_ALIKE;
    if (!newest || run.length < min || unfolded.has(seq)) rows.push(...run);
    else rows.push({ seq, run: [newest, ...others] });
    run = [];
  };
  for (const entry of entries) {
    const own = factOf(entry, starred);
    if (own === "" || own !== fact) end();
    fact = own;
    run.push(entry);
  }
  end();
  return rows;
}
