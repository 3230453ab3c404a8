// What people say of a diagnosis: right or wrong, and what it was. Later diagnoses are measured by it.
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import type { Incident } from "../../api/types";
import { ActButton } from "../../kit/permitted";
import { Section } from "../../kit/section";
import { Ago } from "../../kit/time";
import { showToast } from "../../kit/toast";
import { Refusal, useRequest } from "../../kit/use_request";
import { type Diagnosis, giveVerdict, type Opinion } from "./why_queries";

interface VerdictFormProps {
  incident: Incident;
  diagnosis: Diagnosis;
}

export function VerdictForm({ incident, diagnosis }: VerdictFormProps) {
  const cache = useQueryClient();
  const list = useId();
  const [opinion, setOpinion] = useState<Opinion | null>(null);
  const { busy, error, run } = useRequest();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!opinion) return;
    const form = new FormData(event.currentTarget);
    const word = (name: string) => String(form.get(name) ?? "").trim();
    const input = { verdict: opinion, why: word("why"), cause: word("cause") };
    if (!(await run(() => giveVerdict(cache, incident.id, input)))) return;
    setOpinion(null);
    showToast({ tone: "done", text: "Thank you: it is kept with the diagnosis." });
  };
  const { verdicts, hypotheses, revision } = diagnosis;
  return (
    <Section title="Is it right?">
      {revision === 0 ? (
        <p className="text-muted text-sm">There is nothing to judge yet.</p>
      ) : (
        <div className="segments" role="group" aria-label="Your verdict">
          {(["agree", "wrong"] as const).map((one) => (
            <ActButton
              key={one}
              className="segment"
              aria-pressed={opinion === one}
              onClick={() => setOpinion(opinion === one ? null : one)}
            >
              {one === "agree" ? "Agree" : "Wrong"}
            </ActButton>
          ))}
        </div>
      )}
      {opinion && (
        <form onSubmit={(event) => void submit(event)} className="mt-3 grid gap-3">
          {opinion === "wrong" && (
            <label className="field">
              What it was, as far as you know
              <input name="cause" list={list} maxLength={200} autoComplete="off" />
              <datalist id={list}>
                {hypotheses.map(({ entity, region }) => (
                  <option key={`${entity} ${region ?? ""}`} value={entity} />
                ))}
              </datalist>
            </label>
          )}
          <label className="field">
            Why (optional)
            <textarea name="why" rows={2} maxLength={10_000} />
          </label>
          <Refusal error={error} />
          <button type="submit" className="button justify-self-start" disabled={busy}>
            Keep the verdict
          </button>
        </form>
      )}
      {verdicts.length > 0 && (
        <ul className="rows mt-2">
          {verdicts.map((one) => (
            <li key={one.id} className="row top">
              <div className="min-w-0 flex-1">
                <p>
                  <span className="font-semibold">
                    {one.verdict === "agree" ? "Agrees" : "Wrong"}
                  </span>
                  {one.cause && `: it was ${one.cause}`}
                </p>
                {one.why && <p className="break-words text-sm">{one.why}</p>}
                <p className="row-facts">
                  <span>{one.by}</span>
                  <span>
                    <Ago at={one.at} />
                  </span>
                  {one.revision !== revision && <span>of revision {one.revision}</span>}
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
