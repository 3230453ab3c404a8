// An incident that nothing has detected: somebody says that something is wrong, and since when.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { X } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useId, useState } from "react";
import { declare } from "../api/actions";
import { statusQuery } from "../api/queries";
import type { Severity } from "../api/types";
import { Dialog } from "../kit/dialog";
import { FormEnd } from "../kit/form_end";
import { Permitted } from "../kit/permitted";
import { Refusal, useRequest } from "../kit/use_request";

const SEVERITIES: [Severity, string][] = [
  ["critical", "Critical"],
  ["warning", "Warning"],
  ["info", "Info"],
];
const SERVICES_MAX = 50;

export default function DeclareDialog({ onClose }: { onClose: () => void }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [services, setServices] = useState<string[]>([]);
  const { busy, error, run } = useRequest();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const word = (name: string) => String(form.get(name) ?? "").trim();
    const typed = word("service"); // and not added yet
    const input = {
      title: word("title"),
      severity: word("severity") as Severity,
      entities: [...new Set([...services, ...(typed ? [typed] : [])])].slice(0, SERVICES_MAX),
      ...(word("text") ? { text: word("text") } : {}),
    };
    const declared = await run(async () => {
      const { id } = await declare(cache, input);
      void navigate({ to: "/incidents/$id", params: { id } });
    });
    if (declared) onClose();
  };
  return (
    <Dialog
      title="Declare an incident"
      description="People are told of it as of any other. What is found of its services joins it."
      onClose={onClose}
    >
      <form onSubmit={(event) => void submit(event)} className="grid gap-3">
        <Permitted>
          <label className="field">
            What is wrong
            <input
              name="title"
              required
              maxLength={160}
              autoComplete="off"
              placeholder="Customers cannot pay by card"
            />
          </label>
          <fieldset>
            <legend className="text-muted text-sm">Severity</legend>
            <div className="segments">
              {SEVERITIES.map(([severity, label]) => (
                <label key={severity} className="segment">
                  <input
                    type="radio"
                    name="severity"
                    value={severity}
                    className="sr-only"
                    defaultChecked={severity === "critical"}
                  />
                  {label}
                </label>
              ))}
            </div>
          </fieldset>
          <Services chosen={services} choose={setServices} />
          <label className="field">
            What is known (optional)
            <textarea name="text" rows={3} maxLength={10_000} />
          </label>
          <Refusal error={error} />
          <FormEnd onCancel={onClose} disabled={busy}>
            Declare
          </FormEnd>
        </Permitted>
      </form>
    </Dialog>
  );
}

interface ServicesProps {
  chosen: string[];
  choose: (services: string[]) => void;
}

// One by one: those that are known are offered, others may be named.
function Services({ chosen, choose }: ServicesProps) {
  const { data: status } = useQuery(statusQuery());
  const [text, setText] = useState("");
  const list = useId();
  const known = (status?.services ?? []).map(({ name }) => name).sort();
  const add = (name: string) => {
    setText("");
    if (name && !chosen.includes(name)) choose([...chosen, name].slice(0, SERVICES_MAX));
  };
  // What is picked from the list comes whole, not letter by letter.
  const change = (next: string, event: Event) => {
    const typed = event instanceof InputEvent && event.inputType !== "insertReplacementText";
    if (!typed && known.includes(next)) add(next);
    else setText(next);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !text.trim()) return;
    event.preventDefault(); // it names a service, and does not declare yet
    add(text.trim());
  };
  return (
    <div className="grid gap-1.5">
      <label className="field">
        Services (optional)
        <input
          name="service"
          list={list}
          value={text}
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          placeholder={known[0] && `${known[0]}; Enter adds another`}
          onChange={(event) => change(event.target.value, event.nativeEvent)}
          onKeyDown={onKey}
        />
      </label>
      <datalist id={list}>
        {known
          .filter((name) => !chosen.includes(name))
          .map((name) => (
            <option key={name} value={name} />
          ))}
      </datalist>
      {chosen.length > 0 && (
        <ul className="flex flex-wrap gap-1.5" aria-label="Chosen services">
          {chosen.map((name) => (
            <li key={name} className="chip">
              {name}
              <button
                type="button"
                className="chip-remove"
                aria-label={`Remove ${name}`}
                onClick={() => choose(chosen.filter((other) => other !== name))}
              >
                <X size={13} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
