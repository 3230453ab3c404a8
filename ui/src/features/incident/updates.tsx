// A word to stakeholders: those who do not work on the incident but must know how it stands.
import { useQueryClient } from "@tanstack/react-query";
import { Megaphone } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ask, client } from "../../api/client";
import { keys } from "../../api/queries";
import { readAgain } from "../../api/read_again";
import type { Incident } from "../../api/types";
import { plural } from "../../kit/format";
import { Permitted } from "../../kit/permitted";
import { Section } from "../../kit/section";
import { Ago } from "../../kit/time";
import { Refusal, useRequest } from "../../kit/use_request";
import { CadenceRow } from "./cadence_row";
import { lastUpdate } from "./last_update";

const TEXT_MAX = 3000; // the server's limit

export function Updates({ incident }: { incident: Incident }) {
  const { id, timeline } = incident;
  const cache = useQueryClient();
  const { busy, error, run } = useRequest();
  const [outcome, setOutcome] = useState("");
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const text = String(new FormData(form).get("text") ?? "").trim();
    setOutcome("");
    void run(async () => {
      const request = { params: { path: { id } }, body: { text } };
      const answer = await ask(client.POST("/api/v1/incidents/{id}/updates", request));
      form.reset();
      setOutcome(outcomeWords(answer));
      await readAgain(cache, { queryKey: keys.incident(id) });
    });
  };
  const last = lastUpdate(timeline);
  return (
    <Section title="Stakeholders">
      {incident.state !== "resolved" && <CadenceRow key={id} incident={incident} />}
      <Permitted told>
        <form onSubmit={submit} className="grid gap-2">
          <label className="field">
            An update in plain words: who is hurt, what is done, when they hear more
            <textarea name="text" rows={3} required maxLength={TEXT_MAX} />
          </label>
          <div className="actions">
            <button type="submit" className="button primary" disabled={busy}>
              <Megaphone size={15} aria-hidden /> Send the update
            </button>
            <span className="text-muted text-sm">
              {last ? (
                <>
                  the last one was <Ago at={last.time} />
                </>
              ) : (
                "none was sent yet"
              )}
            </span>
          </div>
          <Refusal error={error} />
          {outcome && (
            <p role="status" className="text-sm">
              {outcome}
            </p>
          )}
        </form>
      </Permitted>
    </Section>
  );
}

function outcomeWords({ told, error }: { told: number; error?: string }): string {
  if (error) return `In the timeline, but Slack has it not: ${error}`;
  if (told > 0) return `In the timeline, and in ${plural(told, "place")} of Slack.`;
  return "In the timeline. No receiver has stakeholders, so Slack was not told.";
}
