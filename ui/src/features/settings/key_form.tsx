// Making an API key. Its token is shown once, and lives no longer than this form's state.
import { useQueryClient } from "@tanstack/react-query";
import { Copy, KeyRound } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { serverNow } from "../../kit/clock";
import { focusOnMount } from "../../kit/focus";
import { showToast } from "../../kit/toast";
import { Refusal, useRequest } from "../../kit/use_request";
import { makeKey, type Role } from "./key_queries";

const DAY_MS = 86_400_000;

const ROLES: { role: Role; may: string }[] = [
  { role: "viewer", may: "reads" },
  { role: "responder", may: "also acknowledges and resolves" },
  { role: "editor", may: "also changes rules and schedules" },
  { role: "ingest", may: "only sends" },
  { role: "admin", may: "everything" },
];

const EXPIRIES = [
  { days: 0, words: "never" },
  { days: 30, words: "in 30 days" },
  { days: 90, words: "in 90 days" },
  { days: 365, words: "in a year" },
];

interface Made {
  name: string;
  token: string;
}

export function KeyForm() {
  const cache = useQueryClient();
  const { busy, error, run } = useRequest();
  const [made, setMade] = useState<Made | null>(null);
  const nameField = useRef<HTMLInputElement>(null);
  const putAway = () => {
    setMade(null);
    nameField.current?.focus();
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const name = String(fields.get("name") ?? "").trim();
    const days = Number(fields.get("days"));
    const expires_at = days > 0 ? new Date(serverNow() + days * DAY_MS).toISOString() : undefined;
    void run(async () => {
      const role = fields.get("role") as Role;
      setMade({ name, token: await makeKey(cache, { name, role, expires_at }) });
      form.reset();
    });
  };
  return (
    <>
      {made && <Token key={made.token} {...made} done={putAway} />}
      <form onSubmit={submit} className="grid gap-3">
        <div className="form-pair">
          <label className="field">
            Name of the key
            <input
              ref={nameField}
              name="name"
              required
              maxLength={100}
              autoComplete="off"
              placeholder="grafana"
            />
          </label>
          <label className="field">
            Role
            <select name="role">
              {ROLES.map(({ role, may }) => (
                <option key={role} value={role}>
                  {role}: {may}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            It expires
            <select name="days">
              {EXPIRIES.map(({ days, words }) => (
                <option key={days} value={days}>
                  {words}
                </option>
              ))}
            </select>
          </label>
        </div>
        <Refusal error={error} />
        <div className="actions">
          <button type="submit" className="button primary" disabled={busy}>
            <KeyRound size={15} aria-hidden /> Make a key
          </button>
        </div>
      </form>
    </>
  );
}

function Token({ name, token, done }: Made & { done: () => void }) {
  // Not by what puts into a toast what it could not copy.
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(token);
      showToast({ tone: "done", text: "Token copied" });
    } catch {
      showToast({ tone: "error", text: "Not copied: mark the token, and copy it by hand." });
    }
  };
  return (
    <div role="status" className="note mb-3 grid gap-2">
      <p className="font-medium">The key “{name}” is made. This is its token:</p>
      <code className="break-all">{token}</code>
      <p className="text-sm">
        It is not shown again: the server keeps only what it takes to know it. Put it where it is
        needed now.
      </p>
      <div className="actions">
        <button
          ref={focusOnMount}
          type="button"
          className="button primary"
          onClick={() => void copy()}
        >
          <Copy size={15} aria-hidden /> Copy the token
        </button>
        <button type="button" className="button" onClick={done}>
          Put it away
        </button>
      </div>
    </div>
  );
}
