// Changes: what was deployed, configured or switched, newest first.
import { useInfiniteQuery } from "@tanstack/react-query";
import { type ChangeFilter, changesQuery } from "../../api/data_queries";
import { SelectField, ServiceField, TextField } from "../../frame/fields";
import { Hidden, ScopeChip, useScope } from "../../frame/scope";
import { useWords } from "../../frame/search_words";
import { useRefreshMs, useTimeRange } from "../../frame/use_time_range";
import { Paged, pagedCount } from "../../kit/paged";
import { Empty, Section } from "../../kit/section";
import { usePageTitle } from "../../kit/use_page_title";
import { ChangeRow } from "./change_row";

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
  const { shown, hidden } = useScope().within(all, (change) => [change.service]);
  const kinds = [...new Set([...KINDS, ...all.map((change) => change.kind)])].sort();
  return (
    <div className="stack">
      <header className="page-head">
        <h1>Changes</h1>
        <ScopeChip />
      </header>
      <Section title="In this range" count={pagedCount(shown.length, changes)}>
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
            shown.length === 0 ? (
              <Empty title="Nothing changed, as far as is known">
                <p>
                  What is sent to <code>POST /api/v1/changes</code> is listed here: deployments,
                  configuration, flags.
                </p>
              </Empty>
            ) : (
              <ul className="rows">
                {shown.map((change) => (
                  <ChangeRow key={change.id} change={change} />
                ))}
              </ul>
            )
          }
        </Paged>
        <Hidden count={hidden} />
      </Section>
    </div>
  );
}
