// Who is on call now, in a line. Pure.
import type { components } from "../api/schema";

type OnCallNow = components["schemas"]["OnCallNow"];

interface OnCallWords {
  short: string;
  all: string; // schedule by schedule
  nobody: boolean; // a schedule has a gap now
}

// Of the team's schedule, where it has one; else of all of them. Null: there is none.
export function onCallWords({ teams, schedules }: OnCallNow, team: string): OnCallWords | null {
  const own = teams?.find((one) => one.team === team)?.schedule;
  const shown = (schedules ?? []).filter(({ schedule }) => !own || schedule === own);
  if (shown.length === 0) return null;
  const nameOf = ({ on_call }: (typeof shown)[number]) =>
    on_call ? on_call.full_name || on_call.user : "nobody";
  const names = [...new Set(shown.map(nameOf))];
  const nobody = names.includes("nobody");
  const more = names.length > 1 ? ` and ${names.length - 1} more` : "";
  return {
    // The gap is what one has to know.
    short: nobody ? "Nobody on call" : `On call: ${names[0]}${more}`,
    all: shown.map((one) => `${one.schedule}: ${nameOf(one)}`).join("\n"),
    nobody,
  };
}
