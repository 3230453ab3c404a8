// The calendar of a schedule: weeks from Monday to Sunday, the duties of each as bars. Pure.
import type { Zone } from "../../kit/format";
import { dayStart } from "../../kit/zone_time";
import type { Duty, ShiftList } from "./queries";

const DAYS = 7;

export interface Week {
  start: number;
  days: number[]; // midnights: seven, and the one after
}

export interface Bar {
  duty: Duty | null; // null: nobody is on call
  from: number; // of all of it, also before this week
  until: number;
  left: number; // in per cent of the week
  width: number;
}

export function weeksFrom(start: number, count: number, zone: Zone): Week[] {
  return Array.from({ length: count }, (_, week) => {
    const days = Array.from({ length: DAYS + 1 }, (_day, day) =>
      dayStart(start, zone, week * DAYS + day),
    );
    return { start: days[0] ?? start, days };
  });
}

export const weekEnd = ({ days, start }: Week) => days[DAYS] ?? start;

// Where a moment lies in its week: days are equally wide, also those of 23 and 25 hours.
export function placeIn(week: Week, ms: number): number {
  const at = week.days.findLastIndex((midnight) => midnight <= ms);
  const [start, end] = [week.days[at], week.days[at + 1]];
  if (start === undefined) return 0;
  if (end === undefined) return 100;
  return ((at + (ms - start) / (end - start)) / DAYS) * 100;
}

export function barsOf(week: Week, { shifts, gaps }: Pick<ShiftList, "shifts" | "gaps">): Bar[] {
  const all = [
    ...shifts.map((duty) => ({ duty, from: duty.from, until: duty.until })),
    ...gaps.map(({ from, until }) => ({ duty: null, from, until })),
  ];
  return all
    .map(({ duty, from, until }) => ({ duty, from: Date.parse(from), until: Date.parse(until) }))
    .filter(({ from, until }) => until > week.start && from < weekEnd(week))
    .sort((a, b) => a.from - b.from)
    .map((bar) => {
      const left = placeIn(week, bar.from);
      return { ...bar, left, width: placeIn(week, bar.until) - left };
    });
}

export const isOverride = ({ cause }: Duty) => cause.startsWith("override");

export interface Share {
  user: string;
  shifts: number;
  hours: number;
  nights: number;
  weekends: number;
  share: number; // of all hours
  uneven: number; // against an even share: 0.5 is half as much again
}

export function sharesOf(load: ShiftList["load"]): Share[] {
  const total = load.reduce((sum, { hours }) => sum + hours, 0);
  const even = load.length > 0 ? 1 / load.length : 0;
  return load
    .map(({ user, shifts, hours, night_hours: nights, weekend_hours: weekends }) => {
      const share = total > 0 ? hours / total : 0;
      return { user, shifts, hours, nights, weekends, share, uneven: even ? share / even - 1 : 0 };
    })
    .sort((a, b) => b.hours - a.hours);
}
