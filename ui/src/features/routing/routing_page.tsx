// Routing: which page goes to whom, what is silenced, and whether people can be reached.
import { useWords } from "../../frame/search_words";
import { ViewTabs } from "../../frame/view_tabs";
import { usePageTitle } from "../../kit/use_page_title";
import { SilenceList } from "../silences/silence_list";
import { ReplayView } from "./replay_view";
import { RouteView } from "./route_view";
import { TestView } from "./test_view";
import "../oncall/oncall.css";
import "./routing.css";

const VIEWS = {
  routes: { label: "Routes", View: RouteView },
  silences: { label: "Silences", View: SilenceList },
  people: { label: "People and receivers", View: TestView },
  replay: { label: "Replay", View: ReplayView },
};

type ViewName = keyof typeof VIEWS;

export default function RoutingPage() {
  usePageTitle("Routing");
  const [{ view }] = useWords();
  const chosen: ViewName = view && view in VIEWS ? (view as ViewName) : "routes";
  const { View } = VIEWS[chosen];
  return (
    <div className="stack">
      <header className="page-head">
        <h1>Routing</h1>
        <ViewTabs label="Routing" to="/routing" views={VIEWS} />
      </header>
      <View />
    </div>
  );
}
