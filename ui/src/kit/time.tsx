// Moments on the screen. The tooltip of each tells UTC and local time.
import { useNow } from "./clock";
import {
  formatAgo,
  formatBothZones,
  formatClock,
  formatDuration,
  formatStopwatch,
  inZone,
} from "./format";
import { currentSettings, useSettings } from "./settings";

function Moment({ at, text }: { at: string; text: string }) {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) return <span>unknown time</span>;
  return (
    <time dateTime={at} title={formatBothZones(ms)} className="tabular-nums">
      {text}
    </time>
  );
}

// "12 min ago", kept true; "in 12 min" of what may lie ahead.
export function Ago({ at, ahead }: { at: string; ahead?: boolean }) {
  const now = useNow(5000);
  return <Moment at={at} text={formatAgo(Date.parse(at), now, ahead)} />;
}

// "02:11:07" in the chosen zone.
export function Clock({ at, seconds = true }: { at: string; seconds?: boolean }) {
  const { zone } = useSettings();
  const now = useNow(60_000);
  return <Moment at={at} text={formatClock(Date.parse(at), zone, now, seconds)} />;
}

// How long it has been going on, or did.
export function Lasting({ from, to }: { from: string; to: string | null | undefined }) {
  const now = useNow(5000);
  const end = to ? Date.parse(to) : now;
  return <span className="tabular-nums">{formatDuration(end - Date.parse(from))}</span>;
}

export function Stopwatch({ from, to }: { from: string; to: string | null }) {
  const now = useNow(1000);
  const end = to ? Date.parse(to) : now;
  return <span className="tabular-nums">{formatStopwatch(end - Date.parse(from))}</span>;
}

// A sentence of the server's about what happened at about `at`: its times are those of the page.
export function ZoneText({ text, at }: { text: string; at: string }) {
  return useZoneText()(text, at);
}

// The same for names, titles and what else takes only text.
export function useZoneText(): (text: string, at: string) => string {
  const { zone } = useSettings();
  return (text, at) => inZone(text, zone, Date.parse(at));
}

// The same for what is said once and does not follow the settings: a toast, an announcement.
export const titleOf = ({ title, started_at }: { title: string; started_at: string }) =>
  inZone(title, currentSettings().zone, Date.parse(started_at));
