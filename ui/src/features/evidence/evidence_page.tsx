// One piece of evidence: the question, the window, the answer as it was taken; and the same
// question asked again, so that anyone can check.
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Copy } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { evidenceQuery, rangeQuery } from "../../api/queries";
import type { Evidence } from "../../api/types";
import { readMatrix } from "../../kit/chart_data";
import { copyText } from "../../kit/clipboard";
import { Answer, Loading, Section } from "../../kit/section";
import { Clock } from "../../kit/time";
import { usePageTitle } from "../../kit/use_page_title";
import { compareAnswers, stepOf } from "./compare";

const Chart = lazy(() => import("../../kit/chart"));

export default function EvidencePage() {
  const { id } = useParams({ from: "/e/$id" });
  const evidence = useQuery(evidenceQuery(id));
  usePageTitle("Evidence");
  return (
    <div className="stack max-w-4xl">
      <Answer what="The evidence" query={evidence} rows={5}>
        {(data) => (
          <>
            <Question evidence={data} />
            <Result evidence={data} />
          </>
        )}
      </Answer>
    </div>
  );
}

function Question({ evidence }: { evidence: Evidence }) {
  const { id, query, from, to, taken_at } = evidence;
  return (
    <header className="incident-head">
      <h1 className="text-2xl font-semibold">Evidence</h1>
      <pre className="code">{query}</pre>
      <p className="text-muted">
        from <Clock at={from} /> to <Clock at={to} />, taken at <Clock at={taken_at} />. It never
        changes.
      </p>
      <div className="actions">
        <button type="button" className="button" onClick={() => void copyText(query, "Query")}>
          <Copy size={16} aria-hidden /> Copy query
        </button>
        <code className="ml-auto break-all text-muted text-xs">{id}</code>
      </div>
    </header>
  );
}

function Result({ evidence }: { evidence: Evidence }) {
  const data = readMatrix(evidence.result);
  if (!data || data.times.length === 0) {
    return (
      <Section title="What was seen">
        <pre className="code">{JSON.stringify(evidence.result, null, 2)}</pre>
      </Section>
    );
  }
  const window = { start: Date.parse(evidence.from), end: Date.parse(evidence.to) };
  const caption = `What the query answered at that time: ${data.series.length} series, ${data.times.length} points.`;
  return (
    <Section title="What was seen">
      <Suspense fallback={<Loading rows={4} what="the chart" />}>
        <Chart data={data} window={window} caption={caption} height={260} />
      </Suspense>
      <AskAgain evidence={evidence} />
    </Section>
  );
}

function AskAgain({ evidence }: { evidence: Evidence }) {
  const [asked, setAsked] = useState(false);
  const window = {
    start: Date.parse(evidence.from),
    end: Date.parse(evidence.to),
    step: stepOf(evidence.result),
  };
  const answer = useQuery({ ...rangeQuery(evidence.query, window, 0), enabled: asked });
  if (!asked) {
    return (
      <button type="button" className="button" onClick={() => setAsked(true)}>
        Ask the same question again
      </button>
    );
  }
  return (
    <Answer what="The answer" query={answer} rows={1}>
      {(data) => (
        <p role="status" className="note">
          {compareAnswers(evidence.result, data)}
        </p>
      )}
    </Answer>
  );
}
