// Escalation policies: who is told after how long, as long as nobody acknowledges.
import { useQuery } from "@tanstack/react-query";
import { onCallQuery } from "../../api/queries";
import { formatDuration, plural } from "../../kit/format";
import { Answer, Empty, Section } from "../../kit/section";
import { PersonName, usePeople } from "./person";
import { type Duty, type Policy, planQuery, type Target } from "./queries";
import { afterWords, secondsOf, stepStarts } from "./steps";

export function Policies() {
  const plan = useQuery(planQuery());
  return (
    <Section title="Escalation policies" count={plan.data?.policies.length}>
      <Answer what="Policies" query={plan} rows={2}>
        {(data) =>
          data.policies.length === 0 ? (
            <Empty title="No policies">
              <p>
                Without one, a page is told once, to whom its route says. They are written in the
                configuration under <code>notify.policies</code>.
              </p>
            </Empty>
          ) : (
            <ul className="policies">
              {data.policies.map((policy) => (
                <PolicyCard key={policy.name} policy={policy} />
              ))}
            </ul>
          )
        }
      </Answer>
    </Section>
  );
}

function PolicyCard({ policy: { name, steps, repeat } }: { policy: Policy }) {
  const starts = stepStarts(steps);
  return (
    <li className="policy" id={`policy-${name}`}>
      <h3 className="font-semibold">{name}</h3>
      <ol className="policy-steps">
        {steps.map(({ notify, mode, wait }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have no other name, and never move
          <li key={index}>
            <p className="policy-when">{afterWords(starts[index] ?? 0)}</p>
            <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
              {notify.map((target) => (
                <TargetWord key={`${target.kind} ${target.name}`} target={target} />
              ))}
              {mode === "round_robin" && <span className="text-muted">one of them in turn</span>}
            </p>
            <p className="text-muted text-sm">
              waits {formatDuration(secondsOf(wait) * 1000)} for an acknowledgement
            </p>
          </li>
        ))}
      </ol>
      <p className="text-muted text-sm">
        {repeat > 0
          ? `All of it ${repeat === 1 ? "once more" : plural(repeat, "more time")}, then the catch-all if nobody was reached.`
          : "Then nothing more until the incident pages again; the catch-all if nobody was reached."}
      </p>
    </li>
  );
}

// "schedule payments (Ann Berg now)"
export function TargetWord({ target: { kind, name } }: { target: Target }) {
  const people = usePeople();
  const onCall = useQuery(onCallQuery());
  const now = (duty: Duty | null | undefined) =>
    onCall.data && (
      <span className="text-muted"> ({duty ? `now ${people(duty.user).name}` : "nobody now"})</span>
    );
  if (kind === "user") return <PersonName user={name} />;
  const schedule = onCall.data?.schedules.find((one) => one.schedule === name);
  const team = onCall.data?.teams.find((one) => one.team === name);
  return (
    <span>
      <span className="text-muted">{kind}</span> {name}
      {kind === "schedule" && now(schedule?.on_call)}
      {kind === "team" && (team?.schedule ? now(team.on_call) : null)}
    </span>
  );
}
