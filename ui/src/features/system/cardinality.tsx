// Which metrics, labels and values cost how many series.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { keptRange } from "../../frame/use_time_range";
import { formatBytes, formatNumber } from "../../kit/format";
import { Answer, Empty, Section } from "../../kit/section";
import { cardinalityQuery } from "./queries";

const ROWS = 15;

export function CardinalityView() {
  const [prefix, setPrefix] = useState("");
  const found = useQuery(cardinalityQuery(prefix.trim(), ROWS));
  return (
    <Section
      title="Series"
      count={found.data && formatNumber(found.data.series)}
      aside={
        <label className="inline-field">
          Names that begin with
          <input
            type="search"
            value={prefix}
            maxLength={200}
            autoComplete="off"
            onChange={(event) => setPrefix(event.target.value)}
          />
        </label>
      }
    >
      <Answer what="Cardinality" query={found} rows={6}>
        {(data) =>
          data.series === 0 ? (
            <Empty title="No series" />
          ) : (
            <div className="columns">
              <Counts
                title="Series of a metric"
                rows={data.seriesByMetric}
                of={data.series}
                query={(name) => name}
              />
              <Counts
                title="Series of a label and value"
                rows={data.seriesByPair}
                of={data.series}
              />
              <Counts title="Values of a label" rows={data.valuesByLabel} />
              <Counts
                title="Memory of a label's values"
                rows={data.bytesByLabel}
                word={formatBytes}
              />
            </div>
          )
        }
      </Answer>
    </Section>
  );
}

interface CountsProps {
  title: string;
  rows: { name: string; value: number }[];
  of?: number; // the whole, for a share
  word?: (value: number) => string;
  query?: (name: string) => string; // a name leads to Explore
}

function Counts({ title, rows, of, word = formatNumber, query }: CountsProps) {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <div className="table-box">
      <table className="table bars">
        <thead>
          <tr>
            <th scope="col">{title}</th>
            <th scope="col">{of ? "Count, share" : "Count"}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, value }) => (
            <tr key={name} data-row={query ? true : undefined}>
              <th scope="row">
                {query ? (
                  <Link
                    to="/explore/metrics"
                    search={{ ...keptRange(), q: query(name) }}
                    className="link"
                  >
                    {name}
                  </Link>
                ) : (
                  name
                )}
                <span className="bar" style={{ width: `${(value / most) * 100}%` }} aria-hidden />
              </th>
              <td>
                {word(value)}
                {of ? `, ${Math.round((value / of) * 100)} %` : ""}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
