// The two panels that hang from the top bar: time range and settings. Radix comes with this chunk.
import "../kit/nonce";
import { Link } from "@tanstack/react-router";
import { Check, ChevronDown, Clock, Settings as Gear, Moon, Sun } from "lucide-react";
import { Popover } from "radix-ui";
import { type FormEvent, type ReactNode, useState } from "react";
import { serverNow } from "../kit/clock";
import { formatClock } from "../kit/format";
import { changeSettings, type Settings, shownTheme, useSettings } from "../kit/settings";
import { SettingsFields } from "./settings_fields";
import { useTimeActions } from "./time_actions";
import { PRESETS } from "./time_moves";
import { parseRange, type TimeRange, toAbsolute } from "./time_range";
import { useTimeRange } from "./use_time_range";

export default function BarMenus() {
  const { hasRange } = useTimeRange();
  useTimeActions();
  return (
    <>
      {hasRange && <RangeMenu />}
      <ThemeSwitch />
      <SettingsMenu />
    </>
  );
}

interface PanelProps {
  label: string;
  button: ReactNode;
  className: string;
  children: (close: () => void) => ReactNode;
}

function Panel({ label, button, className, children }: PanelProps) {
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className={className} aria-label={label} title={label}>
        {button}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="panel"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label={label}
        >
          {children(() => setOpen(false))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function rangeWords(range: TimeRange, zone: Settings["zone"]): string {
  const preset = PRESETS.find(
    (item) => item.range.from === range.from && item.range.to === range.to,
  );
  if (preset) return preset.label;
  const now = serverNow();
  const interval = parseRange(range, now);
  if (!interval) return `${range.from} to ${range.to}`;
  const word = (ms: number) => formatClock(ms, zone, now, false);
  return `${word(interval.from)} to ${range.to === "now" ? "now" : word(interval.to)}`;
}

function RangeMenu() {
  const { range, chosen, always, setRange } = useTimeRange();
  const { zone } = useSettings();
  const words = chosen || always ? rangeWords(range, zone) : "Around the incident";
  return (
    <Panel
      label={`Time range: ${words}`}
      className="bar-button"
      button={
        <>
          <Clock size={15} aria-hidden />
          <span className="bar-words max-w-56 truncate">{words}</span>
          <ChevronDown size={14} aria-hidden />
        </>
      }
    >
      {(close) => {
        const choose = (next: TimeRange | null) => {
          setRange(next);
          close();
        };
        return (
          <>
            <ul className="grid gap-0.5" aria-label="Ranges up to now">
              {!always && (
                <Choice chosen={!chosen} label="Around the incident" pick={() => choose(null)} />
              )}
              {PRESETS.map((preset) => (
                <Choice
                  key={preset.label}
                  label={preset.label}
                  chosen={
                    (chosen !== null || always) &&
                    preset.range.from === range.from &&
                    preset.range.to === range.to
                  }
                  pick={() => choose(preset.range)}
                />
              ))}
            </ul>
            <RangeForm range={range} choose={choose} />
          </>
        );
      }}
    </Panel>
  );
}

function Choice({ label, chosen, pick }: { label: string; chosen: boolean; pick: () => void }) {
  return (
    <li>
      <button type="button" className="choice" aria-pressed={chosen} onClick={pick}>
        <Check size={14} aria-hidden className={chosen ? "" : "invisible"} />
        {label}
      </button>
    </li>
  );
}

function RangeForm({ range, choose }: { range: TimeRange; choose: (range: TimeRange) => void }) {
  const [wrong, setWrong] = useState(false);
  const interval = parseRange(range, serverNow());
  const absolute = interval ? toAbsolute(interval) : range;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const next = { from: String(form.get("from")).trim(), to: String(form.get("to")).trim() };
    if (parseRange(next, serverNow())) choose(next);
    else setWrong(true);
  };
  return (
    <form onSubmit={submit} className="mt-3 grid gap-2 border-line border-t pt-3">
      <label className="field">
        From
        <input name="from" defaultValue={absolute.from} spellCheck={false} autoComplete="off" />
      </label>
      <label className="field">
        To
        <input name="to" defaultValue={absolute.to} spellCheck={false} autoComplete="off" />
      </label>
      <p className="text-muted text-sm" role={wrong ? "alert" : undefined}>
        {wrong
          ? "Not a range. “From” must be before “to”; at most 366 days."
          : "2026-11-21 02:11 (UTC), or now-90m."}
      </p>
      <button type="submit" className="button justify-self-start">
        Apply
      </button>
    </form>
  );
}

function ThemeSwitch() {
  useSettings();
  const other = shownTheme() === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      className="icon-button theme-switch"
      aria-label={`Theme: change to ${other}`}
      title={`Theme: change to ${other}`}
      onClick={() => changeSettings({ theme: other })}
    >
      {other === "light" ? <Sun size={18} aria-hidden /> : <Moon size={18} aria-hidden />}
    </button>
  );
}

function SettingsMenu() {
  return (
    <Panel label="Settings" className="icon-button" button={<Gear size={18} aria-hidden />}>
      {(close) => (
        <div className="grid gap-4">
          <SettingsFields />
          <Link to="/settings" className="link justify-self-start" onClick={close}>
            All settings and keys
          </Link>
        </div>
      )}
    </Panel>
  );
}
