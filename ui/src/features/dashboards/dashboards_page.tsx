// Dashboards: built ones for kinds of entities, chosen by what the data holds; and one's own, kept in
// this browser and shared as a link that holds all of it.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ChangeEvent, useRef, useState } from "react";
import { metricNamesQuery } from "../../api/data_queries";
import { useWords } from "../../frame/search_words";
import { keptRange } from "../../frame/use_time_range";
import { plural } from "../../kit/format";
import { Answer, Empty, Section } from "../../kit/section";
import { useStore } from "../../kit/store";
import { ExploreHead } from "../explore/explore_head";
import { builtIn, KINDS } from "./built_in";
import { type Dashboard, decodeDashboard, encodeDashboard, readDashboard } from "./dashboard";
import { DashboardView } from "./dashboard_view";
import { importGrafana } from "./grafana";
import { forget, keep, kept } from "./kept";
import "./dashboards.css";

const NAMES_MAX = 10_000;

export default function DashboardsPage() {
  const [{ d = "", kind = "" }] = useWords();
  const names = useQuery(metricNamesQuery("", NAMES_MAX));
  if (d) {
    const dashboard = decodeDashboard(d);
    return dashboard ? (
      <DashboardView key={d} dashboard={dashboard} own />
    ) : (
      <Fault>The link was cut when it was copied.</Fault>
    );
  }
  if (kind) {
    return (
      <Answer what="Names of metrics" query={names} rows={4}>
        {(list) => {
          const dashboard = builtIn(kind, new Set(list));
          return dashboard ? (
            <DashboardView dashboard={dashboard} />
          ) : (
            <Fault>The data holds nothing of this kind.</Fault>
          );
        }}
      </Answer>
    );
  }
  return <Choice names={new Set(names.data ?? [])} />;
}

function Fault({ children }: { children: string }) {
  return (
    <div className="stack">
      <ExploreHead title="Dashboards" />
      <Empty title={children}>
        <Link to="/dashboards" className="link">
          All dashboards
        </Link>
      </Empty>
    </div>
  );
}

function Choice({ names }: { names: ReadonlySet<string> }) {
  const own = useStore(kept);
  const there = KINDS.map(({ id }) => ({ id, dashboard: builtIn(id, names) })).filter(
    (one): one is { id: string; dashboard: Dashboard } => one.dashboard !== null,
  );
  return (
    <div className="stack">
      <ExploreHead title="Dashboards" />
      <Section title="By kind of entity" count={there.length || undefined}>
        {there.length === 0 ? (
          <Empty title="The data holds nothing that they are made for">
            <p>Requests of services and what node exporters tell of machines are drawn here.</p>
          </Empty>
        ) : (
          <ul className="rows">
            {there.map(({ id, dashboard }) => (
              <li key={id} className="row" data-row>
                <div className="min-w-0 flex-1">
                  <Link
                    to="/dashboards"
                    search={{ ...keptRange(), kind: id }}
                    className="row-title"
                  >
                    {dashboard.title}
                  </Link>
                  <p className="row-facts">
                    {dashboard.panels.map(({ title }) => (
                      <span key={title}>{title}</span>
                    ))}
                  </p>
                </div>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="Your own, kept in this browser" count={own.length || undefined}>
        {own.length === 0 && (
          <Empty title="None yet">
            <p>Begin with a built one and change it, or read one of Grafana’s.</p>
          </Empty>
        )}
        <ul className="rows">
          {own.map((dashboard) => (
            <li key={dashboard.title} className="row" data-row>
              <div className="min-w-0 flex-1">
                <Link
                  to="/dashboards"
                  search={{ ...keptRange(), d: encodeDashboard(dashboard) }}
                  className="row-title"
                >
                  {dashboard.title}
                </Link>
                <p className="row-facts">
                  <span>{plural(dashboard.panels.length, "panel")}</span>
                </p>
              </div>
              <button
                type="button"
                className="button small row-action-inline"
                onClick={() => forget(dashboard.title)}
              >
                Forget<span className="sr-only"> {dashboard.title}</span>
              </button>
            </li>
          ))}
        </ul>
        <Import />
      </Section>
    </div>
  );
}

// A file of Grafana's, or one of ours.
function Import() {
  const input = useRef<HTMLInputElement>(null);
  const [report, setReport] = useState<{ title: string; left: string[] } | null>(null);
  const [fault, setFault] = useState("");
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = "";
    if (!file) return;
    setFault("");
    setReport(null);
    try {
      const json: unknown = JSON.parse(await file.text());
      const imported = importGrafana(json);
      const own = readDashboard(imported?.dashboard ?? json);
      if (!own) throw new Error("It holds no panel that asks PromQL.");
      keep(own);
      setReport({ title: own.title, left: imported?.left ?? [] });
    } catch (error) {
      setFault(error instanceof Error ? error.message : "It could not be read.");
    }
  };
  return (
    <div className="mt-3 grid justify-items-start gap-2">
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        onChange={(event) => void read(event)}
      />
      <button type="button" className="button" onClick={() => input.current?.click()}>
        Import a dashboard of Grafana’s…
      </button>
      {fault && (
        <p role="alert" className="tone-critical text-sm">
          {fault}
        </p>
      )}
      {report && (
        <div role="status" className="note text-sm">
          <p>“{report.title}” is among yours.</p>
          {report.left.length > 0 && (
            <>
              <p className="mt-1 font-medium">What did not come over</p>
              <ul className="list-disc pl-5">
                {report.left.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </>
          )}
        </div>
      )}
    </div>
  );
}
