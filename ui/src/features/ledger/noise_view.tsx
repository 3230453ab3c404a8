// Who was asked too often, by which rules, and what would have helped.
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask, client } from "../../api/client";
import type { operations } from "../../api/schema";
import { serverNow } from "../../kit/clock";
import { Days } from "../../kit/days";
import { plural } from "../../kit/format";
import { Answer, Empty, Section } from "../../kit/section";
import { StateMark } from "../../kit/state_mark";
import { HeadRow, TableBox } from "../../kit/table_box";
import { PersonName } from "../oncall/person";
import "../oncall/oncall.css";

type Noise = operations["getNoise"]["responses"][200]["content"]["application/json"];
type Rule = Noise["rules"][number];

const DAY_MS = 86_400_000;
const DAYS = [7, 30];
const ROWS_FIRST = 30;

const noiseQuery = (days: number) =>
  queryOptions({
    queryKey: ["noise", days] as const,
    queryFn: ({ signal }) => {
      const query = { from: new Date(serverNow() - days * DAY_MS).toISOString() };
      return ask(client.GET("/api/v1/notify/noise", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
  });

export function NoiseView() {
  const [days, setDays] = useState(7);
  const noise = useQuery(noiseQuery(days));
  return (
    <>
      <Days label="Looking back" choices={DAYS} days={days} onChoose={setDays} />
      <Answer what="The noise" query={noise} rows={5}>
        {({ people, rules, complete }) => (
          <div className="stack">
            {!complete && <p className="note">There was more in this time than was counted.</p>}
            <Section title="People" count={people.length || undefined}>
              {people.length === 0 ? (
                <Empty title="Nobody was asked for in this time" />
              ) : (
                <People people={people} />
              )}
            </Section>
            <Section title="Rules" count={rules.length || undefined}>
              {rules.length === 0 ? (
                <Empty title="No rule asked for anybody" />
              ) : (
                <Rules rules={rules} />
              )}
            </Section>
          </div>
        )}
      </Answer>
    </>
  );
}

// "9 of 14", and whether that is too many.
function OfBudget({ messages, budget = 0, over = false }: Noise["people"][number]) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      {over && <StateMark tone="warning" size={13} />}
      <span className={over ? "tone-warning font-semibold" : ""}>
        {messages} of {budget}
        {over && <span className="sr-only">, over the budget</span>}
      </span>
    </span>
  );
}

function People({ people }: { people: Noise["people"] }) {
  return (
    <TableBox label="Messages by person">
      <table className="table">
        <HeadRow
          names={["Person", "Messages of budget", "At night", "Incidents", "Acknowledged"]}
        />
        <tbody>
          {people.map((one) => (
            <tr key={one.name}>
              <th scope="row">
                <PersonName user={one.name} />
              </th>
              <td>
                <OfBudget {...one} />
              </td>
              <td>{one.night}</td>
              <td>{one.incidents}</td>
              <td>{one.acknowledged}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

function Rules({ rules }: { rules: Rule[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? rules : rules.slice(0, ROWS_FIRST);
  return (
    <>
      <ul className="rows">
        {shown.map((rule) => (
          <RuleRow key={rule.name} rule={rule} />
        ))}
      </ul>
      {rules.length > shown.length && (
        <button type="button" className="button mt-2" onClick={() => setAll(true)}>
          Show {rules.length - shown.length} more
        </button>
      )}
    </>
  );
}

function RuleRow({ rule }: { rule: Rule }) {
  const { name, night, incidents, acknowledged, fixes } = rule;
  return (
    <li className="row top" data-row>
      <div className="min-w-0 flex-1">
        <p className="break-words font-semibold">{name || "No rule: found by detection"}</p>
        <p className="row-facts">
          <span>{night} at night</span>
          <span>{plural(incidents, "incident")}</span>
          <span>{acknowledged} acknowledged</span>
        </p>
        {fixes.length > 0 && (
          <details className="row-more">
            <summary>What would have helped</summary>
            <ul className="text-sm">
              {fixes.map(({ change, messages_less, acknowledged_lost }) => (
                <li key={change}>
                  <strong>{change}</strong>: {plural(messages_less, "message")} less,{" "}
                  {acknowledged_lost === 0
                    ? "nothing lost that somebody took"
                    : `${plural(acknowledged_lost, "incident")} lost that somebody took`}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
      <p className="row-times">
        <OfBudget {...rule} />
        <span>messages of budget</span>
      </p>
    </li>
  );
}
