// Makes one incident of several: one of them takes over the others.
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import type { IncidentSummary } from "../../api/types";
import { Dialog } from "../../kit/dialog";
import { FormEnd } from "../../kit/form_end";
import { SeverityWord } from "../../kit/state_mark";
import { Ago, ZoneText } from "../../kit/time";
import { showToast } from "../../kit/toast";
import { Refusal, useRequest } from "../../kit/use_request";
import { merge } from "./work_actions";

interface MergeManyDialogProps {
  incidents: [IncidentSummary, IncidentSummary, ...IncidentSummary[]];
  onClose: () => void;
}

export default function MergeManyDialog({ incidents, onClose }: MergeManyDialogProps) {
  const cache = useQueryClient();
  // What began first is where people have looked most.
  const [oldest] = [...incidents].sort(
    (a, b) => Date.parse(a.started_at) - Date.parse(b.started_at),
  );
  const [stays, setStays] = useState(oldest?.id ?? incidents[0].id);
  const [merged, setMerged] = useState<ReadonlySet<string>>(new Set());
  const { busy, error, run } = useRequest();
  const first = useRef<HTMLInputElement>(null);
  const others = incidents.filter(({ id }) => id !== stays && !merged.has(id));
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const comment = String(new FormData(event.currentTarget).get("comment") ?? "").trim();
    for (const { id } of others) {
      // One after the other: what was taken over before a refusal stays taken over.
      if (!(await run(() => merge(cache, stays, id, comment)))) return;
      setMerged((have) => new Set([...have, id]));
    }
    showToast({ tone: "done", text: `${incidents.length} incidents are one` });
    onClose();
  };
  return (
    <Dialog
      title={`Merge ${incidents.length} incidents`}
      description="Which one goes on? The others end, and point to it."
      onClose={onClose}
      focus={first}
      wide
    >
      <form onSubmit={(event) => void submit(event)} className="grid gap-3">
        <fieldset className="grid gap-1">
          <legend className="sr-only">The one that goes on</legend>
          {incidents.map(({ id, title, severity, started_at }) => (
            <label key={id} className="check">
              <input
                ref={id === oldest?.id ? first : undefined}
                type="radio"
                name="stays"
                checked={stays === id}
                disabled={merged.size > 0}
                onChange={() => setStays(id)}
              />
              <SeverityWord severity={severity} />
              <span className="min-w-0 flex-1 break-words">
                <ZoneText text={title} at={started_at} />
              </span>
              <span className="text-muted text-sm">
                {merged.has(id) ? "taken over" : <Ago at={started_at} />}
              </span>
            </label>
          ))}
        </fieldset>
        <label className="field">
          Why (optional)
          <input name="comment" maxLength={1000} autoComplete="off" placeholder="Same cause" />
        </label>
        <p className="note text-sm">What moved can be split off again.</p>
        <Refusal error={error} />
        <FormEnd onCancel={onClose} disabled={busy}>
          Merge
        </FormEnd>
      </form>
    </Dialog>
  );
}
