// Routes, and a box to see what would become of a page with some labels.
import { useQuery } from "@tanstack/react-query";
import { TextField } from "../../frame/fields";
import { useWords } from "../../frame/search_words";
import { Answer, Empty, Section } from "../../kit/section";
import { Findings, ToldWords } from "../oncall/findings";
import { PersonName } from "../oncall/person";
import { planQuery, type TakenRoute } from "../oncall/queries";
import { afterWords } from "../oncall/steps";
import { readLabels } from "./labels";
import { takenQuery } from "./queries";
import { deferWords, RouteTree } from "./route_tree";

export function RouteView() {
  const [{ q = "" }] = useWords();
  const labels = readLabels(q);
  const asked = Object.keys(labels).length > 0;
  const plan = useQuery(planQuery());
  const taken = useQuery(takenQuery(labels));
  return (
    <div className="columns wide-left">
      <Section title="Routes" count={plan.data?.routes.length || undefined}>
        <Answer what="Routes" query={plan}>
          {(data) => (
            <>
              {data.routes.length === 0 && (
                <Empty title="No routes">
                  <p>
                    <ToldWords all="The catch-all gets every page." /> Routes are written in the
                    configuration under <code>notify.routes</code>.
                  </p>
                </Empty>
              )}
              <RouteTree plan={data} taken={asked ? (taken.data ?? []) : []} />
            </>
          )}
        </Answer>
      </Section>
      <div className="stack">
        <Section title="Try labels">
          <TextField
            label="Labels of a page"
            word="q"
            example="service=payment severity=critical"
            main
            size={34}
          />
          {q && !asked && <p className="tone-critical mt-2 text-sm">Write name=value.</p>}
          {asked ? (
            <Answer what="The answer" query={taken} rows={2}>
              {(list) => (
                <div role="status" className="grid gap-3 pt-3">
                  {list.map((one) => (
                    <TakenView key={one.route} taken={one} />
                  ))}
                </div>
              )}
            </Answer>
          ) : (
            <p className="mt-2 text-muted text-sm">
              Who would be told of a page with these labels, now, and after how long. Nothing is
              sent.
            </p>
          )}
        </Section>
        <Findings />
      </div>
    </div>
  );
}

function TakenView({ taken }: { taken: TakenRoute }) {
  const { route, policy, steps, nobody, hours, time_zone } = taken;
  return (
    <div>
      <h3 className="font-semibold">
        {route}
        {policy && <span className="text-muted"> by policy {policy}</span>}
      </h3>
      {hours.length > 0 && (
        <p className="text-muted text-sm">
          {deferWords(taken)} waits for {hours.join(", ")} ({time_zone})
        </p>
      )}
      {nobody && <p className="text-muted">It tells nobody of what it takes.</p>}
      <ol className="policy-steps">
        {steps.map(({ after_seconds, mode, targets }) => (
          <li key={after_seconds}>
            <p className="policy-when">{afterWords(after_seconds)}</p>
            {targets.map(({ kind, name, people }) => (
              <p key={`${kind} ${name}`} className="flex flex-wrap items-center gap-x-2">
                {people.map((one) => (
                  <PersonName key={one} user={one} />
                ))}
                {kind !== "user" && (
                  <span className="text-muted text-sm">
                    {kind === "receiver" || people.length > 0 ? "" : "nobody now, of "}
                    {kind} {name}
                  </span>
                )}
              </p>
            ))}
            {mode === "round_robin" && <p className="text-muted text-sm">one of them in turn</p>}
          </li>
        ))}
      </ol>
    </div>
  );
}
