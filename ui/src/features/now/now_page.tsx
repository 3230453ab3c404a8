// Now: what is wrong, in the order in which it wants a person.
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { incidentsQuery, OPEN_ROWS, openIncidentsQuery, statusQuery } from "../../api/queries";
import type { IncidentPage, IncidentSummary } from "../../api/types";
import { runAction } from "../../frame/keys";
import { Hidden, ScopeChip, useScope } from "../../frame/scope";
import { isRelative } from "../../frame/time_range";
import { usePeek } from "../../frame/use_peek";
import { useTimeRange } from "../../frame/use_time_range";
import { ActButton } from "../../kit/permitted";
import { Answer, Empty, Section } from "../../kit/section";
import { usePageTitle } from "../../kit/use_page_title";
import { ToldWords } from "../oncall/findings";
import { AnomalyList } from "./anomaly_list";
import { ChangeList } from "./change_list";
import { useIncidentActions } from "./incident_actions";
import { IncidentList } from "./incident_list";
import { ServiceCards } from "./service_cards";
import { Unheard } from "./unheard";
import { VerdictLine } from "./verdict_line";
import { Welcome } from "./welcome";

const IncidentPeek = lazy(() => import("./incident_peek"));

const ROWS_MAX = 500;

// A page of them may not be all.
const countWords = (shown: IncidentSummary[], { next_cursor }: IncidentPage) =>
  `${shown.length}${next_cursor ? "+" : ""}`;

export default function NowPage() {
  const status = useQuery(statusQuery());
  const [rows, setRows] = useState(OPEN_ROWS);
  const incidents = useQuery(openIncidentsQuery(rows));
  const { team, within } = useScope();
  const { shown, hidden } = within(incidents.data?.incidents ?? [], ({ entities }) => entities);
  const unseen = status.data?.counts.open ?? 0;
  // What somebody works on is still the first thing that one comes for.
  const calm = unseen === 0 && !status.data?.counts.acknowledged;
  usePageTitle(unseen ? `(${unseen}) Now` : "Now");
  const { selection, layers } = useIncidentActions(shown);
  const peek = usePeek("incident");
  return (
    <div className="stack">
      <ScopeChip />
      <Answer what="The status" query={status} rows={1}>
        {(data) => (
          <>
            <VerdictLine status={data} />
            <Unheard />
            {calm && <Welcome status={data} />}
          </>
        )}
      </Answer>
      <Section
        title="Open incidents"
        count={incidents.data && countWords(shown, incidents.data)}
        aside={
          <ActButton className="button small" onClick={() => runAction("declare")}>
            Declare… <kbd>d</kbd>
          </ActButton>
        }
      >
        <Answer what="Incidents" query={incidents}>
          {(data) =>
            shown.length === 0 ? (
              <Empty title={team ? `No open incidents of ${team}` : "No open incidents"}>
                <p>
                  New ones appear here by themselves.{" "}
                  <ToldWords all="You are told as the configuration says." />
                </p>
              </Empty>
            ) : (
              <>
                <IncidentList incidents={shown} peeked={peek.id} selection={selection} />
                {data.next_cursor && rows < ROWS_MAX && (
                  <button type="button" className="button" onClick={() => setRows(ROWS_MAX)}>
                    Show more
                  </button>
                )}
              </>
            )
          }
        </Answer>
        <Hidden count={hidden} />
      </Section>
      {status.data && !calm && <Welcome status={status.data} />}
      <ServiceCards status={status} incidents={shown} />
      <div className="columns">
        <AnomalyList />
        <div className="stack">
          <ChangeList />
          <ResolvedList peeked={peek.id} />
        </div>
      </div>
      {layers}
      <Suspense fallback={null}>
        {peek.id && <IncidentPeek id={peek.id} onClose={peek.close} />}
      </Suspense>
    </div>
  );
}

function ResolvedList({ peeked }: { peeked: string }) {
  const { range } = useTimeRange();
  const resolved = useQuery(incidentsQuery({ states: ["resolved"], range, limit: 20 }));
  const { within } = useScope();
  const { shown, hidden } = within(resolved.data?.incidents ?? [], ({ entities }) => entities);
  return (
    <Section title="Resolved in this range" count={resolved.data && shown.length}>
      <Answer what="Resolved incidents" query={resolved}>
        {() =>
          shown.length === 0 ? (
            <Empty title={isRelative(range) ? "None lately" : "None in this range"} />
          ) : (
            <IncidentList incidents={shown} peeked={peeked} />
          )
        }
      </Answer>
      <Hidden count={hidden} />
    </Section>
  );
}
