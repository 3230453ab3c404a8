// Ledger: who was told what and whether it arrived, and who was told too much.
import { useWords } from "../../frame/search_words";
import { ViewTabs } from "../../frame/view_tabs";
import { usePageTitle } from "../../kit/use_page_title";
import { LettersView } from "./letters_view";
import { NoiseView } from "./noise_view";

const VIEWS = {
  letters: { label: "Letters", View: LettersView },
  noise: { label: "Noise", View: NoiseView },
};

type ViewName = keyof typeof VIEWS;

export default function LedgerPage() {
  usePageTitle("Ledger");
  const [{ view }] = useWords();
  const chosen: ViewName = view && view in VIEWS ? (view as ViewName) : "letters";
  const { View } = VIEWS[chosen];
  return (
    <div className="stack">
      <header className="page-head">
        <h1>Ledger</h1>
        <ViewTabs label="Ledger" to="/ledger" views={VIEWS} />
        <p className="text-muted">Who was told what, and whether it arrived</p>
      </header>
      <View />
    </div>
  );
}
