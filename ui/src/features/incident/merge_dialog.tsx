// Takes over another incident that is open: its anomalies and its rows become this one's.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { incidentsQuery } from "../../api/queries";
import type { IncidentSummary } from "../../api/types";
import { Dialog } from "../../kit/dialog";
import { FormEnd } from "../../kit/form_end";
import { Answer, Empty } from "../../kit/section";
import { SeverityWord } from "../../kit/state_mark";
import { Ago, titleOf, ZoneText } from "../../kit/time";
import { showToast } from "../../kit/toast";
import { Refusal, useRequest } from "../../kit/use_request";
import { useSettled } from "../../kit/use_settled";
import { merge } from "./work_actions";
import "./incident.css";

const SHOWN = 12;

interface MergeDialogProps {
  incident: IncidentSummary;
  onClose: () => void;
}

export default function MergeDialog({ incident, onClose }: MergeDialogProps) {
  const cache = useQueryClient();
  const [text, setText] = useState("");
  const [other, setOther] = useState("");
  const { busy, error, run } = useRequest();
  const found = useQuery(
    incidentsQuery({
      states: ["open", "acknowledged"],
      text: useSettled(text.trim(), 200),
      limit: SHOWN + 1,
    }),
  );
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const comment = String(new FormData(event.currentTarget).get("comment") ?? "").trim();
    if (!other || !(await run(() => merge(cache, incident.id, other, comment)))) return;
    showToast({ tone: "done", text: "Merged" });
    onClose();
  };
  return (
    <Dialog
      title="Take over another incident"
      description={titleOf(incident)}
      onClose={onClose}
      wide
    >
      <form onSubmit={(event) => void submit(event)} className="grid gap-3">
        <label className="field">
          Which one
          <input
            type="search"
            value={text}
            maxLength={200}
            placeholder="Part of its title"
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        <Answer what="Incidents" query={found}>
          {({ incidents }) => {
            const others = incidents.filter(({ id }) => id !== incident.id).slice(0, SHOWN);
            return others.length === 0 ? (
              <Empty title="No other incident is open" />
            ) : (
              <fieldset className="pick-list">
                <legend className="sr-only">Open incidents</legend>
                {others.map(({ id, title, severity, started_at }) => (
                  <label key={id} className="check">
                    <input
                      type="radio"
                      name="other"
                      checked={other === id}
                      onChange={() => setOther(id)}
                    />
                    <SeverityWord severity={severity} />
                    <span className="min-w-0 flex-1 break-words">
                      <ZoneText text={title} at={started_at} />
                    </span>
                    <span className="text-muted text-sm">
                      <Ago at={started_at} />
                    </span>
                  </label>
                ))}
              </fieldset>
            );
          }}
        </Answer>
        <label className="field">
          Why (optional)
          <input name="comment" maxLength={1000} autoComplete="off" placeholder="Same cause" />
        </label>
        <p className="note text-sm">
          The other one ends here and points to this one. What moved can be split off again.
        </p>
        <Refusal error={error} />
        <FormEnd onCancel={onClose} disabled={busy || !other}>
          Take it over
        </FormEnd>
      </form>
    </Dialog>
  );
}
