// Who does what: how far the work is, roles, tasks and links, all of it written in the timeline.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId } from "react";
import type { Incident } from "../../api/types";
import { Permitted } from "../../kit/permitted";
import { Section } from "../../kit/section";
import { Refusal, useRequest } from "../../kit/use_request";
import { safeAddress } from "../changes/address";
import { planQuery } from "../oncall/queries";
import { addLink, addTask, assignRole, finishTask, type Phase, setPhase } from "./work_actions";

const PHASES: [Phase, string][] = [
  ["detection", "Detected"],
  ["triage", "Triage"],
  ["mitigation", "Mitigating"],
  ["resolution", "Resolving"],
  ["post_mortem", "Write-up"],
];
const ROLES = ["commander", "communications", "operations", "scribe"];

export function Work({ incident }: { incident: Incident }) {
  return (
    <Section title="Work">
      <Permitted told>
        <Phases incident={incident} />
        <Roles incident={incident} />
        <Tasks incident={incident} />
        <Links incident={incident} />
      </Permitted>
    </Section>
  );
}

function Phases({ incident: { id, phases = [] } }: { incident: Incident }) {
  const cache = useQueryClient();
  const { busy, error, run } = useRequest();
  const now = phases.at(-1)?.phase;
  return (
    <>
      <div className="segments" role="group" aria-label="How far the work is">
        {PHASES.map(([phase, word]) => (
          <button
            key={phase}
            type="button"
            className="segment"
            aria-pressed={phase === now}
            disabled={busy}
            onClick={() => void run(() => setPhase(cache, id, phase))}
          >
            {word}
          </button>
        ))}
      </div>
      <Refusal error={error} />
    </>
  );
}

// Submits the words of a form and empties it.
function useSubmit(send: (word: (name: string) => string) => Promise<void>) {
  const { busy, error, run } = useRequest();
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const word = (name: string) => String(data.get(name) ?? "").trim();
    void run(() => send(word)).then((done) => done && form.reset());
  };
  return { busy, error, onSubmit };
}

// People of the plan, to choose from; anybody else can be written too.
function People({ id }: { id: string }) {
  const plan = useQuery(planQuery());
  return (
    <datalist id={id}>
      {plan.data?.users.map(({ name }) => (
        <option key={name} value={name} />
      ))}
    </datalist>
  );
}

function Roles({ incident: { id, roles = {} } }: { incident: Incident }) {
  const cache = useQueryClient();
  const list = useId();
  const { busy, error, onSubmit } = useSubmit((word) =>
    assignRole(cache, id, word("role"), word("person")),
  );
  const given = Object.entries(roles).filter(([, person]) => person);
  return (
    <>
      <h3 className="part-head">Roles</h3>
      {given.length > 0 && (
        <dl className="fact-list">
          {given.map(([role, person]) => (
            <div key={role}>
              <dt className="capitalize">{role}</dt>
              <dd>{person}</dd>
            </div>
          ))}
        </dl>
      )}
      <form onSubmit={onSubmit} className="inline-form">
        <select name="role" aria-label="Role" defaultValue={ROLES[0]}>
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {role}
            </option>
          ))}
        </select>
        <input
          name="person"
          aria-label="Person; empty for nobody"
          placeholder="Who"
          list={list}
          maxLength={200}
          autoComplete="off"
        />
        <People id={list} />
        <button type="submit" className="button small" disabled={busy}>
          Assign
        </button>
      </form>
      <Refusal error={error} />
    </>
  );
}

function Tasks({ incident: { id, tasks = [] } }: { incident: Incident }) {
  const cache = useQueryClient();
  const list = useId();
  const done = useRequest();
  const { busy, error, onSubmit } = useSubmit((word) =>
    addTask(cache, id, word("title"), word("assignee")),
  );
  return (
    <>
      <h3 className="part-head">Tasks</h3>
      <ul>
        {tasks.map(({ number, title, assignee, done_at, done_by }) => (
          <li key={number} className="task" data-done={done_at !== null}>
            <label className="check">
              <input
                type="checkbox"
                checked={done_at !== null}
                disabled={done_at !== null || done.busy}
                onChange={() => void done.run(() => finishTask(cache, id, number))}
              />
              <span className="task-title">{title}</span>
            </label>
            <span className="text-muted text-sm">{done_at ? `done by ${done_by}` : assignee}</span>
          </li>
        ))}
      </ul>
      <Refusal error={done.error} />
      <form onSubmit={onSubmit} className="inline-form">
        <input
          name="title"
          aria-label="Task"
          placeholder="What is to be done"
          required
          maxLength={1000}
          autoComplete="off"
        />
        <input
          name="assignee"
          aria-label="By whom"
          placeholder="By whom"
          list={list}
          maxLength={200}
          autoComplete="off"
          size={8}
        />
        <People id={list} />
        <button type="submit" className="button small" disabled={busy}>
          Add<span className="sr-only"> the task</span>
        </button>
      </form>
      <Refusal error={error} />
    </>
  );
}

function Links({ incident: { id, links = [] } }: { incident: Incident }) {
  const cache = useQueryClient();
  const { busy, error, onSubmit } = useSubmit((word) =>
    addLink(cache, id, word("url"), word("title")),
  );
  return (
    <>
      <h3 className="part-head">Links</h3>
      <ul>
        {links.map(({ url, title }) => {
          const address = safeAddress(url);
          return (
            <li key={url} className="break-words">
              {address ? (
                <a href={address} className="link" target="_blank" rel="noreferrer">
                  {title || url}
                </a>
              ) : (
                `${title} ${url}`
              )}
            </li>
          );
        })}
      </ul>
      <form onSubmit={onSubmit} className="inline-form">
        <input
          name="url"
          type="url"
          aria-label="Address"
          placeholder="https://…"
          required
          maxLength={2000}
          autoComplete="off"
        />
        <input
          name="title"
          aria-label="What it is"
          placeholder="What it is"
          maxLength={200}
          autoComplete="off"
          size={8}
        />
        <button type="submit" className="button small" disabled={busy}>
          Add<span className="sr-only"> the link</span>
        </button>
      </form>
      <Refusal error={error} />
    </>
  );
}
