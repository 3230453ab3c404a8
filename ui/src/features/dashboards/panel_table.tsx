// A panel that is a table: what the query gives at the end of the range.
import { useQuery } from "@tanstack/react-query";
import { useRangeWindow, useRefreshMs } from "../../frame/use_time_range";
import { formatValue, plural } from "../../kit/format";
import { Answer, Empty } from "../../kit/section";
import { TableBox } from "../../kit/table_box";
import { instantQuery } from "./queries";
import { readVector } from "./vector";

const ROWS_MAX = 100;

export interface PanelBody {
  title: string;
  query: string;
  unit?: string;
}

export function TablePanel({ title, query, unit }: PanelBody) {
  const { end } = useRangeWindow();
  const answer = useQuery(instantQuery(query, end, useRefreshMs()));
  return (
    <Answer what="The panel" query={answer} rows={3}>
      {(data) => {
        const table = readVector(data, ROWS_MAX);
        if (!table || table.rows.length === 0) return <Empty title="No values at this time" />;
        const { columns, rows, left } = table;
        return (
          <>
            <TableBox label={`Values of ${title}`}>
              <table className="table">
                <thead>
                  <tr>
                    {columns.map((name) => (
                      <th key={name} scope="col" className="word">
                        {name}
                      </th>
                    ))}
                    <th scope="col">Value</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map(({ key, labels, value }) => (
                    <tr key={key}>
                      {columns.map((name) => (
                        <td key={name} className="word">
                          {labels[name] ?? ""}
                        </td>
                      ))}
                      <td>{formatValue(value, unit)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </TableBox>
            {left > 0 && (
              <p className="mt-1 text-muted text-sm">
                The highest {ROWS_MAX}; {plural(left, "row")} more.
              </p>
            )}
          </>
        );
      }}
    </Answer>
  );
}
