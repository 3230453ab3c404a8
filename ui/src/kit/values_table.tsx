// A drawing's values as a table, for who cannot see it or wants the numbers.
import { formatClock } from "./format";
import { useSettings } from "./settings";

interface ValuesTableProps {
  columns: { key: string | number; head: string }[];
  rows: { time: number; values: string[] }[]; // seconds; as many as there are columns
  now: number;
}

export function ValuesTable({ columns, rows, now }: ValuesTableProps) {
  const { zone } = useSettings();
  return (
    <details className="chart-table">
      <summary>Values as a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <div className="scroll-box" tabIndex={0} role="region" aria-label="Values">
        <table>
          <thead>
            <tr>
              <th scope="col">Time ({zone === "utc" ? "UTC" : "local"})</th>
              {columns.map(({ key, head }) => (
                <th scope="col" key={key}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ time, values }) => (
              <tr key={time}>
                <th scope="row">{formatClock(time * 1000, zone, now)}</th>
                {columns.map(({ key }, index) => (
                  <td key={key}>{values[index]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
