// System: how Vedette itself is. Each part with a test of its own, what comes in and what is
// refused, storage, cardinality, slow queries, who sends and who has stopped, targets of scrapes,
// heartbeats, systems that send alerts, the configuration in effect.
import { useQuery } from "@tanstack/react-query";
import { statusQuery } from "../../api/queries";
import { useWords } from "../../frame/search_words";
import { ViewTabs } from "../../frame/view_tabs";
import { Ago } from "../../kit/time";
import { usePageTitle } from "../../kit/use_page_title";
import { CardinalityView } from "./cardinality";
import { ConfigView } from "./config_view";
import { Heartbeats } from "./heartbeats";
import { Overview } from "./overview";
import { runtimeQuery } from "./queries";
import { Senders } from "./senders";
import { SlowQueries } from "./slow_queries";
import { Sources } from "./sources";
import { Targets } from "./targets";
import "./system.css";

const VIEWS = {
  status: { label: "Status", View: Overview },
  cardinality: { label: "Cardinality", View: CardinalityView },
  queries: { label: "Slow queries", View: SlowQueries },
  sources: { label: "Sources", View: Sources },
  targets: { label: "Targets", View: Targets },
  heartbeats: { label: "Heartbeats", View: Heartbeats },
  senders: { label: "Senders", View: Senders },
  config: { label: "Config", View: ConfigView },
};

type ViewName = keyof typeof VIEWS;

export default function SystemPage() {
  usePageTitle("System");
  const [{ view }] = useWords();
  const chosen: ViewName = view && view in VIEWS ? (view as ViewName) : "status";
  const { View } = VIEWS[chosen];
  return (
    <div className="stack">
      <header className="page-head">
        <h1>System</h1>
        <ViewTabs
          label="System"
          to="/system"
          views={VIEWS}
          beside={{ label: "Simulate", to: "/simulate" }}
        />
        <About />
      </header>
      <View />
    </div>
  );
}

function About() {
  const status = useQuery(statusQuery());
  const runtime = useQuery(runtimeQuery());
  if (!runtime.data) return null;
  return (
    <p className="system-about">
      Vedette {status.data?.version} on {runtime.data.hostname}, started{" "}
      <Ago at={runtime.data.startTime} />
    </p>
  );
}
