// Where the thresholds of detection stand: a budget of false alarms, and what people's marks made of
// it for single metrics.
import { useQuery } from "@tanstack/react-query";
import { formatNumber, plural } from "../../kit/format";
import { Answer, Empty, Section } from "../../kit/section";
import { TableBox } from "../../kit/table_box";
import { type NoiseBudget, noiseBudgetQuery } from "../feedback/queries";
import { weightWords } from "./words";

export function ThresholdsView() {
  const budget = useQuery(noiseBudgetQuery());
  return (
    <Answer what="The thresholds" query={budget} rows={5}>
      {(data) => (
        <div className="stack">
          <Levels budget={data} />
          <Section title="Moved by feedback" count={data.groups.length || undefined}>
            {data.groups.length === 0 ? (
              <Empty title="No metric has a threshold of its own">
                <p>Marks of anomalies and incidents move them, once they are applied.</p>
              </Empty>
            ) : (
              <Groups groups={data.groups} />
            )}
          </Section>
        </div>
      )}
    </Answer>
  );
}

const nats = (value: number) => `${formatNumber(value)} nats`;

function Levels({ budget }: { budget: NoiseBudget }) {
  const { false_alarms_per_week, series, levels, beyond_doubt_nats } = budget;
  const facts: [string, string][] = [
    ["Listed as an anomaly from", nats(levels.listed_nats)],
    ["A warning from", nats(levels.alarm_nats)],
    ["A warning for what hurts users from", nats(levels.hurts_nats)],
    ["Critical from", nats(levels.critical_nats)],
    ["Always told from", nats(beyond_doubt_nats)],
  ];
  return (
    <Section title="The budget">
      <p className="preview-sentence">
        {formatNumber(false_alarms_per_week)} false{" "}
        {false_alarms_per_week === 1 ? "alarm" : "alarms"} a week, shared by{" "}
        {plural(series, "series", "series")}.
      </p>
      <p className="mt-1 mb-2 text-muted text-sm">
        A nat is a measure of surprise: each one more is a value e (2.7) times as rare. The more
        series are watched, the rarer each must be to be told.
      </p>
      <dl className="fact-list">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function Groups({ groups }: { groups: NoiseBudget["groups"] }) {
  return (
    <TableBox label="Metrics with a threshold of their own">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Service and metric</th>
            <th scope="col">False alarms it may raise</th>
            <th scope="col">Once applied</th>
            <th scope="col">A warning from</th>
            <th scope="col" className="word">
              Why
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={`${group.service} ${group.metric}`}>
              <th scope="row">
                {group.service}: {group.metric}
              </th>
              <td>{weightWords(group.weight)}</td>
              <td>
                {group.weight_when_applied === group.weight
                  ? "the same"
                  : weightWords(group.weight_when_applied)}
              </td>
              <td>{nats(group.levels.alarm_nats)}</td>
              <td className="word">{group.why}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}
