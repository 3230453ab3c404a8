// People and receivers, each with a test page that is followed to its end.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { usePermission } from "../../api/permission";
import { ActButton, WhyNot } from "../../kit/permitted";
import { Answer, Empty, Section } from "../../kit/section";
import { StateMark } from "../../kit/state_mark";
import { Refusal, useRequest } from "../../kit/use_request";
import { letterState } from "../ledger/letter_state";
import { PersonName } from "../oncall/person";
import { type Plan, planQuery } from "../oncall/queries";
import { previewQuery, sendTest, type TestInput, testLettersQuery } from "./queries";

export function TestView() {
  const plan = useQuery(planQuery());
  return (
    <div className="columns">
      <Section title="People" count={plan.data?.users.length || undefined}>
        <Answer what="People" query={plan}>
          {({ users }) =>
            users.length === 0 ? (
              <Empty title="No people">
                <p>
                  They are written in the configuration under <code>notify.users</code>.
                </p>
              </Empty>
            ) : (
              <ul className="rows">
                {users.map((user) => (
                  <UserRow key={user.name} user={user} />
                ))}
              </ul>
            )
          }
        </Answer>
      </Section>
      <Section title="Receivers" count={plan.data?.receivers.length || undefined}>
        <Answer what="Receivers" query={plan}>
          {({ receivers }) =>
            receivers.length === 0 ? (
              <Empty title="No receivers: nobody is told of anything">
                <p>
                  They are written in the configuration under <code>notify.receivers</code>.
                </p>
              </Empty>
            ) : (
              <ul className="rows">
                {receivers.map((receiver) => (
                  <ReceiverRow key={receiver.name} {...receiver} />
                ))}
              </ul>
            )
          }
        </Answer>
      </Section>
    </div>
  );
}

function UserRow({ user }: { user: Plan["users"][number] }) {
  const { name, full_name, time_zone, contacts, quiet_hours } = user;
  return (
    <li className="row top" data-row>
      <div className="min-w-0 flex-1">
        <p className="font-semibold">
          <PersonName user={name} />
        </p>
        {contacts.length === 0 && <p className="tone-critical text-sm">Nothing can reach them.</p>}
        <ol className="text-sm">
          {contacts.map(({ receiver, to, after, severities }) => (
            <li key={`${receiver} ${to} ${after}`} className="break-words">
              {receiver} {to && <code>{to}</code>}
              <span className="text-muted">
                {after !== "0s" && ` after ${after}`}
                {severities.length > 0 && `, only ${severities.join(" and ")}`}
              </span>
            </li>
          ))}
        </ol>
        <p className="row-facts">
          <span>{time_zone}</span>
          {quiet_hours && (
            <span>
              less than {quiet_hours.below} waits in {quiet_hours.hours.join(", ")}
            </span>
          )}
        </p>
        <TestButton to={{ user: name }} name={full_name || name} disabled={contacts.length === 0} />
      </div>
    </li>
  );
}

function ReceiverRow({ name, channel }: { name: string; channel: string }) {
  const [open, setOpen] = useState(false);
  const { may } = usePermission("respond");
  const preview = useQuery({ ...previewQuery(name), enabled: open && may });
  return (
    <li className="row top" data-row>
      <div className="min-w-0 flex-1">
        <p>
          <span className="font-semibold">{name}</span>{" "}
          <span className="text-muted">by {channel}</span>
        </p>
        <TestButton to={{ receiver: name }} name={name} />
        <details className="row-more" onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>What it is sent</summary>
          <WhyNot />
          {open && may && (
            <Answer what="The message" query={preview} rows={2}>
              {({ title, text, payload }) => (
                <div className="grid gap-1 text-sm">
                  <p className="break-words font-medium">{title}</p>
                  <p className="whitespace-pre-wrap break-words">{text}</p>
                  {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
                  <pre className="code" tabIndex={0}>
                    {payload}
                  </pre>
                </div>
              )}
            </Answer>
          )}
        </details>
      </div>
    </li>
  );
}

interface TestButtonProps {
  to: TestInput;
  name: string;
  disabled?: boolean;
}

function TestButton({ to, name, disabled = false }: TestButtonProps) {
  const { busy, error, run } = useRequest();
  const [id, setId] = useState("");
  const send = () => run(async () => setId((await sendTest(to)).id));
  return (
    <div className="test-page">
      <ActButton className="button small" disabled={busy || disabled} onClick={() => void send()}>
        Send a test page<span className="sr-only"> to {name}</span>
      </ActButton>
      <Refusal error={error} />
      {id && <TestEnd id={id} />}
    </div>
  );
}

function TestEnd({ id }: { id: string }) {
  const letters = useQuery(testLettersQuery(id));
  if (!letters.data?.length) return <p role="status">Ordered…</p>;
  return (
    <ul role="status">
      {letters.data.map((letter) => {
        const { word, tone } = letterState(letter.state);
        return (
          <li key={letter.id} className="flex items-center gap-2 text-sm">
            <StateMark tone={tone} size={14} />
            <span className="min-w-0 break-words">
              {letter.receiver} {letter.to}: {word.toLowerCase()}
              {letter.detail && <span className="text-muted">, {letter.detail}</span>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
