// Rows that are written down later: "/timeline the pool was full | 02:11", one on each line. Pure.
import type { Note } from "../../api/actions";
import { formatClock, type Zone } from "../../kit/format";
import { dayStart, fromField } from "../../kit/zone_time";

const WORD = /^\/timeline(?=\s|$)[^\S\n]*/;
const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;
const MOMENT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/;
const NOTES_MAX = 20; // each is a request
const AGE_MS_MAX = 30 * 86_400_000; // the server's limit

export interface Written {
  notes: Note[];
  faults: string[]; // what is wrong, a sentence for each line
}

// Null: a plain comment. A time without a day is the last such one before `now`: of today or yesterday.
export function readNotes(text: string, zone: Zone, now: number): Written | null {
  if (!WORD.test(text.trim())) return null;
  const notes: Note[] = [];
  const faults: string[] = [];
  const lines = text.trim().split("\n");
  for (const [index, whole] of lines.entries()) {
    const line = whole.trim().replace(WORD, "");
    if (line === "") continue;
    const read = readLine(line, zone, now);
    if (typeof read === "string") faults.push(`Line ${index + 1}: ${read}`);
    else notes.push(read);
  }
  if (notes.length + faults.length === 0) faults.push("Line 1: there is no text | time.");
  if (notes.length > NOTES_MAX) faults.push(`${notes.length} rows; at most ${NOTES_MAX} at once.`);
  return { notes, faults };
}

// A note, or what is wrong with the line.
function readLine(line: string, zone: Zone, now: number): Note | string {
  const bar = line.lastIndexOf("|");
  if (bar < 0) return `“${short(line)}” has no time; write it behind a “|”.`;
  const text = line.slice(0, bar).trim();
  const time = line.slice(bar + 1).trim();
  if (text === "") return "there is no text before the “|”.";
  if (time === "") return `“${short(text)}” has no time behind the “|”.`;
  const at = momentOf(time, zone, now);
  if (Number.isNaN(at)) {
    return `“${short(time)}” is no time such as 02:11, 02:11:30 or 2026-11-23T02:11Z.`;
  }
  if (at > now) return `${time} is yet to come; it is ${formatClock(now, zone, now)}.`;
  if (now - at > AGE_MS_MAX) return `${time} is more than 30 days ago.`;
  return { text, at: new Date(at).toISOString() };
}

// In ms; NaN when it is none.
function momentOf(time: string, zone: Zone, now: number): number {
  const moment = MOMENT.exec(time);
  if (moment) {
    const text = time.replace(" ", "T");
    return moment[1] ? Date.parse(text) : fromField(text, zone);
  }
  const clock = CLOCK.exec(time);
  if (!clock) return Number.NaN;
  const on = (daysLater: number) => onDay(dayStart(now, zone, daysLater), clock, zone);
  return on(0) <= now ? on(0) : on(-1);
}

// By the clock on the wall: where it is put forward that night, hours since midnight are not enough.
function onDay(midnight: number, [, hours, minutes, seconds = "0"]: RegExpExecArray, zone: Zone) {
  const date = new Date(midnight);
  const inDay = [Number(hours), Number(minutes), Number(seconds)] as const;
  return zone === "utc" ? date.setUTCHours(...inDay) : date.setHours(...inDay);
}

const short = (text: string) => (text.length > 40 ? `${text.slice(0, 39)}…` : text);

// What is said of notes that were added: of a time without a day also which day it was taken for.
export function addedWords([first, ...others]: Note[], zone: Zone, now: number): string {
  if (others.length > 0) return `${others.length + 1} rows added`;
  if (!first?.at) return "Comment added";
  return `Added at ${formatClock(Date.parse(first.at), zone, now)}`;
}

// Back into the form.
export function writeNotes(notes: Note[]): string {
  const lines = notes.map(({ text, at }) => (at ? `${text} | ${at}` : text));
  return notes.some(({ at }) => at) ? `/timeline ${lines.join("\n")}` : lines.join("\n");
}
