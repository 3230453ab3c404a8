// Somebody else is on call for a while; with a return it is a swap.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Dialog } from "../../kit/dialog";
import { FormEnd } from "../../kit/form_end";
import { currentSettings, useSettings } from "../../kit/settings";
import { showToast } from "../../kit/toast";
import { Refusal, useRequest } from "../../kit/use_request";
import { fromField, toField } from "../../kit/zone_time";
import { addOverride, type OverrideInput, planQuery } from "./queries";

const HOUR_MS = 3_600_000;

// What the form begins with.
export interface Asked {
  from: number; // ms
  to: number;
  replaces: string; // empty: whoever it is
}

interface OverrideDialogProps {
  schedule: string;
  asked: Asked;
  onClose: () => void;
}

const iso = (ms: number) => new Date(ms).toISOString();

export function OverrideDialog({ schedule, asked, onClose }: OverrideDialogProps) {
  const cache = useQueryClient();
  const plan = useQuery(planQuery());
  const { zone } = useSettings();
  const [replaces, setReplaces] = useState(asked.replaces);
  const [swap, setSwap] = useState(false);
  const { busy, error, run } = useRequest();
  const users = plan.data?.users ?? [];
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const word = (name: string) => String(form.get(name) ?? "").trim();
    const moment = (name: string) => iso(fromField(word(name), zone));
    const body: OverrideInput = {
      user: word("user"),
      from: moment("from"),
      to: moment("to"),
      ...(replaces ? { replaces } : {}),
      ...(word("reason") ? { reason: word("reason") } : {}),
      ...(currentSettings().name.trim() ? { by: currentSettings().name.trim() } : {}),
      ...(swap ? { in_return: { from: moment("back_from"), to: moment("back_to") } } : {}),
    };
    if (!(await run(() => addOverride(cache, schedule, body)))) return;
    showToast({ tone: "done", text: swap ? "Swapped" : `${body.user} takes over` });
    onClose();
  };
  const zoneWord = zone === "utc" ? "UTC" : "local time";
  return (
    <Dialog
      title={`Who is on call: ${schedule}`}
      description="Holds at once, also for what is escalating already."
      onClose={onClose}
    >
      <form onSubmit={(event) => void submit(event)} className="grid gap-3">
        <div className="form-pair">
          <label className="field">
            Takes over
            <select name="user" required defaultValue="">
              <option value="" disabled>
                Choose…
              </option>
              {users.map(({ name, full_name }) => (
                <option key={name} value={name}>
                  {full_name ? `${full_name} (${name})` : name}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            Instead of
            <select
              value={replaces}
              onChange={(event) => {
                setReplaces(event.target.value);
                if (!event.target.value) setSwap(false);
              }}
            >
              <option value="">Whoever it is</option>
              {users.map(({ name, full_name }) => (
                <option key={name} value={name}>
                  {full_name || name}
                </option>
              ))}
            </select>
          </label>
        </div>
        <Span
          words={["From", "Until"]}
          names={["from", "to"]}
          from={toField(asked.from, zone)}
          to={toField(asked.to, zone)}
          zone={zoneWord}
        />
        <label className="check">
          <input
            type="checkbox"
            checked={swap}
            disabled={!replaces}
            onChange={(event) => setSwap(event.target.checked)}
          />
          A swap: {replaces || "the other one"} stands in at another time in return
        </label>
        {swap && (
          <Span
            words={["In return from", "Until"]}
            names={["back_from", "back_to"]}
            from={toField(asked.from + 7 * 24 * HOUR_MS, zone)}
            to={toField(asked.to + 7 * 24 * HOUR_MS, zone)}
            zone={zoneWord}
          />
        )}
        <label className="field">
          Why (optional)
          <input name="reason" maxLength={1000} autoComplete="off" placeholder="Wedding" />
        </label>
        <Refusal error={error} />
        <FormEnd onCancel={onClose} disabled={busy}>
          {swap ? "Swap" : "Take over"}
        </FormEnd>
      </form>
    </Dialog>
  );
}

interface SpanProps {
  words: [string, string];
  names: [string, string];
  from: string;
  to: string;
  zone: string;
}

function Span({ words, names, from, to, zone }: SpanProps) {
  return (
    <div className="form-pair">
      {([0, 1] as const).map((index) => (
        <label key={names[index]} className="field">
          {words[index]} ({zone})
          <input
            type="datetime-local"
            name={names[index]}
            required
            defaultValue={index === 0 ? from : to}
          />
        </label>
      ))}
    </div>
  );
}
