import { useQuery } from "@tanstack/react-query";
import { ledgerQuery } from "../../api/queries";
import type { LedgerEntry } from "../../api/types";
import { plural } from "../../kit/format";
import { Answer, Empty, Section } from "../../kit/section";
import { StateMark } from "../../kit/state_mark";
import { Clock } from "../../kit/time";
import { kindWord } from "../ledger/letter_kind";
import { letterState } from "../ledger/letter_state";

export function Told({ id }: { id: string }) {
  const ledger = useQuery(ledgerQuery(id));
  return (
    <Section title="Who was told" count={ledger.data?.entries.length}>
      <Answer what="The ledger" query={ledger} rows={2}>
        {(data) =>
          data.entries.length === 0 ? (
            <Empty title="Nobody was told">
              <p>
                Receivers are named in the configuration under <code>notify</code>.
              </p>
            </Empty>
          ) : (
            <ul className="rows">
              {data.entries.map((entry) => (
                <ToldRow key={entry.id} entry={entry} />
              ))}
            </ul>
          )
        }
      </Answer>
    </Section>
  );
}

function ToldRow({ entry }: { entry: LedgerEntry }) {
  const { time, kind, receiver, channel, to, state, attempts, delivered_at, detail } = entry;
  const { word, tone } = letterState(state);
  return (
    <li className="row">
      <StateMark tone={tone} />
      <div className="min-w-0 flex-1">
        <p className="break-words font-medium">
          {receiver}{" "}
          <span className="text-muted">
            by {channel}
            {to && `, to ${to}`}
          </span>
        </p>
        <p className="row-facts">
          <span>{kindWord(kind)}</span>
          <span>{plural(attempts, "attempt")}</span>
          {detail && <span className="break-words">{detail}</span>}
        </p>
      </div>
      <p className="row-times">
        <span className={`tone-${tone} font-semibold`}>{word}</span>
        <Clock at={delivered_at ?? time} />
      </p>
    </li>
  );
}
