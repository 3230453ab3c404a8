// Now: what is wrong, in the order in which it wants a person.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { acknowledge } from "../../api/actions";
import { incidentsQuery, statusQuery } from "../../api/queries";
import type { IncidentPage, IncidentSummary } from "../../api/types";
import { useAction } from "../../frame/keys";
import { isRelative } from "../../frame/time_range";
import { useTimeRange } from "../../frame/use_time_range";
import { Answer, Empty, Section } from "../../kit/section";
import { showToast } from "../../kit/toast";
import { usePageTitle } from "../../kit/use_page_title";
import { ToldWords } from "../oncall/findings";
import { AnomalyList } from "./anomaly_list";
import { ChangeList } from "./change_list";
import { IncidentList } from "./incident_list";
import { ServiceCards } from "./service_cards";
import { Unheard } from "./unheard";
import { VerdictLine } from "./verdict_line";
import { Welcome } from "./welcome";

const ResolveDialog = lazy(() => import("../incident/resolve_dialog"));

const PAGE_ROWS = 50;
const ROWS_MAX = 500;

// A page of them may not be all.
const countWords = (page: IncidentPage | undefined) =>
  page && `${page.incidents.length}${page.next_cursor ? "+" : ""}`;

export default function NowPage() {
  const status = useQuery(statusQuery());
  const [rows, setRows] = useState(PAGE_ROWS);
  const incidents = useQuery(incidentsQuery({ states: ["open", "acknowledged"], limit: rows }));
  const list = incidents.data?.incidents;
  const unseen = status.data?.counts.open ?? 0;
  // What somebody works on is still the first thing that one comes for.
  const calm = unseen === 0 && !status.data?.counts.acknowledged;
  usePageTitle(unseen ? `(${unseen}) Now` : "Now");
  const resolving = useIncidentActions(list ?? []);
  return (
    <div className="stack">
      <Answer what="The status" query={status} rows={1}>
        {(data) => (
          <>
            <VerdictLine status={data} />
            <Unheard />
            {calm && <Welcome status={data} />}
          </>
        )}
      </Answer>
      <Section title="Open incidents" count={countWords(incidents.data)}>
        <Answer what="Incidents" query={incidents}>
          {(data) =>
            data.incidents.length === 0 ? (
              <Empty title="No open incidents">
                <p>
                  New ones appear here by themselves.{" "}
                  <ToldWords all="You are told as the configuration says." />
                </p>
              </Empty>
            ) : (
              <>
                <IncidentList incidents={data.incidents} />
                {data.next_cursor && rows < ROWS_MAX && (
                  <button type="button" className="button" onClick={() => setRows(ROWS_MAX)}>
                    Show more
                  </button>
                )}
              </>
            )
          }
        </Answer>
      </Section>
      {status.data && !calm && <Welcome status={status.data} />}
      <ServiceCards status={status} incidents={list ?? []} />
      <div className="columns">
        <AnomalyList />
        <div className="stack">
          <ChangeList />
          <ResolvedList />
        </div>
      </div>
      <Suspense fallback={null}>
        {resolving.incident && (
          <ResolveDialog incident={resolving.incident} onClose={resolving.close} />
        )}
      </Suspense>
    </div>
  );
}

// e, r and c act on the row that has the focus.
function useIncidentActions(list: IncidentSummary[]) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [incident, setIncident] = useState<IncidentSummary | null>(null);
  const withFocused = (run: (incident: IncidentSummary) => void) => () => {
    const row = document.activeElement?.closest<HTMLElement>("[data-incident]");
    const found = list.find(({ id }) => id === row?.dataset.incident);
    if (found) run(found);
    else showToast({ tone: "news", text: "Choose an incident first: j and k move." });
  };
  useAction(
    "acknowledge",
    withFocused((found) => void acknowledge(cache, found)),
  );
  useAction("resolve", withFocused(setIncident));
  useAction(
    "comment",
    withFocused(
      ({ id }) => void navigate({ to: "/incidents/$id", params: { id }, hash: "comment" }),
    ),
  );
  const close = () => {
    const at = list.findIndex(({ id }) => id === incident?.id);
    setIncident(null);
    setTimeout(() => focusRow(at)); // after the dialog has tried to give the focus back
  };
  return { incident, close };
}

// The row that was acted on may be gone; the one in its place is next.
function focusRow(at: number): void {
  if (document.activeElement && document.activeElement !== document.body) return;
  const rows = document.querySelectorAll<HTMLElement>("[data-incident] .row-title");
  (rows[at] ?? rows[rows.length - 1] ?? document.getElementById("main"))?.focus();
}

function ResolvedList() {
  const { range } = useTimeRange();
  const resolved = useQuery(incidentsQuery({ states: ["resolved"], range, limit: 20 }));
  return (
    <Section title="Resolved in this range" count={resolved.data?.incidents.length}>
      <Answer what="Resolved incidents" query={resolved}>
        {(data) =>
          data.incidents.length === 0 ? (
            <Empty title={isRelative(range) ? "None lately" : "None in this range"} />
          ) : (
            <IncidentList incidents={data.incidents} quiet />
          )
        }
      </Answer>
    </Section>
  );
}
