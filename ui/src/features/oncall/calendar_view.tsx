// Weeks with who is on call, each duty a bar as long as it lasts. The picture is for the eye; the
// list below says the same and is where keys go.
import clsx from "clsx";
import { type CSSProperties, useState } from "react";
import { usePermission } from "../../api/permission";
import { serverNow, useNow } from "../../kit/clock";
import { formatClock, formatDuration, type Zone } from "../../kit/format";
import { ActButton } from "../../kit/permitted";
import { useSettings } from "../../kit/settings";
import { Clock } from "../../kit/time";
import { type Bar, barsOf, isOverride, placeIn, type Week, weekEnd } from "./calendar";
import { PersonName, personStyle, usePeople } from "./person";
import type { Duty, ShiftList } from "./queries";

const DAY_NAMES = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const NARROW = 4; // per cent of a week: about six hours; a name has no room there
const TINY = 2; // nor have initials

const initialsOf = (name: string) =>
  name
    .split(/\s+/)
    .map((word) => word.charAt(0).toUpperCase())
    .join("");

interface CalendarViewProps {
  weeks: Week[];
  list: ShiftList;
  pick: (duty: Duty) => void;
}

export function CalendarView({ weeks, list, pick }: CalendarViewProps) {
  const { zone } = useSettings();
  const now = useNow(60_000);
  return (
    <div className="calendar" aria-hidden>
      <div className="calendar-head">
        {DAY_NAMES.map((name) => (
          <span key={name}>{name}</span>
        ))}
      </div>
      {weeks.map((week) => (
        <WeekRow key={week.start} week={week} list={list} zone={zone} now={now} pick={pick} />
      ))}
    </div>
  );
}

interface WeekRowProps extends Omit<CalendarViewProps, "weeks"> {
  week: Week;
  zone: Zone;
  now: number;
}

function WeekRow({ week, list, zone, now, pick }: WeekRowProps) {
  const isNow = now >= week.start && now < weekEnd(week);
  return (
    <div className="week">
      <div className="week-days">
        {week.days.slice(0, 7).map((midnight, index) => (
          <span
            key={midnight}
            className="week-day"
            data-today={now >= midnight && now < (week.days[index + 1] ?? 0)}
          >
            {dayWord(midnight, zone, index === 0)}
          </span>
        ))}
      </div>
      <div className="week-bars">
        {barsOf(week, list).map((bar) => (
          <DutyBar key={bar.from} bar={bar} zone={zone} pick={pick} />
        ))}
        {isNow && <span className="week-now" style={{ left: `${placeIn(week, now)}%` }} />}
      </div>
    </div>
  );
}

// "16", with the month on Mondays and on the first: "16 Nov".
function dayWord(midnight: number, zone: Zone, monday: boolean): string {
  const options: Intl.DateTimeFormatOptions = { timeZone: zone === "utc" ? "UTC" : undefined };
  const day = new Intl.DateTimeFormat("en-GB", { ...options, day: "numeric" }).format(midnight);
  if (!monday && day !== "1") return day;
  return new Intl.DateTimeFormat("en-GB", { ...options, day: "numeric", month: "short" }).format(
    midnight,
  );
}

function DutyBar({ bar, zone, pick }: { bar: Bar; zone: Zone; pick: (duty: Duty) => void }) {
  const { duty, from, until, left, width } = bar;
  const people = usePeople();
  const { may } = usePermission("respond");
  const time = (ms: number) => formatClock(ms, zone, serverNow(), false);
  const place: CSSProperties = { left: `${left}%`, width: `${width}%` };
  const when = `${time(from)} to ${time(until)}`;
  if (!duty) {
    return (
      <span className="duty gap" style={place} title={`Nobody is on call, ${when}`}>
        {width > NARROW && "nobody"}
      </span>
    );
  }
  const { name, color } = people(duty.user);
  return (
    <ActButton
      tabIndex={-1}
      className={clsx("duty", isOverride(duty) && "override")}
      style={{ ...place, ...personStyle(color) }}
      title={`${name}, ${when} (${duty.cause})${may ? ". Press to change." : ""}`}
      onClick={() => pick(duty)}
    >
      {width > NARROW ? name : width > TINY && initialsOf(name)}
    </ActButton>
  );
}

const ROWS_FIRST = 30;

export function ShiftRows({ list, pick }: { list: ShiftList; pick: (duty: Duty) => void }) {
  const [all, setAll] = useState(false);
  const shown = all ? list.shifts : list.shifts.slice(0, ROWS_FIRST);
  return (
    <details className="row-more">
      <summary>Shifts as a list</summary>
      <ul className="rows">
        {shown.map((duty) => (
          <li key={duty.from} className="row" data-row>
            <span className="min-w-0 flex-1">
              <PersonName user={duty.user} />{" "}
              <span className="text-muted text-sm">
                <Clock at={duty.from} seconds={false} /> to{" "}
                <Clock at={duty.until} seconds={false} />,{" "}
                {formatDuration(Date.parse(duty.until) - Date.parse(duty.from))},{" "}
                {duty.cause.startsWith("override") ? "override" : duty.cause}
              </span>
            </span>
            <ActButton className="button small" onClick={() => pick(duty)}>
              Take over…
              <span className="sr-only">
                {" "}
                from {duty.user}, {duty.from}
              </span>
            </ActButton>
          </li>
        ))}
      </ul>
      {list.shifts.length > shown.length && (
        <button type="button" className="button mt-2" onClick={() => setAll(true)}>
          Show {list.shifts.length - shown.length} more
        </button>
      )}
    </details>
  );
}
