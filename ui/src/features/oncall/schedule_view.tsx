// One schedule: its calendar, overrides, layers, and how the load is shared in the weeks shown.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CalendarDays, ChevronLeft, ChevronRight } from "lucide-react";
import { type ChangeEvent, lazy, Suspense, useRef, useState } from "react";
import { useWords } from "../../frame/search_words";
import { serverNow } from "../../kit/clock";
import { formatDuration, plural } from "../../kit/format";
import { ActButton } from "../../kit/permitted";
import { Answer, Section } from "../../kit/section";
import { useSettings } from "../../kit/settings";
import { Clock } from "../../kit/time";
import { showToast } from "../../kit/toast";
import { errorWords, Refusal, useRequest } from "../../kit/use_request";
import { dayStart, weekStart } from "../../kit/zone_time";
import { weekEnd, weeksFrom } from "./calendar";
import { CalendarView, ShiftRows } from "./calendar_view";
import { LoadTable } from "./load_table";
import type { Asked } from "./override_dialog";
import { PersonName } from "./person";
import {
  addOverride,
  type Duty,
  importCalendar,
  type Override,
  removeOverride,
  type Schedule,
  shiftsQuery,
} from "./queries";

const OverrideDialog = lazy(async () => ({
  default: (await import("./override_dialog")).OverrideDialog,
}));

const WEEKS = 5;
const DAY_MS = 86_400_000;

export function ScheduleView({ schedule }: { schedule: Schedule }) {
  const { name, layers } = schedule;
  const { zone } = useSettings();
  const [{ week }, setWords] = useWords();
  const thisWeek = weekStart(serverNow(), zone);
  const asked = Date.parse(week ?? "");
  const start = Number.isNaN(asked) ? thisWeek : weekStart(asked, zone);
  const weeks = weeksFrom(start, WEEKS, zone);
  const last = weeks.at(-1);
  const shifts = useQuery(shiftsQuery(name, start, last ? weekEnd(last) : start));
  const [dialog, setDialog] = useState<Asked | null>(null);
  const go = (days: number) => {
    const to = dayStart(start, zone, days);
    setWords({
      week: to === thisWeek ? undefined : new Date(to + DAY_MS / 2).toISOString().slice(0, 10),
    });
  };
  const pick = ({ from, until, user }: Duty) =>
    setDialog({ from: Date.parse(from), to: Date.parse(until), replaces: user });
  return (
    <Section
      title={name}
      aside={
        <>
          <a className="link text-sm" href={`/api/v1/schedules/${encodeURIComponent(name)}.ics`}>
            iCalendar
          </a>
          <ImportButton schedule={name} />
          <ActButton
            className="button primary"
            onClick={() => {
              const hour = Math.ceil(serverNow() / 3_600_000) * 3_600_000;
              setDialog({ from: hour, to: hour + DAY_MS, replaces: "" });
            }}
          >
            Override…
          </ActButton>
        </>
      }
    >
      <div className="toolbar mb-2">
        <button
          type="button"
          className="icon-button"
          aria-label="Earlier weeks"
          onClick={() => go(-7 * (WEEKS - 1))}
        >
          <ChevronLeft size={18} aria-hidden />
        </button>
        <button
          type="button"
          className="button small"
          disabled={start === thisWeek}
          onClick={() => setWords({ week: undefined })}
        >
          <CalendarDays size={14} aria-hidden /> This week
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label="Later weeks"
          onClick={() => go(7 * (WEEKS - 1))}
        >
          <ChevronRight size={18} aria-hidden />
        </button>
        <p className="text-muted text-sm">
          Days in {zone === "utc" ? "UTC" : "local time"}; turns go by {schedule.time_zone}
        </p>
      </div>
      <Answer what="The calendar" query={shifts} rows={5}>
        {(list) => (
          <>
            <CalendarView weeks={weeks} list={list} pick={pick} />
            <ShiftRows list={list} pick={pick} />
            {!list.complete && (
              <p className="note mt-2">There are more shifts than are shown here.</p>
            )}
            <h3 className="part-head">Load in these weeks</h3>
            <LoadTable load={list.load} />
          </>
        )}
      </Answer>
      <Overrides schedule={schedule} />
      <h3 className="part-head">Layers</h3>
      <ul className="rows">
        {layers.map((layer) => (
          <li key={layer.name} className="row">
            <div className="min-w-0 flex-1">
              <p className="font-medium">{layer.name}</p>
              <p className="row-facts">
                <span>{layer.users.join(", ")}</span>
                <span>turns of {rotationWords(layer.rotation)}</span>
                <span>since {layer.start}</span>
                {layer.hours.map((hours) => (
                  <span key={hours}>{hours}</span>
                ))}
                {layer.days_of_month.length > 0 && (
                  <span>days {layer.days_of_month.join(", ")} of the month</span>
                )}
              </p>
            </div>
          </li>
        ))}
      </ul>
      <p className="text-muted text-sm">
        A later layer wins where it has somebody; an override wins over all layers.
      </p>
      <Suspense fallback={null}>
        {dialog && (
          <OverrideDialog schedule={name} asked={dialog} onClose={() => setDialog(null)} />
        )}
      </Suspense>
    </Section>
  );
}

// "168h" is a week.
function rotationWords(rotation: string): string {
  if (rotation === "monthly") return "a month";
  const hours = /^(\d+)h$/.exec(rotation)?.[1];
  if (!hours) return rotation;
  const days = Number(hours) / 24;
  if (!Number.isInteger(days)) return `${hours} h`;
  return days % 7 === 0 ? plural(days / 7, "week") : plural(days, "day");
}

function Overrides({ schedule }: { schedule: Schedule }) {
  const cache = useQueryClient();
  if (schedule.overrides.length === 0) return null;
  const remove = async (override: Override) => {
    try {
      await removeOverride(cache, override);
    } catch (error) {
      showToast({ tone: "error", text: `Not removed: ${errorWords(error)}` });
      return;
    }
    const { user, replaces, from, to, reason, by } = override;
    showToast({
      tone: "done",
      text: `Override of ${user} removed`,
      lastsMs: 8000,
      action: {
        label: "Undo",
        run: () =>
          void addOverride(cache, schedule.name, {
            ...{ user, from, to, reason, by },
            ...(replaces ? { replaces } : {}),
          }).catch((error) => showToast({ tone: "error", text: errorWords(error) })),
      },
    });
  };
  return (
    <>
      <h3 className="part-head">Overrides</h3>
      <ul className="rows">
        {schedule.overrides.map((override) => (
          <li key={override.id} className="row" data-row>
            <div className="min-w-0 flex-1">
              <p>
                <PersonName user={override.user} />
                {override.replaces && (
                  <span className="text-muted"> instead of {override.replaces}</span>
                )}
              </p>
              <p className="row-facts">
                <span>
                  <Clock at={override.from} seconds={false} /> to{" "}
                  <Clock at={override.to} seconds={false} />
                </span>
                <span>{formatDuration(Date.parse(override.to) - Date.parse(override.from))}</span>
                {override.reason && <span>{override.reason}</span>}
                {override.by && <span>by {override.by}</span>}
              </p>
            </div>
            <ActButton className="button small" onClick={() => void remove(override)}>
              Remove
              <span className="sr-only">
                {" "}
                override of {override.user}, {override.from}
              </span>
            </ActButton>
          </li>
        ))}
      </ul>
    </>
  );
}

// An iCalendar file becomes overrides, one for each event that names a person.
function ImportButton({ schedule }: { schedule: string }) {
  const cache = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const { busy, error, run } = useRequest();
  const [leftOut, setLeftOut] = useState<string[]>([]);
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = "";
    if (!file) return;
    setLeftOut([]);
    await run(async () => {
      const answer = await importCalendar(cache, schedule, await file.text());
      setLeftOut(answer.left_out);
      showToast({ tone: "done", text: `${plural(answer.imported, "override")} imported` });
    });
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".ics,text/calendar"
        hidden
        onChange={(event) => void read(event)}
      />
      <ActButton className="button" disabled={busy} onClick={() => input.current?.click()}>
        Import calendar…
      </ActButton>
      <Refusal error={error} />
      {leftOut.length > 0 && (
        <div role="status" className="note basis-full text-sm">
          <p className="font-medium">Left out</p>
          <ul>
            {leftOut.map((line) => (
              <li key={line} className="break-words">
                {line}
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
