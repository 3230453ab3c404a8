// What stands in the top bar where there is room: the scope of the page, and who is on call now.
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { PhoneCall } from "lucide-react";
import { onCallQuery } from "../api/queries";
import { onCallWords } from "./on_call_words";
import { useScope } from "./scope";
import { isScoped, keptRange } from "./use_time_range";

export default function BarLeft() {
  const scoped = useLocation({ select: ({ pathname }) => isScoped(pathname) });
  const { team, teams, choose } = useScope();
  return (
    <>
      {scoped && teams.length > 0 && (
        <select
          className="bar-button scope"
          aria-label="Team"
          data-chosen={team !== ""}
          value={team}
          onChange={(event) => choose(event.target.value)}
        >
          <option value="">All teams</option>
          {team && !teams.includes(team) && <option value={team}>{team}</option>}
          {teams.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      )}
      <OnCallNow team={scoped ? team : ""} />
    </>
  );
}

function OnCallNow({ team }: { team: string }) {
  const { data } = useQuery(onCallQuery());
  const words = data && onCallWords(data, team);
  if (!words) return null;
  return (
    <Link
      to="/on-call"
      search={keptRange}
      className="on-call-now"
      data-nobody={words.nobody}
      title={words.all}
    >
      <PhoneCall size={14} aria-hidden />
      <span className="truncate">{words.short}</span>
    </Link>
  );
}
