// Gives some anomalies an incident of their own: they have another cause.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { incidentAnomaliesQuery } from "../../api/queries";
import type { Incident } from "../../api/types";
import { Dialog } from "../../kit/dialog";
import { FormEnd } from "../../kit/form_end";
import { plural } from "../../kit/format";
import { Answer } from "../../kit/section";
import { StateMark, severityTone } from "../../kit/state_mark";
import { titleOf } from "../../kit/time";
import { showToast } from "../../kit/toast";
import { Refusal, useRequest } from "../../kit/use_request";
import { byWeight } from "./seen_list";
import { split } from "./work_actions";

interface SplitDialogProps {
  incident: Incident;
  onClose: () => void;
}

export default function SplitDialog({ incident, onClose }: SplitDialogProps) {
  const cache = useQueryClient();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const { busy, error, run } = useRequest();
  const anomalies = useQuery(incidentAnomaliesQuery(incident.id));
  const all = anomalies.data?.anomalies.length ?? 0;
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await run(() => split(cache, incident.id, [...chosen])))) return;
    showToast({ tone: "done", text: `${plural(chosen.size, "anomaly", "anomalies")} split off` });
    onClose();
  };
  return (
    <Dialog title="Split off anomalies" description={titleOf(incident)} onClose={onClose} wide>
      <form onSubmit={(event) => void submit(event)} className="grid gap-3">
        <Answer what="Anomalies" query={anomalies}>
          {(data) => (
            <fieldset className="pick-list">
              <legend className="text-muted text-sm">Which get an incident of their own</legend>
              {[...data.anomalies]
                .sort(byWeight)
                .map(({ id, entity, summary, labels, severity }) => (
                  <label key={id} className="check">
                    <input type="checkbox" checked={chosen.has(id)} onChange={() => toggle(id)} />
                    <StateMark tone={severityTone(severity)} />
                    <span className="min-w-0 flex-1 break-words">
                      {entity}: {summary || labels.__name__}
                    </span>
                  </label>
                ))}
            </fieldset>
          )}
        </Answer>
        <Refusal error={error} />
        <FormEnd onCancel={onClose} disabled={busy || chosen.size === 0 || chosen.size === all}>
          Split off {chosen.size || ""}
        </FormEnd>
      </form>
    </Dialog>
  );
}
