// Makes or changes a silence, and says while one writes what it would hide.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { serverNow } from "../../kit/clock";
import { Dialog } from "../../kit/dialog";
import { FormEnd } from "../../kit/form_end";
import { formatLabels, plural } from "../../kit/format";
import { currentSettings, useSettings } from "../../kit/settings";
import { showToast } from "../../kit/toast";
import { Refusal, useRequest } from "../../kit/use_request";
import { useSettled } from "../../kit/use_settled";
import { fromField, toField } from "../../kit/zone_time";
import { readMatchers } from "./matchers";
import { previewQuery, putSilence, type Silence, type SilenceInput } from "./queries";

const LENGTHS = ["30m", "1h", "2h", "4h", "8h", "24h"] as const;
const OVER = "over"; // until what it hides is over
const TIME = "time"; // until a time
const SHOWN = 5;

interface SilenceDialogProps {
  matchers: string[];
  change?: Silence; // the one to change
  onClose: () => void;
}

export default function SilenceDialog({ matchers, change, onClose }: SilenceDialogProps) {
  const cache = useQueryClient();
  const { zone } = useSettings();
  const [text, setText] = useState(matchers.join("\n"));
  const [until, setUntil] = useState<string>(change ? (change.until_resolved ? OVER : TIME) : "2h");
  const { busy, error, run } = useRequest();
  const why = useRef<HTMLInputElement>(null);
  const read = readMatchers(text);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const by = currentSettings().name.trim();
    const body: SilenceInput = {
      matchers: read.matchers,
      comment: String(form.get("comment") ?? "").trim(),
      ...(by ? { created_by: by } : {}),
      ...(change ? { id: change.id } : {}),
      ...ending(until, String(form.get("ends_at") ?? ""), zone),
    };
    if (!(await run(() => putSilence(cache, body)))) return;
    showToast({ tone: "done", text: change ? "Silence changed" : "Silenced" });
    onClose();
  };
  const ends = change ? Date.parse(change.ends_at) : serverNow() + 2 * 3_600_000;
  return (
    <Dialog
      title={change ? "Change the silence" : "Silence"}
      description="Nobody is told of what all of these match. It goes on being recorded."
      onClose={onClose}
      focus={why}
    >
      <form onSubmit={(event) => void submit(event)} className="grid gap-3">
        <label className="field">
          Matchers, one a line
          <textarea
            className="mono"
            rows={Math.max(2, text.split("\n").length)}
            value={text}
            maxLength={4000}
            spellCheck={false}
            placeholder={'service="payment"'}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        <Preview matchers={read.matchers} error={read.error} />
        <fieldset>
          <legend className="text-muted text-sm">For</legend>
          <div className="segments">
            {[...LENGTHS, OVER, TIME].map((one) => (
              <label key={one} className="segment">
                <input
                  type="radio"
                  name="until"
                  className="sr-only"
                  checked={until === one}
                  onChange={() => setUntil(one)}
                />
                {one === OVER ? "until it is over" : one === TIME ? "until a time" : one}
              </label>
            ))}
          </div>
        </fieldset>
        {until === TIME && (
          <label className="field">
            Until ({zone === "utc" ? "UTC" : "local time"})
            <input
              type="datetime-local"
              name="ends_at"
              required
              defaultValue={toField(ends, zone)}
            />
          </label>
        )}
        <label className="field">
          Why
          <input
            ref={why}
            name="comment"
            required
            maxLength={1000}
            autoComplete="off"
            defaultValue={change?.comment}
            placeholder="Replacing the disk, OPS-123"
          />
        </label>
        <Refusal error={error} />
        <FormEnd
          onCancel={onClose}
          disabled={busy || read.error !== "" || read.matchers.length === 0}
        >
          {change ? "Change" : "Silence"}
        </FormEnd>
      </form>
    </Dialog>
  );
}

function ending(until: string, time: string, zone: "utc" | "local"): Partial<SilenceInput> {
  if (until === OVER) return { until_resolved: true };
  if (until !== TIME) return { duration: until };
  const ms = fromField(time, zone);
  return Number.isNaN(ms) ? {} : { ends_at: new Date(ms).toISOString() };
}

function Preview({ matchers, error }: { matchers: string[]; error: string }) {
  const settled = useSettled(matchers.join("\n"), 300);
  const preview = useQuery(previewQuery(settled ? settled.split("\n") : []));
  if (error) return <p className="tone-critical text-sm">{error}</p>;
  if (matchers.length === 0) {
    return <p className="text-muted text-sm">Write at least one: none would silence everything.</p>;
  }
  if (preview.error) return <Refusal error={preview.error} />;
  const hides = preview.data?.hides;
  if (!hides) return <p className="text-muted text-sm">Looking at what it would hide…</p>;
  return (
    <div role="status" className="note text-sm">
      {hides.count === 0
        ? "Nothing that fires now; it hides what comes."
        : `Hides ${plural(hides.count, "alert")} that fire now:`}
      <ul>
        {hides.alerts.slice(0, SHOWN).map(({ anomaly_id, labels }) => (
          <li key={anomaly_id} className="break-all">
            <code>{formatLabels(labels)}</code>
          </li>
        ))}
      </ul>
      {hides.count > SHOWN && `and ${hides.count - SHOWN} more`}
    </div>
  );
}
