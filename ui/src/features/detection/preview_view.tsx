// What the marks that wait would have done to what was found lately.
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Days } from "../../kit/days";
import { formatNumber, plural } from "../../kit/format";
import { Answer, Section } from "../../kit/section";
import { SeverityWord } from "../../kit/state_mark";
import { HeadRow, TableBox } from "../../kit/table_box";
import { type Preview, previewQuery } from "../feedback/queries";
import { effectWords } from "./words";

const DAYS = [7, 14, 30];
const CHANGED_SHOWN = 50;

interface PreviewViewProps {
  marks: number;
  apply: ReactNode;
}

export function PreviewView({ marks, apply }: PreviewViewProps) {
  const [days, setDays] = useState(DAYS[0] ?? 7);
  const preview = useQuery(previewQuery(days));
  return (
    <Section
      title="What applying them would have changed"
      aside={<Days label="Looking back" choices={DAYS} days={days} onChoose={setDays} />}
    >
      <Answer what="The preview" query={preview} rows={4}>
        {(data) => (
          <div className="stack">
            <p className="preview-sentence">{effectWords(data)}</p>
            {!data.complete && (
              <p className="note">There was more in this time than could be looked at.</p>
            )}
            <Tallies preview={data} />
            <Groups preview={data} />
            <Changed title="Incidents" rows={data.changed_incidents} />
            <Changed title="Anomalies" rows={data.changed_anomalies} />
          </div>
        )}
      </Answer>
      <p className="mt-3 mb-2 text-muted text-sm">
        {plural(marks, "mark")}. Applying can be undone; then they wait again.
      </p>
      {apply}
    </Section>
  );
}

function Tallies({ preview: { anomalies, incidents, pages } }: { preview: Preview }) {
  const rows: [string, Record<string, number>][] = [
    ["Anomalies", anomalies],
    ["Incidents", incidents],
    ["Pages", pages],
  ];
  const columns = ["before", "kept", "lowered", "raised", "dropped", "added"];
  return (
    <TableBox label="What would have been different">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Found</th>
            {columns.map((name) => (
              <th key={name} scope="col" className="capitalize">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, tally]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {columns.map((column, index) => (
                <td key={column} data-some={index > 1 && (tally[column] ?? 0) > 0}>
                  {tally[column] === undefined ? "" : formatNumber(tally[column])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

function Groups({ preview: { groups } }: { preview: Preview }) {
  if (groups.length === 0) return null;
  return (
    <details className="row-more">
      <summary>By metric: {plural(groups.length, "group")}</summary>
      <TableBox label="By metric">
        <table className="table">
          <HeadRow
            names={[
              "Service and metric",
              "Weight",
              "Marks",
              "Before",
              "Lowered",
              "Raised",
              "Dropped",
            ]}
          />
          <tbody>
            {groups.map((group) => (
              <tr key={`${group.service} ${group.metric} ${group.detector}`}>
                <th scope="row" className="break-words">
                  {group.service}: {group.metric || group.detector}
                </th>
                <td>
                  {formatNumber(group.weight_before)} → {formatNumber(group.weight_after)}
                </td>
                <td>
                  {formatNumber(group.feedback.useful)} useful, {formatNumber(group.feedback.noise)}{" "}
                  noise
                </td>
                <td>{group.before}</td>
                <td>{group.lowered}</td>
                <td>{group.raised}</td>
                <td>{group.dropped}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </details>
  );
}

function Changed({ title, rows }: { title: string; rows: Preview["changed_anomalies"] }) {
  if (rows.length === 0) return null;
  return (
    <details className="row-more">
      <summary>
        {title} that would have been different: {rows.length}
      </summary>
      <ul className="rows">
        {rows.slice(0, CHANGED_SHOWN).map(({ id, text, was, would_be }) => (
          <li key={id} className="row">
            <p className="min-w-0 flex-1 break-words">{text}</p>
            <p className="changed-severity">
              <SeverityWord severity={was} />
              <span aria-hidden>→</span>
              <span className="sr-only">would have been</span>
              {would_be ? <SeverityWord severity={would_be} /> : <span>not told</span>}
            </p>
          </li>
        ))}
      </ul>
      {rows.length > CHANGED_SHOWN && (
        <p className="text-muted text-sm">The first {CHANGED_SHOWN} of them.</p>
      )}
    </details>
  );
}
