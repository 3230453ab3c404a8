// One piece of evidence: the question, the window, the answer as it was taken; and the same
// question asked again, so that anyone can check.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Copy } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { evidenceAgainQuery, evidenceQuery } from "../../api/queries";
import type { Evidence } from "../../api/types";
import { readEvidence } from "../../kit/chart_data";
import { copyText } from "../../kit/clipboard";
import { formatNumber, formatTook } from "../../kit/format";
import { Answer, Loading, Section } from "../../kit/section";
import { TableBox } from "../../kit/table_box";
import { Clock } from "../../kit/time";
import { usePageTitle } from "../../kit/use_page_title";
import {
  againWords,
  type Claim,
  claimOf,
  examplesOf,
  factsOf,
  judgedOf,
  movedWords,
  readingOf,
  ruleWords,
  type SpansSeen,
  shownWords,
  spansOf,
  spansWords,
} from "./reading";

const Chart = lazy(() => import("../../kit/chart"));

export default function EvidencePage() {
  const { id } = useParams({ from: "/e/$id" });
  const evidence = useQuery(evidenceQuery(id));
  usePageTitle("Evidence");
  return (
    <div className="stack max-w-4xl">
      <Answer
        what="The evidence"
        absent={{
          title: "There is no such evidence",
          leads: (
            <Link to="/explore/anomalies" className="link">
              All anomalies
            </Link>
          ),
        }}
        query={evidence}
        rows={5}
      >
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

const LANGUAGES: Record<Evidence["language"], string> = {
  promql: "A query of metrics",
  logs: "A query of log lines",
  changes: "A change",
  edges: "Calls from one service to another",
  spans: "Spans of traces",
  pairs: "Log lines that follow each other",
  events: "An event that was judged",
};

function Question({ evidence }: { evidence: Evidence }) {
  const { id, language, query, from, to, taken_at } = evidence;
  return (
    <header className="incident-head">
      <h1 className="text-2xl font-semibold">Evidence</h1>
      <p className="text-muted text-sm">{LANGUAGES[language] ?? language}</p>
      <pre className="code">{query}</pre>
      <p className="text-muted">
        from <Clock at={from} /> to <Clock at={to} />, taken at <Clock at={taken_at} />
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
  const seen = readEvidence(evidence.result);
  const times = seen?.data.times ?? [];
  const [first, last] = [times[0], times.at(-1)];
  if (!seen || first === undefined || last === undefined) {
    return (
      <Section title="What was seen">
        <ReadingFacts evidence={evidence} />
        <JudgedFacts evidence={evidence} />
        <Raw evidence={evidence} />
        <AskAgain evidence={evidence} />
      </Section>
    );
  }
  const { data, expected } = seen;
  const caption = shownWords(evidence.language, data, expected);
  return (
    <Section title="What was seen">
      <ReadingFacts evidence={evidence} />
      {times.length === 1 ? (
        <p className="text-lg">{caption}</p>
      ) : (
        <Suspense fallback={<Loading rows={4} what="the chart" />}>
          <Chart
            data={data}
            window={{ start: first * 1000, end: last * 1000 }}
            caption={caption}
            expected={expected}
            height={260}
          />
        </Suspense>
      )}
      <Examples evidence={evidence} />
      <AskAgain evidence={evidence} />
    </Section>
  );
}

// Some of the records that a rule counted.
function Examples({ evidence }: { evidence: Evidence }) {
  const examples = examplesOf(evidence.result);
  if (examples.length === 0) return null;
  return (
    <>
      <h3 className="mt-3 font-semibold">Some of them</h3>
      <pre className="code">{examples.map(({ time, text }) => `${time} ${text}`).join("\n")}</pre>
    </>
  );
}

// What is no series: in words where its form is known, and always as it was taken.
function Raw({ evidence: { language, result } }: { evidence: Evidence }) {
  const spans = language === "spans" ? spansOf(result) : null;
  const facts = spans ? null : factsOf(result);
  const raw = <pre className="code">{JSON.stringify(result, null, 2)}</pre>;
  if (!spans && !facts) return raw;
  return (
    <>
      {spans && <SpansTable spans={spans} />}
      {facts && (
        <dl className="fact-list">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt className="capitalize">{name}</dt>
              <dd>{/^\d{4}-.*T.*Z$/.test(value) ? <Clock at={value} /> : value}</dd>
            </div>
          ))}
        </dl>
      )}
      <details className="row-more mt-2">
        <summary>As it was taken</summary>
        {raw}
      </details>
    </>
  );
}

function SpansTable({ spans }: { spans: SpansSeen }) {
  return (
    <>
      <p className="mb-2 text-lg">{spansWords(spans)}</p>
      <TableBox label="Spans, usually and now">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Median time</th>
              <th scope="col">Spans</th>
            </tr>
          </thead>
          <tbody>
            {(["usual", "now"] as const).map((when) => (
              <tr key={when}>
                <th scope="row">{when === "usual" ? "Usually" : "In it"}</th>
                <td>{formatTook(spans[when].ms)}</td>
                <td>{formatNumber(spans[when].spans)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </>
  );
}

function ClaimFacts({ claim: { text, counted } }: { claim: Claim }) {
  return (
    <p className="note mb-3">
      It was said: {text}.{counted && ` Counted: ${counted}.`}
    </p>
  );
}

function ReadingFacts({ evidence }: { evidence: Evidence }) {
  const claim = claimOf(evidence.result);
  if (claim) return <ClaimFacts claim={claim} />;
  const reading = readingOf(evidence.result);
  if (!reading) return null;
  return (
    <p className="note mb-3">
      From {movedWords(reading)}: {ruleWords(reading.rule)}, usual until{" "}
      <Clock at={reading.usual_until} />, in it from <Clock at={reading.from} /> to{" "}
      <Clock at={reading.to} />.
      {reading.without.map(({ from, to }) => (
        <span key={from}>
          {" "}
          Something else was wrong from <Clock at={from} /> to <Clock at={to} />: not counted as
          usual.
        </span>
      ))}
    </p>
  );
}

// What the event rules said of an event; the event itself stands below.
function JudgedFacts({ evidence }: { evidence: Evidence }) {
  const judged = evidence.language === "events" ? judgedOf(evidence.result) : null;
  if (!judged) return null;
  return (
    <p className="note mb-3">
      {judged.status} with {formatNumber(judged.score)}:{" "}
      {judged.failed.join(", ") || "nothing failed"}. The decision was {judged.decision}.
    </p>
  );
}

// The server reads anew.
function AskAgain({ evidence: { id } }: { evidence: Evidence }) {
  const [asked, setAsked] = useState(false);
  const answer = useQuery({ ...evidenceAgainQuery(id), enabled: asked });
  if (!asked) {
    return (
      <button type="button" className="button mt-2" onClick={() => setAsked(true)}>
        Ask the same question again
      </button>
    );
  }
  return (
    <Answer what="The answer" query={answer} rows={1}>
      {({ again }) => (
        <p role="status" className="note mt-2">
          {again && againWords(again)}
        </p>
      )}
    </Answer>
  );
}
