// Detection: how it learns from people and from history. What was marked and what that would change,
// where the thresholds stand and why, and the models that were learnt.
import { useWords } from "../../frame/search_words";
import { ViewTabs } from "../../frame/view_tabs";
import { usePageTitle } from "../../kit/use_page_title";
import { FeedbackView } from "./feedback_view";
import { ModelsView } from "./models_view";
import { ThresholdsView } from "./thresholds_view";
import "./detection.css";

const VIEWS = {
  feedback: { label: "Feedback", View: FeedbackView },
  thresholds: { label: "Thresholds", View: ThresholdsView },
  models: { label: "Models", View: ModelsView },
};

type ViewName = keyof typeof VIEWS;

export default function DetectionPage() {
  usePageTitle("Detection");
  const [{ view }] = useWords();
  const chosen: ViewName = view && view in VIEWS ? (view as ViewName) : "feedback";
  const { View } = VIEWS[chosen];
  return (
    <div className="stack">
      <header className="page-head">
        <h1>Detection</h1>
        <ViewTabs
          label="Detection"
          to="/detection"
          views={VIEWS}
          beside={{ label: "Rules", to: "/rules" }}
        />
        <p className="text-muted">What it has learnt, and from whom</p>
      </header>
      <View />
    </div>
  );
}
