// A configuration is tried on what really happened before it is saved: who would have been told more,
// less, or at another time.
import { Link } from "@tanstack/react-router";
import { type ChangeEvent, useState } from "react";
import { plural } from "../../kit/format";
import { PastTrialBar, usePastTrial } from "../../kit/past_trial";
import { Permitted } from "../../kit/permitted";
import { Empty, Section } from "../../kit/section";
import { StateMark } from "../../kit/state_mark";
import { HeadRow, TableBox } from "../../kit/table_box";
import { Clock, ZoneText } from "../../kit/time";
import { Refusal } from "../../kit/use_request";
import { kindWord } from "../ledger/letter_kind";
import { PersonName } from "../oncall/person";
import { type Replay, type ReplayChange, replay, type Tally } from "./replay_queries";

const CONFIG_BYTES_MAX = 1_000_000;

export function ReplayView() {
  const [config, setConfig] = useState("");
  const trial = usePastTrial<Replay>((from, to, signal) => replay(config, from, to, signal));
  const { result, error } = trial;
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    if (file) setConfig(await file.text());
  };
  return (
    <div className="stack">
      <Section title="Who would have been told?">
        <Permitted>
          <div className="grid gap-3">
            <label className="field">
              A configuration file; empty: the one in effect, as a proof that it decides the same
              again
              <textarea
                className="mono"
                rows={8}
                value={config}
                maxLength={CONFIG_BYTES_MAX}
                spellCheck={false}
                placeholder="notify:&#10;  routes: …"
                onChange={(event) => setConfig(event.target.value)}
              />
            </label>
            <div className="toolbar">
              <label className="field">
                <span className="sr-only">Read a file</span>
                <input type="file" accept=".yml,.yaml" onChange={(event) => void read(event)} />
              </label>
              <PastTrialBar trial={trial} label="Replay" busyLabel="Replaying…" />
            </div>
            <Refusal error={error} />
            <p className="text-muted text-sm">
              Nothing is sent and nothing is saved. Of the configuration, what decides who is told
              counts: incidents, people, schedules, routes, silences.
            </p>
          </div>
        </Permitted>
      </Section>
      {result && <Result result={result} />}
    </div>
  );
}

function Result({ result }: { result: Replay }) {
  const { messages, incidents, unreachable, moved, reproduced, has_candidate, people } = result;
  return (
    <div role="status" className="stack">
      <Section title="Result">
        <p className="text-muted text-sm">
          <Clock at={result.from} seconds={false} /> to <Clock at={result.to} seconds={false} />,{" "}
          {plural(result.rounds, "round")} of the engine
        </p>
        <p className="flex items-center gap-2">
          <StateMark tone={reproduced.identical === reproduced.compared ? "normal" : "warning"} />
          {reproduced.identical.toLocaleString("en-US")} of {plural(reproduced.compared, "round")}{" "}
          decide the same again, bit for bit
        </p>
        <dl className="fact-list mt-2">
          <TallyFact name="Messages" tally={messages} compare={has_candidate} />
          <TallyFact name="Incidents" tally={incidents} compare={has_candidate} />
          <TallyFact name="Pages that reach nobody" tally={unreachable} compare={has_candidate} />
          {has_candidate && (
            <div>
              <dt>Messages at another time</dt>
              <dd>{moved}</dd>
            </div>
          )}
        </dl>
      </Section>
      <div className="columns">
        <Section title="People" count={people.length || undefined}>
          {people.length === 0 ? (
            <Empty title="Nobody was told anything" />
          ) : (
            <TableBox label="Messages by person">
              <table className="table">
                <HeadRow names={["Who", "Messages", "At night"]} />
                <tbody>
                  {people.map(({ name, is_person, messages: own, nights }) => (
                    <tr key={`${is_person} ${name}`}>
                      <th scope="row">{is_person ? <PersonName user={name} /> : name}</th>
                      <td>{tallyWords(own, has_candidate)}</td>
                      <td>{tallyWords(nights, has_candidate)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </TableBox>
          )}
        </Section>
        <Section title="What would change" count={result.changes.length || undefined}>
          {result.changes.length === 0 ? (
            <Empty title={has_candidate ? "Nothing: the same messages" : "Nothing was changed"} />
          ) : (
            <ul className="rows">
              {result.changes.map((change) => (
                <ChangeRow
                  key={`${change.change} ${change.time} ${change.receiver} ${change.to} ${change.kind}`}
                  change={change}
                />
              ))}
            </ul>
          )}
          {result.changes_left_out > 0 && (
            <p className="text-muted text-sm">and {result.changes_left_out} more</p>
          )}
        </Section>
      </div>
    </div>
  );
}

// "12, with it 9 (3 less)"
function tallyWords({ recorded, candidate, added, removed }: Tally, compare: boolean): string {
  if (!compare) return String(recorded);
  const change = [added > 0 && `+${added}`, removed > 0 && `−${removed}`].filter(Boolean);
  return `${recorded} → ${candidate}${change.length > 0 ? ` (${change.join(", ")})` : ""}`;
}

function TallyFact(props: { name: string; tally: Tally; compare: boolean }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{tallyWords(props.tally, props.compare)}</dd>
    </div>
  );
}

const CHANGE_WORDS: Record<ReplayChange["change"], string> = {
  added: "More",
  removed: "No longer",
  moved: "At another time",
};

function ChangeRow({ change }: { change: ReplayChange }) {
  const { time, recorded_time, at_night, person, receiver, to, kind, title, why } = change;
  return (
    <li className="row top">
      <div className="min-w-0 flex-1">
        <p className="break-words">
          <span className="font-semibold">{CHANGE_WORDS[change.change]}:</span> {person || receiver}{" "}
          {to && <span className="text-muted">{to}</span>}
        </p>
        <p className="break-words text-sm">
          <Link to="/incidents/$id" params={{ id: change.incident_id }} className="link">
            <ZoneText text={title} at={time} />
          </Link>{" "}
          <span className="text-muted">{kindWord(kind)}</span>
        </p>
        {why && <p className="break-words text-muted text-sm">{why}</p>}
      </div>
      <p className="row-times">
        <Clock at={time} />
        {recorded_time && (
          <span>
            was <Clock at={recorded_time} />
          </span>
        )}
        {at_night && <span>at night</span>}
      </p>
    </li>
  );
}
