// Releases: each judged against the version before it, newest first; and comparisons on a schedule.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { SelectField, ServiceField } from "../../frame/fields";
import { Hidden, ScopeChip, useScope } from "../../frame/scope";
import { useWords } from "../../frame/search_words";
import { ViewTabs } from "../../frame/view_tabs";
import { formatNumber } from "../../kit/format";
import { Paged } from "../../kit/paged";
import { Empty, Section } from "../../kit/section";
import { StateMark } from "../../kit/state_mark";
import { Ago, Clock } from "../../kit/time";
import { usePageTitle } from "../../kit/use_page_title";
import { Comparisons } from "./comparisons";
import { type Release, type ReleaseVerdict, releasesQuery } from "./queries";
import { releaseWord, VERDICT_NAMES, verdictWord } from "./words";
import "./releases.css";

const VIEWS = { verdicts: { label: "Verdicts" }, comparisons: { label: "Comparisons" } };

export default function ReleasesPage() {
  usePageTitle("Releases");
  const [{ view }] = useWords();
  return (
    <div className="stack">
      <header className="page-head">
        <h1>Releases</h1>
        <ViewTabs label="Releases" to="/releases" views={VIEWS} />
        <p className="text-muted">Whether each is worse than what it replaced</p>
      </header>
      {view === "comparisons" ? <Comparisons /> : <Verdicts />}
    </div>
  );
}

function Verdicts() {
  const [{ service, verdict }] = useWords();
  const known = VERDICT_NAMES.find((one) => one === verdict);
  const releases = useInfiniteQuery(
    releasesQuery({
      ...(service ? { service } : {}),
      ...(known ? { verdict: known as ReleaseVerdict } : {}),
    }),
  );
  const all = releases.data?.pages.flatMap((page) => page.releases) ?? [];
  const { team, within } = useScope();
  const { shown, hidden } = within(all, (release) => [release.service]);
  return (
    <Section title="Verdicts" count={shown.length || undefined}>
      <div className="toolbar mb-2">
        <ScopeChip />
        <ServiceField />
        <SelectField
          label="Verdict"
          word="verdict"
          all="All verdicts"
          options={VERDICT_NAMES.map((one) => [one, verdictWord(one).word])}
        />
      </div>
      <Paged what="Releases" query={releases} more="Older releases">
        {() =>
          shown.length === 0 ? (
            <Empty title={service || known || team ? "No release fits" : "No releases yet"}>
              <p>
                A deployment that is sent to <code>/api/v1/changes</code> is judged by itself;
                <code> vedette judge</code> asks from a pipeline.
              </p>
            </Empty>
          ) : (
            <ul className="rows">
              {shown.map((release) => (
                <ReleaseRow key={release.id} release={release} />
              ))}
            </ul>
          )
        }
      </Paged>
      <Hidden count={hidden} />
    </Section>
  );
}

function ReleaseRow({ release }: { release: Release }) {
  const { id, service, version, previous_version, title, author, released_at, state } = release;
  const { summary, needs_requests, watched_until } = release;
  const { word, tone } = releaseWord(release);
  return (
    <li className="row top" data-row>
      <StateMark tone={tone} />
      <div className="min-w-0 flex-1">
        <Link to="/releases/$id" params={{ id }} className="row-title">
          {service} {version || title}
        </Link>
        <p className="break-words text-sm">{summary}</p>
        <p className="row-facts">
          {previous_version && <span>after {previous_version}</span>}
          {version && title && <span>{title}</span>}
          {author && <span>by {author}</span>}
          {needs_requests !== null && (
            <span>needs {formatNumber(Math.ceil(needs_requests))} more requests</span>
          )}
          {state === "watching" && (
            <span>
              watched until <Clock at={watched_until} seconds={false} />
            </span>
          )}
          {state === "superseded" && <span>another one took its place</span>}
        </p>
      </div>
      <p className="row-times">
        <span className={`tone-${tone} font-semibold`}>{word}</span>
        <Ago at={released_at} />
      </p>
    </li>
  );
}
