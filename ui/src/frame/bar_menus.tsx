// The two panels that hang from the top bar: time range and settings. Radix comes with this chunk.
import "../kit/nonce";
import { Check, ChevronDown, Clock, Settings as Gear } from "lucide-react";
import { Popover } from "radix-ui";
import { type FormEvent, type ReactNode, useState } from "react";
import { serverNow } from "../kit/clock";
import { formatClock } from "../kit/format";
import { changeSettings, type Settings, useSettings } from "../kit/settings";
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

function SettingsMenu() {
  const settings = useSettings();
  return (
    <Panel label="Settings" className="icon-button" button={<Gear size={18} aria-hidden />}>
      {() => (
        <div className="grid gap-4">
          <Choices
            title="Theme"
            name="theme"
            value={settings.theme}
            options={{ system: "System", light: "Light", dark: "Dark" }}
            pick={(theme) => changeSettings({ theme })}
          />
          <Choices
            title="Density"
            name="density"
            value={settings.density}
            options={{ comfortable: "Comfortable", compact: "Compact" }}
            pick={(density) => changeSettings({ density })}
          />
          <Choices
            title="Times"
            name="zone"
            value={settings.zone}
            options={{ utc: "UTC", local: "Local" }}
            pick={(zone) => changeSettings({ zone })}
          />
          <label className="field">
            Your name, for acknowledgements and comments
            <input
              value={settings.name}
              maxLength={200}
              autoComplete="nickname"
              onChange={(event) => changeSettings({ name: event.target.value })}
            />
          </label>
          <label className="flex min-h-6 items-center gap-2">
            <input
              type="checkbox"
              checked={settings.shortcuts}
              onChange={(event) => changeSettings({ shortcuts: event.target.checked })}
            />
            Single-key shortcuts
          </label>
        </div>
      )}
    </Panel>
  );
}

interface ChoicesProps<T extends string> {
  title: string;
  name: string;
  value: T;
  options: Record<T, string>;
  pick: (value: T) => void;
}

function Choices<T extends string>({ title, name, value, options, pick }: ChoicesProps<T>) {
  return (
    <fieldset>
      <legend className="mb-1 text-muted text-sm">{title}</legend>
      <div className="segments">
        {(Object.entries(options) as [T, string][]).map(([option, label]) => (
          <label key={option} className="segment">
            <input
              type="radio"
              name={name}
              checked={option === value}
              onChange={() => pick(option)}
              className="sr-only"
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
