// Days, weeks and the text of date fields in the zone that the page shows. Pure.
import type { Zone } from "./format";

// Midnight of the day of `ms`, or of a day some days later.
export function dayStart(ms: number, zone: Zone, daysLater = 0): number {
  const date = new Date(ms);
  return zone === "utc"
    ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + daysLater)
    : new Date(date.getFullYear(), date.getMonth(), date.getDate() + daysLater).getTime();
}

// Midnight of the Monday at or before `ms`.
export function weekStart(ms: number, zone: Zone): number {
  const date = new Date(ms);
  const day = zone === "utc" ? date.getUTCDay() : date.getDay();
  return dayStart(ms, zone, -((day + 6) % 7));
}

const pad = (value: number) => String(value).padStart(2, "0");

// "2026-11-21T20:00", as <input type="datetime-local"> has it.
export function toField(ms: number, zone: Zone): string {
  if (zone === "utc") return new Date(ms).toISOString().slice(0, 16);
  const date = new Date(ms);
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

// Back to ms; NaN when it is not a time.
export function fromField(text: string, zone: Zone): number {
  return Date.parse(zone === "utc" && text ? `${text}Z` : text);
}
