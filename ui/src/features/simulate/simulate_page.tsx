// Simulate: a scenario is told, and what is true of it stands beside what Vedette says.
import { useQuery } from "@tanstack/react-query";
import { ViewTabs } from "../../frame/view_tabs";
import { Answer, Empty } from "../../kit/section";
import { usePageTitle } from "../../kit/use_page_title";
import { simulationQuery } from "./queries";
import { ScenarioForm } from "./scenario_form";
import { StoryView } from "./story_view";

const VIEWS = { scenarios: { label: "Scenarios" } };

export default function SimulatePage() {
  usePageTitle("Simulate");
  const simulation = useQuery(simulationQuery());
  return (
    <div className="stack">
      <header className="page-head">
        <h1>Simulate</h1>
        <ViewTabs
          label="Simulate"
          to="/simulate"
          views={VIEWS}
          beside={{ label: "System", to: "/system" }}
        />
        <p className="text-muted">Faults on purpose, and whether they are found</p>
      </header>
      <Answer what="The simulation" query={simulation} rows={5}>
        {({ available, story }) =>
          available ? (
            <>
              {story && <StoryView story={story} />}
              <ScenarioForm running={story?.running ?? false} />
            </>
          ) : (
            <Empty title="This server watches something real">
              <p>
                Scenarios are told where the simulator feeds the server: <code>vedette demo</code>.
              </p>
            </Empty>
          )
        }
      </Answer>
    </div>
  );
}
