// Dashboards: built ones for kinds of entities, chosen by what the data holds, and those that people
// made, which the server keeps.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { metricNamesQuery } from "../../api/data_queries";
import { usePermission } from "../../api/permission";
import { useWords } from "../../frame/search_words";
import { keptRange } from "../../frame/use_time_range";
import { plural } from "../../kit/format";
import { ActButton } from "../../kit/permitted";
import { Answer, Empty, Section } from "../../kit/section";
import { Ago } from "../../kit/time";
import { ExploreHead } from "../explore/explore_head";
import { builtIn, KINDS } from "./built_in";
import { type Dashboard, definitionOf } from "./dashboard";
import { DashboardView } from "./dashboard_view";
import { Import } from "./import";
import { dashboardQuery, dashboardsQuery } from "./queries";
import "./dashboards.css";

const NAMES_MAX = 10_000;
const NEW: Dashboard = { title: "", variables: [], panels: [{ title: "", query: "" }] };

export default function DashboardsPage() {
  const [{ id = "", kind = "" }] = useWords();
  if (id === "new") return <DashboardView key={id} dashboard={NEW} fresh />;
  if (id) return <Stored key={id} id={id} />;
  return kind ? <BuiltIn key={kind} kind={kind} /> : <Choice />;
}

function Stored({ id }: { id: string }) {
  const answer = useQuery(dashboardQuery(id));
  if (!answer.data) {
    return (
      <div className="stack">
        {!answer.error && <ExploreHead title="Dashboards" />}
        <Answer
          what="The dashboard"
          absent={{
            title: "There is no such dashboard",
            leads: (
              <Link to="/dashboards" search={{ ...keptRange() }} className="link">
                All dashboards
              </Link>
            ),
          }}
          query={answer}
          rows={4}
        >
          {() => null}
        </Answer>
      </div>
    );
  }
  return <DashboardView dashboard={definitionOf(answer.data)} stored={answer.data} />;
}

function BuiltIn({ kind }: { kind: string }) {
  const names = useQuery(metricNamesQuery("", NAMES_MAX));
  const dashboard = builtIn(kind, new Set(names.data ?? []));
  if (dashboard) return <DashboardView dashboard={dashboard} />;
  return (
    <div className="stack">
      <ExploreHead title="Dashboards" />
      <Answer what="Names of metrics" query={names} rows={4}>
        {() => (
          <Empty title="The data holds nothing of this kind.">
            <Link to="/dashboards" search={{ ...keptRange() }} className="link">
              All dashboards
            </Link>
          </Empty>
        )}
      </Answer>
    </div>
  );
}

function Choice() {
  return (
    <div className="stack">
      <ExploreHead title="Dashboards" />
      <div className="columns">
        <BuiltInList />
        <StoredList />
      </div>
    </div>
  );
}

function BuiltInList() {
  const names = useQuery(metricNamesQuery("", NAMES_MAX));
  return (
    <Section title="By kind of entity">
      <Answer what="Names of metrics" query={names}>
        {(list) => {
          const there = KINDS.flatMap(({ id }) => {
            const dashboard = builtIn(id, new Set(list));
            return dashboard ? [{ id, ...dashboard }] : [];
          });
          if (there.length === 0) {
            return (
              <Empty title="The data holds nothing that they are made for">
                <p>Requests of services and what node exporters tell of machines are drawn here.</p>
              </Empty>
            );
          }
          return (
            <ul className="rows">
              {there.map(({ id, title, panels }) => (
                <li key={id} className="row" data-row>
                  <div className="min-w-0 flex-1">
                    <Link
                      to="/dashboards"
                      search={{ ...keptRange(), kind: id }}
                      className="row-title"
                    >
                      {title}
                    </Link>
                    <p className="row-facts">
                      {panels.map((panel) => (
                        <span key={panel.title}>{panel.title}</span>
                      ))}
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          );
        }}
      </Answer>
    </Section>
  );
}

function StoredList() {
  const { may } = usePermission("respond");
  const all = useQuery(dashboardsQuery());
  return (
    <Section
      title="Made by people"
      count={all.data?.length || undefined}
      aside={
        may ? (
          <Link
            to="/dashboards"
            search={{ ...keptRange(), id: "new" }}
            className="button small primary"
          >
            <Plus size={14} aria-hidden /> New
          </Link>
        ) : (
          <ActButton className="button small primary">
            <Plus size={14} aria-hidden /> New
          </ActButton>
        )
      }
    >
      <Answer what="Dashboards" query={all}>
        {(list) =>
          list.length === 0 ? (
            <Empty title="None yet">
              <p>Make one, begin with a copy of a built one, or read one of Grafana’s.</p>
            </Empty>
          ) : (
            <ul className="rows">
              {list.map(({ id, title, panel_count, updated_by, updated_at }) => (
                <li key={id} className="row" data-row>
                  <div className="min-w-0 flex-1">
                    <Link to="/dashboards" search={{ ...keptRange(), id }} className="row-title">
                      {title}
                    </Link>
                    <p className="row-facts">
                      <span>{plural(panel_count, "panel")}</span>
                      <span>
                        by {updated_by} <Ago at={updated_at} />
                      </span>
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      <Import />
    </Section>
  );
}
