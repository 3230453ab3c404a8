// On-call: who is on call now and next, the calendar of a schedule with overrides, how the load is
// shared, escalation policies, and what will disappoint somebody one night.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { onCallQuery } from "../../api/queries";
import { useWords } from "../../frame/search_words";
import { Answer, Empty, Section } from "../../kit/section";
import { StateMark } from "../../kit/state_mark";
import { Ago, Clock } from "../../kit/time";
import { usePageTitle } from "../../kit/use_page_title";
import { Findings, ToldWords } from "./findings";
import { PersonName, usePeople } from "./person";
import { Policies } from "./policies";
import { type Schedule, schedulesQuery } from "./queries";
import { ScheduleView } from "./schedule_view";
import "./oncall.css";

export default function OnCallPage() {
  usePageTitle("On-call");
  const [{ schedule }] = useWords();
  const schedules = useQuery(schedulesQuery());
  const chosen = schedules.data?.find(({ name }) => name === schedule) ?? schedules.data?.[0];
  return (
    <div className="stack">
      <header className="page-head">
        <h1>On-call</h1>
        <p className="text-muted">Who is told, now and in the weeks to come</p>
      </header>
      <Section title="On call now" count={schedules.data?.length || undefined}>
        <Answer what="Schedules" query={schedules} rows={2}>
          {(list) =>
            list.length === 0 ? (
              <Empty title="No schedules">
                <p>
                  <ToldWords all="Every receiver gets every page." /> People, teams, schedules and
                  policies are written in the configuration under <code>notify</code>.
                </p>
              </Empty>
            ) : (
              <ul className="cards duty-cards">
                {list.map((one) => (
                  <NowCard key={one.name} schedule={one} chosen={one.name === chosen?.name} />
                ))}
              </ul>
            )
          }
        </Answer>
      </Section>
      {chosen && <ScheduleView key={chosen.name} schedule={chosen} />}
      <div className="columns">
        <Policies />
        <div className="stack">
          <Findings />
          <Teams />
        </div>
      </div>
    </div>
  );
}

function NowCard({ schedule, chosen }: { schedule: Schedule; chosen: boolean }) {
  const { name, on_call, until, next, time_zone } = schedule;
  const people = usePeople();
  return (
    <li className="card duty-card" data-state={on_call ? "NORMAL" : "CRITICAL"} data-row>
      <p className="text-muted text-sm">
        <Link
          to="/on-call"
          search={{ schedule: name }}
          className="row-title"
          aria-current={chosen ? "true" : undefined}
        >
          {name}
        </Link>
      </p>
      <p className="duty-who">
        {on_call ? (
          <PersonName user={on_call.user} />
        ) : (
          <span className="tone-critical inline-flex items-center gap-1.5">
            <StateMark tone="critical" /> Nobody
          </span>
        )}
      </p>
      <p className="card-facts">
        until <Clock at={until} seconds={false} /> (<Ago at={until} ahead />)
      </p>
      <p className="card-facts text-muted">
        then {next ? people(next.user).name : "nobody"}; turns by {time_zone}
      </p>
    </li>
  );
}

function Teams() {
  const people = usePeople();
  const onCall = useQuery(onCallQuery());
  const teams = onCall.data?.teams ?? [];
  if (teams.length === 0) return null;
  return (
    <Section title="Teams" count={teams.length}>
      <ul className="rows">
        {teams.map(({ team, members, schedule, on_call }) => (
          <li key={team} className="row top">
            <div className="min-w-0 flex-1">
              <p className="font-semibold">{team}</p>
              <p className="row-facts">
                {members.map((member) => (
                  <span key={member}>{member}</span>
                ))}
              </p>
            </div>
            <p className="row-times">
              {schedule ? (
                <>
                  <span>{on_call ? people(on_call.user).name : "nobody"}</span>
                  <span>by {schedule}</span>
                </>
              ) : (
                <span>all are told</span>
              )}
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}
