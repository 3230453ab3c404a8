// Changes: what was deployed, configured or switched, newest first.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ChangeFilter, changesQuery } from "../../api/data_queries";
import type { Change } from "../../api/types";
import { SelectField, ServiceField, TextField } from "../../frame/fields";
import { useWords } from "../../frame/search_words";
import { useRefreshMs, useTimeRange } from "../../frame/use_time_range";
import { Paged } from "../../kit/paged";
import { Empty, Section } from "../../kit/section";
import { Clock } from "../../kit/time";
import { usePageTitle } from "../../kit/use_page_title";
import { safeAddress } from "./address";
import "./changes.css";

const AROUND_MS = 30 * 60_000;
const KINDS = ["deployment", "config", "flag", "scaling", "schema", "certificate"];

export default function ChangesPage() {
  usePageTitle("Changes");
  const [{ service, kind, q }] = useWords();
  const { range } = useTimeRange();
  const filter: ChangeFilter = {
    ...(service ? { service } : {}),
    ...(kind ? { kind } : {}),
    ...(q ? { text: q } : {}),
  };
  const changes = useInfiniteQuery(changesQuery(range, filter, useRefreshMs()));
  const all = changes.data?.pages.flatMap((page) => page.changes) ?? [];
  const kinds = [...new Set([...KINDS, ...all.map((change) => change.kind)])].sort();
  return (
    <div className="stack">
      <header className="page-head">
        <h1>Changes</h1>
      </header>
      <Section title="In this range" count={all.length || undefined}>
        <div className="toolbar mb-2">
          <TextField label="Words of the title" word="q" main />
          <ServiceField />
          <SelectField
            label="Kind"
            word="kind"
            all="All kinds"
            options={kinds.map((name) => [name, name.replaceAll("_", " ")])}
          />
        </div>
        <Paged what="Changes" query={changes} more="Older changes">
          {() =>
            all.length === 0 ? (
              <Empty title="Nothing changed, as far as is known">
                <p>
                  What is sent to <code>POST /api/v1/changes</code> is listed here: deployments,
                  configuration, flags.
                </p>
              </Empty>
            ) : (
              <ul className="rows">
                {all.map((change) => (
                  <ChangeRow key={change.id} change={change} />
                ))}
              </ul>
            )
          }
        </Paged>
      </Section>
    </div>
  );
}

function ChangeRow({ change }: { change: Change }) {
  const { time, service, kind, title, version, status, author, url, data, labels } = change;
  const address = safeAddress(url);
  const details = { ...labels, ...data };
  const ms = Date.parse(time);
  return (
    <li className="row top" data-change={kind}>
      <span className="chip change-kind">{kind.replaceAll("_", " ")}</span>
      <div className="min-w-0 flex-1">
        <p className="break-words font-semibold">{title}</p>
        <p className="row-facts">
          <span>{service || "no service"}</span>
          {version && <span>{version}</span>}
          {status && <span>{status.replaceAll("_", " ")}</span>}
          {author && <span>by {author}</span>}
        </p>
        <p className="change-links" data-row>
          <Link
            to="/explore/anomalies"
            search={{
              from: new Date(ms - AROUND_MS).toISOString(),
              to: new Date(ms + AROUND_MS).toISOString(),
              ...(service ? { service } : {}),
            }}
            className="link"
          >
            Anomalies around it
          </Link>
          {address && (
            <a href={address} className="link" target="_blank" rel="noreferrer">
              What was changed
            </a>
          )}
        </p>
        {Object.keys(details).length > 0 && (
          <details className="row-more">
            <summary>Data</summary>
            <pre className="code">{JSON.stringify(details, null, 2)}</pre>
          </details>
        )}
      </div>
      <p className="row-times">
        <Clock at={time} />
      </p>
    </li>
  );
}
