// One release: its verdict, and each check with what was compared and how strong the evidence is.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import type { CSSProperties } from "react";
import { formatNumber, formatValue, unitOfQuery } from "../../kit/format";
import { Answer, Empty, Section } from "../../kit/section";
import { StateMark } from "../../kit/state_mark";
import { TableBox } from "../../kit/table_box";
import { Clock } from "../../kit/time";
import { usePageTitle } from "../../kit/use_page_title";
import { safeAddress } from "../changes/address";
import { EvidenceChip } from "../evidence/evidence_chip";
import { type ReleaseCheck, type ReleaseDetail, type ReleaseSide, releaseQuery } from "./queries";
import {
  evidencePart,
  evidenceWords,
  factorWords,
  outcomeWord,
  releaseWord,
  sideWord,
} from "./words";
import "./releases.css";

export default function ReleasePage() {
  const { id } = useParams({ from: "/releases/$id" });
  const release = useQuery(releaseQuery(id));
  usePageTitle(release.data ? `${release.data.service} ${release.data.version}`.trim() : "Release");
  return (
    <Answer
      what="The release"
      absent={{
        title: "There is no such release",
        leads: (
          <Link to="/releases" className="link">
            All releases
          </Link>
        ),
      }}
      query={release}
      rows={5}
    >
      {(data) => (
        <div className="stack">
          <Head release={data} />
          <Judgement release={data} />
        </div>
      )}
    </Answer>
  );
}

function Head({ release }: { release: ReleaseDetail }) {
  const { service, version, previous_version, title, author, url, summary } = release;
  const { released_at, decided_at, watched_until, state, anomaly_id, ruled_out_by } = release;
  const { word, tone } = releaseWord(release);
  const address = safeAddress(url);
  return (
    <header className="incident-head">
      <Link to="/releases" className="link inline-flex items-center gap-1 text-sm">
        <ArrowLeft size={14} aria-hidden /> Releases
      </Link>
      <p className={`release-verdict tone-${tone}`}>
        <StateMark tone={tone} size={20} /> {word}
      </p>
      <h1 className="break-words text-2xl font-semibold leading-tight">
        {service} {version || title}
      </h1>
      <p className="break-words">{summary}</p>
      <p className="row-facts">
        <span>
          released <Clock at={released_at} />
        </span>
        {previous_version && <span>after {previous_version}</span>}
        {author && <span>by {author}</span>}
        {decided_at && (
          <span>
            decided at <Clock at={decided_at} />
          </span>
        )}
        {state === "watching" && (
          <span>
            watched until <Clock at={watched_until} seconds={false} />
          </span>
        )}
        {state === "superseded" && <span>another release took its place</span>}
        {address && (
          <span>
            <a href={address} className="link" target="_blank" rel="noreferrer">
              what was changed
            </a>
          </span>
        )}
        {anomaly_id && <span>it opened an incident</span>}
        {ruled_out_by && (
          <span className="inline-flex flex-wrap items-baseline gap-2">
            <Link
              to="/incidents/$id/$tab"
              params={{ id: ruled_out_by.incident_id, tab: "why" }}
              className="link"
            >
              the diagnosis that rules it out
            </Link>
            {ruled_out_by.evidence_id && (
              <EvidenceChip id={ruled_out_by.evidence_id} about={ruled_out_by.why} />
            )}
          </span>
        )}
      </p>
    </header>
  );
}

function Judgement({ release: { judgement } }: { release: ReleaseDetail }) {
  if (!judgement) {
    return <Empty title="Not judged yet">The first minutes of traffic are awaited.</Empty>;
  }
  const { checks, new_patterns, notes } = judgement;
  return (
    <>
      <Section title="Checks" count={checks.length}>
        <ul className="release-checks">
          {checks.map((check) => (
            <Check key={`${check.signal} ${check.metric}`} check={check} />
          ))}
        </ul>
        {checks.length === 0 && <Empty title="Nothing could be compared" />}
      </Section>
      {new_patterns.length > 0 && (
        <Section title="Log lines that were never written before" count={new_patterns.length}>
          <ul className="rows">
            {new_patterns.map(({ id, text, example, lines, first_seen, evidence_id }) => (
              <li key={id} className="row top">
                <div className="min-w-0 flex-1">
                  <p className="break-words">
                    <code>{text}</code>
                  </p>
                  <p className="break-words text-muted text-sm">{example}</p>
                </div>
                <p className="row-times">
                  <span>{formatNumber(lines)} lines</span>
                  <span>
                    since <Clock at={first_seen} />
                  </span>
                  {evidence_id && <EvidenceChip id={evidence_id} about={text} />}
                </p>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {notes.length > 0 && (
        <Section title="What could not be seen">
          <ul className="list-disc pl-5">
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

function Check({ check }: { check: ReleaseCheck }) {
  const { signal, metric, outcome, text, needs_requests, sides } = check;
  const { word, tone } = outcomeWord(outcome);
  const compared = outcome !== "no_data";
  return (
    <li>
      <div className="hypothesis-head">
        <StateMark tone={tone} />
        <h3 className="min-w-0 flex-1 break-words font-semibold capitalize">{signal}</h3>
        <span className={`tone-${tone} font-semibold`}>{word}</span>
      </div>
      <p className="break-words">{text}</p>
      <p className="row-facts">
        <span>
          <code>{metric}</code>
        </span>
        {compared && <span>{factorWords(check)}</span>}
        {needs_requests !== null && (
          <span>needs {formatNumber(Math.ceil(needs_requests))} more requests</span>
        )}
      </p>
      {compared && (
        <p className="evidence-scale">
          <span
            className="evidence-bar"
            data-decided={outcome === "worse"}
            style={{ "--part": `${evidencePart(check) * 100}%` } as CSSProperties}
            aria-hidden
          />
          {evidenceWords(check)}
        </p>
      )}
      {sides.length > 0 && <Sides sides={sides} signal={signal} unit={unitOfQuery(metric)} />}
    </li>
  );
}

interface SidesProps {
  sides: ReleaseSide[];
  signal: string;
  unit: string | undefined; // of levels
}

function Sides({ sides, signal, unit }: SidesProps) {
  const counted = sides.some(({ total }) => total !== null);
  return (
    <TableBox label={`Comparison of ${signal}`}>
      <table className="table">
        <caption className="sr-only">What was compared for {signal}</caption>
        <thead>
          <tr>
            <th scope="col">Side</th>
            {counted && <th scope="col">Requests</th>}
            {counted && <th scope="col">Bad</th>}
            <th scope="col">{counted ? "Share" : "Level"}</th>
            <th scope="col">Evidence</th>
          </tr>
        </thead>
        <tbody>
          {sides.map(({ name, text, total, bad, value, evidence_id, query, from, to }) => (
            <tr key={name}>
              <th scope="row" title={text}>
                {sideWord(name)}
              </th>
              {counted && <td>{total === null ? "" : formatNumber(Math.round(total))}</td>}
              {counted && <td>{bad === null ? "" : formatNumber(Math.round(bad))}</td>}
              <td>
                {total === null ? formatValue(value, unit) : `${formatNumber(value * 100)} %`}
              </td>
              <td>
                {evidence_id ? (
                  <EvidenceChip id={evidence_id} about={text} />
                ) : (
                  <Link to="/explore/metrics" search={{ q: query, from, to }} className="link">
                    query
                  </Link>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}
