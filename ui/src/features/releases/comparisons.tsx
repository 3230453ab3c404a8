// Scheduled comparisons: a window beside the same window some days before, what was worse, and the
// numbers that say so.
import { type QueryClient, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { ask, client } from "../../api/client";
import { readAgain } from "../../api/read_again";
import type { components } from "../../api/schema";
import { useWords } from "../../frame/search_words";
import { serverNow } from "../../kit/clock";
import { formatClock, formatNumber, plural } from "../../kit/format";
import { ActButton } from "../../kit/permitted";
import { Answer, Empty, Section } from "../../kit/section";
import { useSettings } from "../../kit/settings";
import { StateMark } from "../../kit/state_mark";
import { TableBox } from "../../kit/table_box";
import { Ago, Clock } from "../../kit/time";
import { Refusal, useRequest } from "../../kit/use_request";

type Schemas = components["schemas"];
type Report = Schemas["ComparisonReport"];
type Finding = Report["findings"][number];
type Table = Report["tables"][number];
type Comparison = Schemas["ComparisonList"]["comparisons"][number];

const KEY = "comparisons";
const ROWS_SHOWN = 40;
const RUNS_SHOWN = 20;

const comparisonsQuery = () =>
  queryOptions({
    queryKey: [KEY] as const,
    queryFn: async ({ signal }) =>
      (await ask(client.GET("/api/v1/comparisons", { signal }))).comparisons,
    refetchInterval: 60_000,
  });

const runsQuery = (name: string) =>
  queryOptions({
    queryKey: [KEY, name, "runs"] as const,
    queryFn: async ({ signal }) => {
      const params = { path: { name }, query: { limit: RUNS_SHOWN } };
      return (await ask(client.GET("/api/v1/comparisons/{name}/runs", { params, signal }))).runs;
    },
  });

const runQuery = (name: string, run: string) =>
  queryOptions({
    queryKey: [KEY, name, "run", run] as const,
    queryFn: ({ signal }) => {
      const params = { path: { name }, query: run ? { run } : {} };
      return ask(client.GET("/api/v1/comparisons/{name}", { params, signal }));
    },
  });

async function compareNow(cache: QueryClient, name: string): Promise<void> {
  const params = { path: { name } };
  await ask(client.POST("/api/v1/comparisons/{name}/run", { params }));
  await readAgain(cache, { queryKey: [KEY] });
}

export function Comparisons() {
  const all = useQuery(comparisonsQuery());
  const [{ q = "" }] = useWords();
  return (
    <Answer what="Comparisons" query={all} rows={4}>
      {(list) => {
        const chosen = list.find(({ name }) => name === q) ?? list[0];
        if (!chosen) {
          return (
            <Empty title="No comparisons yet">
              <p>
                They are written in the configuration under <code>comparisons</code>.
              </p>
            </Empty>
          );
        }
        return (
          <div className="stack">
            <Head list={list} chosen={chosen} />
            {chosen.last_run ? (
              <Run name={chosen.name} />
            ) : (
              <Empty title="It has not run yet">
                <p>Compare now, or wait for its hour.</p>
              </Empty>
            )}
          </div>
        );
      }}
    </Answer>
  );
}

function Head({ list, chosen }: { list: Comparison[]; chosen: Comparison }) {
  const cache = useQueryClient();
  const [, setWords] = useWords();
  const { busy, error, run } = useRequest();
  const { name, window, offset, next_run_at } = chosen;
  const start = async () => {
    if (await run(() => compareNow(cache, name))) setWords({ run: undefined });
  };
  return (
    <Section
      title="Comparisons"
      count={list.length}
      aside={
        <ActButton className="button small" disabled={busy} onClick={() => void start()}>
          <Play size={14} aria-hidden /> {busy ? "Comparing…" : "Compare now"}
        </ActButton>
      }
    >
      <div className="toolbar">
        <div className="segments" role="group" aria-label="Comparison">
          {list.map((one) => (
            <button
              key={one.name}
              type="button"
              className="segment"
              aria-pressed={one.name === name}
              onClick={() => setWords({ q: one.name, run: undefined })}
            >
              {one.name}
              {one.last_run && one.last_run.findings > 0 && (
                <span className="count">{one.last_run.findings}</span>
              )}
            </button>
          ))}
        </div>
        <span className="text-muted text-sm">
          {window} beside the same {offset} before,{" "}
          {next_run_at ? (
            <>
              next <Ago at={next_run_at} ahead />
            </>
          ) : (
            "when asked"
          )}
        </span>
        {chosen.last_run && <RunField name={name} />}
      </div>
      <Refusal error={error} />
    </Section>
  );
}

function RunField({ name }: { name: string }) {
  const [{ run = "" }, setWords] = useWords();
  const runs = useQuery(runsQuery(name));
  const { zone } = useSettings();
  return (
    <label className="inline-field ml-auto">
      Run
      <select value={run} onChange={(event) => setWords({ run: event.target.value || undefined })}>
        <option value="">the latest</option>
        {runs.data?.map(({ id, ran_at, findings }) => (
          <option key={id} value={id}>
            {formatClock(Date.parse(ran_at), zone, serverNow(), false)},{" "}
            {plural(findings, "finding")}
          </option>
        ))}
      </select>
    </label>
  );
}

function Run({ name }: { name: string }) {
  const [{ run = "" }] = useWords();
  const answer = useQuery(runQuery(name, run));
  return (
    <Answer what="The comparison" query={answer} rows={6}>
      {({ report, ran_at }) => (
        <>
          <Section title="What is worse" count={report.findings.length || undefined}>
            <p className="mb-2 text-muted text-sm">
              <Clock at={report.now.from} seconds={false} /> to{" "}
              <Clock at={report.now.to} seconds={false} /> beside{" "}
              <Clock at={report.then.from} seconds={false} /> to{" "}
              <Clock at={report.then.to} seconds={false} />, compared <Ago at={ran_at} />
            </p>
            {report.findings.length === 0 ? (
              <Empty title="Nothing: it is as it was" />
            ) : (
              <ul className="rows">
                {report.findings.map((finding) => (
                  <FindingRow key={`${finding.group} ${finding.text}`} finding={finding} />
                ))}
              </ul>
            )}
            {report.notes.map((note) => (
              <p key={note} className="note mt-2 text-sm">
                {note}
              </p>
            ))}
          </Section>
          {report.tables.map((table) => (
            <TableSection key={`${table.group} ${table.query}`} table={table} />
          ))}
        </>
      )}
    </Answer>
  );
}

function FindingRow({ finding: { group, text, query } }: { finding: Finding }) {
  return (
    <li className="row top" data-row>
      <StateMark tone="warning" />
      <div className="min-w-0 flex-1">
        <p className="break-words">{text}</p>
        <p className="row-facts">
          <span>{group}</span>
          <Link to="/explore/metrics" search={{ q: query, cmp: "-7d" }} className="link">
            Explore
          </Link>
        </p>
      </div>
    </li>
  );
}

const change = (now: number, then: number | null) =>
  then === null ? "nothing then" : `${formatNumber(then)} → ${formatNumber(now)}`;

function TableSection({ table }: { table: Table }) {
  const { group, unit, error, rows } = table;
  const columns = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
  return (
    <Section title={group} count={rows.length || undefined} aside={unit}>
      {error && <p className="tone-critical break-words text-sm">{error}</p>}
      {rows.length === 0 && !error && <Empty title="No values in either window" />}
      {rows.length > 0 && (
        <TableBox label={`Values of ${group}, then and now`}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Of</th>
                {columns.map((name) => (
                  <th key={name} scope="col" className="num">
                    {name}, then → now
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, ROWS_SHOWN).map(({ name, values }) => (
                <tr key={name}>
                  <th scope="row">{name || "all"}</th>
                  {columns.map((column) => {
                    const value = values[column];
                    return <td key={column}>{value ? change(value.now, value.then) : "none"}</td>;
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </TableBox>
      )}
      {rows.length > ROWS_SHOWN && (
        <p className="text-muted text-sm">The first {ROWS_SHOWN} of them.</p>
      )}
    </Section>
  );
}
