// How duty is shared: hours, nights and weekends per person. Nights and weekends go by the person's
// own clock.
import type { CSSProperties } from "react";
import { formatNumber } from "../../kit/format";
import { HeadRow, TableBox } from "../../kit/table_box";
import { sharesOf } from "./calendar";
import { PersonName, usePeople } from "./person";
import type { ShiftList } from "./queries";

const UNEVEN = 0.25; // of an even share, from which on it is said

const hours = (value: number) => `${formatNumber(Math.round(value * 10) / 10)} h`;

function unevenWords(uneven: number): string {
  if (Math.abs(uneven) < UNEVEN) return "even";
  const percent = Math.round(Math.abs(uneven) * 100);
  return uneven > 0 ? `${percent} % more than even` : `${percent} % less than even`;
}

export function LoadTable({ load }: { load: ShiftList["load"] }) {
  const shares = sharesOf(load);
  const people = usePeople();
  if (shares.length === 0) return <p className="text-muted">Nobody is on call in these weeks.</p>;
  return (
    <TableBox label="Load by person">
      <table className="table load-table">
        <caption className="sr-only">Load by person in the weeks that are shown</caption>
        <HeadRow names={["Person", "Share", "Hours", "Nights", "Weekends", "Shifts"]} />
        <tbody>
          {shares.map((one) => (
            <tr key={one.user}>
              <th scope="row">
                <PersonName user={one.user} />
              </th>
              <td>
                <span className="share">
                  <span
                    className="share-bar"
                    style={
                      {
                        "--part": `${one.share * 100}%`,
                        "--person": people(one.user).color,
                      } as CSSProperties
                    }
                    aria-hidden
                  />
                  {Math.round(one.share * 100)} %
                </span>
                <span className="share-word">{unevenWords(one.uneven)}</span>
              </td>
              <td>{hours(one.hours)}</td>
              <td>{hours(one.nights)}</td>
              <td>{hours(one.weekends)}</td>
              <td>{one.shifts}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}
