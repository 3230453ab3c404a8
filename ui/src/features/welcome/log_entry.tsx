// A log line written by hand: what somebody saw, where machines will find it.
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { readAgain } from "../../api/read_again";
import { Permitted } from "../../kit/permitted";
import type { Probed } from "../../kit/probe";
import { Section } from "../../kit/section";
import { currentSettings } from "../../kit/settings";
import { showToast } from "../../kit/toast";
import { LEVELS } from "../explore/logs/log_query";

const MESSAGE_CHARS_MAX = 10_000;

export function LogEntry({ keep }: { keep: (probed: Probed) => void }) {
  const cache = useQueryClient();
  const [sending, setSending] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const word = (name: string) => String(new FormData(form).get(name) ?? "").trim();
    const by = currentSettings().name.trim();
    const line = {
      service: word("service"),
      level: word("level"),
      message: word("message"),
      fields: { source: "manual", ...(by ? { by } : {}) },
    };
    setSending(true);
    const answer = await send(line);
    setSending(false);
    keep(answer);
    if (answer.status !== 200) {
      showToast({ tone: "error", text: "The line was not written: see the response log." });
      return;
    }
    form.reset();
    showToast({ tone: "done", text: "Log line written" });
    void readAgain(cache, { queryKey: ["logs"] });
    void readAgain(cache, { queryKey: ["day"] });
  };
  return (
    <Section title="Write a log line">
      <Permitted needs="ingest">
        <form onSubmit={(event) => void submit(event)} className="grid gap-3">
          <div className="entry-line">
            <label className="field">
              Service
              <input
                name="service"
                required
                maxLength={200}
                autoComplete="off"
                spellCheck={false}
              />
            </label>
            <label className="field">
              Level
              <select name="level" defaultValue="info">
                {LEVELS.map((level) => (
                  <option key={level}>{level}</option>
                ))}
              </select>
            </label>
          </div>
          <label className="field">
            Message
            <textarea name="message" rows={2} required maxLength={MESSAGE_CHARS_MAX} />
          </label>
          <button type="submit" className="button justify-self-start" disabled={sending}>
            {sending ? "Writing…" : "Write"}
          </button>
        </form>
      </Permitted>
    </Section>
  );
}

async function send(line: object): Promise<Probed> {
  const began = performance.now();
  const took = () => performance.now() - began;
  try {
    const response = await fetch("/api/v1/logs", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(line),
    });
    return { status: response.status, tookMs: took(), body: await response.text() };
  } catch {
    return { status: 0, tookMs: took(), body: "The server did not answer." };
  }
}
