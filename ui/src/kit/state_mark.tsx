// State is told three times: by a shape, by a word and by a colour.
import clsx from "clsx";
import type { ReactNode } from "react";
import type { IncidentState, Severity, Verdict } from "../api/types";

export type Tone = "critical" | "warning" | "info" | "normal" | "muted";

// Octagon, triangle, circle, square: they differ without colour and at 12 px.
const SHAPES: Record<Tone, ReactNode> = {
  critical: (
    <>
      <path d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z" fill="currentColor" />
      <path d="M8 4v4.8M8 11v1" className="mark-sign" />
    </>
  ),
  warning: (
    <>
      <path d="M8 1.2 15.3 14.5H.7z" fill="currentColor" />
      <path d="M8 6v4M8 11.9v.6" className="mark-sign" />
    </>
  ),
  info: (
    <>
      <rect x="1.5" y="1.5" width="13" height="13" rx="2.5" fill="currentColor" />
      <path d="M8 7v5M8 4v.6" className="mark-sign" />
    </>
  ),
  normal: (
    <>
      <circle cx="8" cy="8" r="7.2" fill="currentColor" />
      <path d="m4.8 8.3 2.2 2.2 4.2-4.6" className="mark-sign" />
    </>
  ),
  muted: <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" />,
};

export function StateMark({ tone, size = 16 }: { tone: Tone; size?: number }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      aria-hidden
      className={clsx("shrink-0", `tone-${tone}`)}
    >
      {SHAPES[tone]}
    </svg>
  );
}

const VERDICT_TONES: Record<Verdict, Tone> = {
  NORMAL: "normal",
  WARNING: "warning",
  CRITICAL: "critical",
};
// A verdict of a later version is shown as it is, in the tone of a warning.
export const verdictTone = (verdict: Verdict): Tone => VERDICT_TONES[verdict] ?? "warning";

const SEVERITY_TONES: Record<Severity, Tone> = {
  critical: "critical",
  warning: "warning",
  info: "info",
};
export const severityTone = (severity: Severity): Tone => SEVERITY_TONES[severity] ?? "warning";

const SEVERITY_WORDS: Record<Severity, string> = {
  critical: "Critical",
  warning: "Warning",
  info: "Info",
};

export function SeverityWord({ severity }: { severity: Severity }) {
  const tone = severityTone(severity);
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap font-semibold">
      <StateMark tone={tone} />
      <span className={`tone-${tone}`}>{SEVERITY_WORDS[severity] ?? severity}</span>
    </span>
  );
}

const STATE_WORDS: Record<IncidentState, string> = {
  open: "Open",
  acknowledged: "Acknowledged",
  resolved: "Resolved",
};

export function IncidentStateBadge({ state }: { state: IncidentState }) {
  return (
    <span className="badge" data-state={state}>
      {STATE_WORDS[state] ?? state}
    </span>
  );
}
