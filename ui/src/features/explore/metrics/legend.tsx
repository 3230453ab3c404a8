// The legend as a table: what each line is, its last value, its least, mean and most.
import { formatChange, formatValue, plural } from "../../../kit/format";
import type { LegendRow } from "../../../kit/joined";
import { Swatch } from "../../../kit/swatches";

interface LegendProps {
  rows: LegendRow[];
  hidden: ReadonlySet<string>;
  setHidden: (hidden: ReadonlySet<string>) => void;
  compared: boolean;
  left: number; // series that are not drawn
  unit?: string;
}

// A press shows this line alone, the next all again; with Ctrl or Shift it is added or taken away.
export function nextHidden(
  keys: string[],
  hidden: ReadonlySet<string>,
  pressed: string,
  add: boolean,
): ReadonlySet<string> {
  if (add) {
    const next = new Set(hidden);
    if (!next.delete(pressed)) next.add(pressed);
    return next.size === keys.length ? new Set() : next;
  }
  const others = keys.filter((key) => key !== pressed);
  const alone = !hidden.has(pressed) && others.every((key) => hidden.has(key));
  return new Set(alone ? [] : others);
}

export function Legend({ rows, hidden, setHidden, compared, left, unit }: LegendProps) {
  const number = (value: number | null) => (value === null ? "none" : formatValue(value, unit));
  const keys = rows.map(({ key }) => key);
  const letters = new Set(rows.map(({ letter }) => letter)).size > 1;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <div className="table-box" role="region" aria-label="Legend" tabIndex={0}>
        <table className="table legend">
          <thead>
            <tr>
              <th scope="col">Series</th>
              {["Last", "Min", "Mean", "Max"].map((word) => (
                <th key={word} scope="col" className="num">
                  {word}
                </th>
              ))}
              {compared && (
                <th scope="col" className="num">
                  Change
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key} data-off={hidden.has(row.key)}>
                <th scope="row">
                  <button
                    type="button"
                    className="legend-name"
                    aria-pressed={!hidden.has(row.key)}
                    title={`${row.name}: shown alone; with Ctrl, added or taken away`}
                    onClick={({ ctrlKey, metaKey, shiftKey }) =>
                      setHidden(nextHidden(keys, hidden, row.key, ctrlKey || metaKey || shiftKey))
                    }
                  >
                    <Swatch color={row.color} />
                    {letters && `${row.letter}: `}
                    {row.name}
                  </button>
                </th>
                <td>{number(row.last)}</td>
                <td>{number(row.min)}</td>
                <td>{number(row.mean)}</td>
                <td>{number(row.max)}</td>
                {compared && <td>{formatChange(row.change)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {left > 0 && (
        <p className="text-muted text-sm">
          {plural(left, "more series", "more series")} not drawn: narrow the query, or ask for{" "}
          <code>topk(10, …)</code>.
        </p>
      )}
    </>
  );
}
