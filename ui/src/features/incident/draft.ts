// What one tells others of an incident, drafted from what is known. Pure; people send it.
import type { Incident } from "../../api/types";
import { formatClock, formatDuration, inZone, type Zone } from "../../kit/format";
import { harmWords } from "./impact_words";
import { happenedAt, inOrder } from "./timeline_kinds";
import type { Diagnosis, Impact } from "./why_queries";
import { causeOf, statusWord, summaryWords } from "./why_words";

export const AUDIENCES = [
  { id: "chat", label: "Team chat" },
  { id: "mail", label: "Mail to stakeholders" },
  { id: "status", label: "Status page" },
] as const;

export type Audience = (typeof AUDIENCES)[number]["id"];

interface Facts {
  incident: Incident;
  diagnosis?: Diagnosis; // none: not read yet
  impact?: Impact;
  address: string; // of the incident's page
  zone: Zone;
  now: number; // ms
}

const PEOPLE_ROWS = 5;

// What a status page calls where it stands.
export function publicState({ state, phases = [] }: Incident): string {
  if (state === "resolved") return "Resolved";
  const phase = phases.at(-1)?.phase;
  if (phase === "mitigation") return "Identified";
  if (phase === "resolution" || phase === "post_mortem") return "Monitoring";
  return "Investigating";
}

function listed(names: string[]): string {
  if (names.length <= 1) return names.join("");
  if (names.length > 4) return `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function standing({ state, acknowledged_by, resolved_by, roles = {} }: Incident): string {
  if (state === "resolved") return `resolved by ${resolved_by || "itself"}`;
  const commander = roles.commander;
  if (commander) return `${commander} leads`;
  return acknowledged_by ? `${acknowledged_by} works on it` : "nobody works on it yet";
}

// The cause with how sure it is, and who is hurt; each with where the page shows what it rests on.
function causeLine({ incident, diagnosis, address, zone }: Facts): string[] {
  if (!diagnosis || !causeOf(diagnosis)) return [];
  const sure = statusWord(diagnosis.status).word.toLowerCase();
  const words = inZone(summaryWords(diagnosis), zone, Date.parse(incident.started_at));
  return [`Cause (${sure}): ${words} ${address}/why`];
}

function harmLine({ impact, address }: Facts): string[] {
  if (!impact || impact.status === "pending") return [];
  return [`Impact: ${harmWords(impact).join("; ")} ${address}/impact`];
}

const comments = ({ timeline }: Incident) =>
  inOrder(timeline).filter(({ kind }) => kind === "comment");

export function draftFor(audience: Audience, facts: Facts): string {
  const { incident, address, zone, now } = facts;
  const { severity, entities, started_at, resolved_at } = incident;
  const start = Date.parse(started_at);
  const title = inZone(incident.title, zone, start);
  const known = [...causeLine(facts), ...harmLine(facts)];
  const zoneWord = zone === "utc" ? " UTC" : "";
  const since = `${formatClock(start, zone, now, false)}${zoneWord}`;
  const lasted = formatDuration((resolved_at ? Date.parse(resolved_at) : now) - start);
  const services = listed(entities);
  const clock = (at: string) => formatClock(Date.parse(at), zone, now, false);
  if (audience === "status") {
    const state = publicState(incident);
    const problem = `a problem with ${services || "our service"}`;
    const sentence = {
      Investigating: `We are investigating ${problem}. It began at ${since}.`,
      Identified: `We have found the cause of ${problem} that began at ${since}, and are working on it.`,
      Monitoring: `A fix is in place for ${problem} that began at ${since}. We are watching it.`,
      Resolved: `${problem[0]?.toUpperCase()}${problem.slice(1)} that began at ${since} is over. It lasted ${lasted}.`,
    }[state];
    const next = state === "Resolved" ? "" : "\nWe will say more within 30 minutes.";
    return `${state}\n${sentence}${next}`;
  }
  const latest = comments(incident).slice(-PEOPLE_ROWS);
  if (audience === "chat") {
    const last = latest.at(-1);
    return [
      `${severity.toUpperCase()}: ${title}`,
      `${resolved_at ? "Lasted" : "For"} ${lasted}, since ${since}; ${standing(incident)}`,
      ...(services ? [`Services: ${services}`] : []),
      ...known,
      ...(last ? [`Latest: ${last.text} (${last.actor}, ${clock(happenedAt(last))})`] : []),
      address,
    ].join("\n");
  }
  const open = (incident.tasks ?? []).filter(({ done_at }) => !done_at);
  return [
    `Subject: ${publicState(incident)}: ${title}`,
    "",
    `${publicState(incident)}; ${standing(incident)}.`,
    `It began at ${since} and ${resolved_at ? "lasted" : "has lasted"} ${lasted}. Services: ${services || "none named"}.`,
    ...(known.length > 0 ? ["", ...known] : []),
    ...(latest.length > 0
      ? [
          "",
          "What happened so far:",
          ...latest.map((row) => `- ${clock(happenedAt(row))} ${row.text} (${row.actor})`),
        ]
      : []),
    ...(open.length > 0
      ? [
          "",
          "Next:",
          ...open.map(
            ({ title: task, assignee }) => `- ${task}${assignee ? ` (${assignee})` : ""}`,
          ),
        ]
      : []),
    "",
    `All of it: ${address}`,
  ].join("\n");
}
