// The second step of resolving: it names what is about to end, and Enter confirms.
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef } from "react";
import { resolve } from "../../api/actions";
import type { IncidentSummary } from "../../api/types";
import { Dialog } from "../../kit/dialog";
import { plural } from "../../kit/format";
import { titleOf } from "../../kit/time";

interface ResolveDialogProps {
  incident: IncidentSummary;
  onClose: () => void;
}

export default function ResolveDialog({ incident, onClose }: ResolveDialogProps) {
  const cache = useQueryClient();
  const confirm = useRef<HTMLButtonElement>(null);
  const open = incident.open_anomaly_ids.length;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const comment = String(new FormData(event.currentTarget).get("comment") ?? "");
    void resolve(cache, incident, comment);
    onClose();
  };
  return (
    <Dialog
      title="Resolve this incident?"
      description={titleOf(incident)}
      onClose={onClose}
      focus={confirm}
    >
      <form onSubmit={submit} className="grid gap-4">
        {open > 0 && (
          <p className="note">
            {plural(open, "anomaly is", "anomalies are")} still open. They may open a new incident.
          </p>
        )}
        <label className="field">
          What ended it (optional)
          <textarea name="comment" rows={2} maxLength={10_000} />
        </label>
        <div className="flex justify-end gap-2">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" ref={confirm}>
            Resolve
          </button>
        </div>
      </form>
    </Dialog>
  );
}
