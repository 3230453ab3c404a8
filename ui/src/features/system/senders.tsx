// Other systems whose webhooks are understood: how each is set up, and a message tried without keeping
// it.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask, client } from "../../api/client";
import type { components } from "../../api/schema";
import { useWords } from "../../frame/search_words";
import { copyText } from "../../kit/clipboard";
import { formatLabels, plural } from "../../kit/format";
import { MarkdownView } from "../../kit/markdown_view";
import { Permitted } from "../../kit/permitted";
import { Answer, Empty, Section } from "../../kit/section";
import { StateMark } from "../../kit/state_mark";
import { Refusal, useRequest } from "../../kit/use_request";

type Preview = components["schemas"]["SenderPreview"];

interface Sender {
  name: string;
  title: string;
  path: string;
  setup: string;
  example: string;
}

const sendersQuery = () =>
  queryOptions({
    queryKey: ["senders"] as const,
    queryFn: async ({ signal }) => (await ask(client.GET("/api/v1/intake", { signal }))).senders,
    staleTime: Number.POSITIVE_INFINITY,
  });

export function Senders() {
  const answer = useQuery(sendersQuery());
  const [{ sender = "" }, setWords] = useWords();
  return (
    <Answer what="Senders" query={answer} rows={5}>
      {(all) => {
        const chosen = all.find(({ name }) => name === sender) ?? all[0];
        if (!chosen) return <Empty title="No sender is known" />;
        return (
          <div className="stack">
            <Section title="Alerts of other systems" count={all.length}>
              <div className="segments" role="group" aria-label="Sender">
                {all.map(({ name, title }) => (
                  <button
                    key={name}
                    type="button"
                    className="segment"
                    aria-pressed={name === chosen.name}
                    onClick={() => setWords({ sender: name })}
                  >
                    {title}
                  </button>
                ))}
              </div>
            </Section>
            <SenderView key={chosen.name} sender={chosen} />
          </div>
        );
      }}
    </Answer>
  );
}

function SenderView({ sender }: { sender: Sender }) {
  const url = `${location.origin}${sender.path}`;
  return (
    <div className="columns">
      <Section
        title={sender.title}
        aside={
          <button
            type="button"
            className="button small"
            onClick={() => void copyText(url, "The address")}
          >
            Copy the address
          </button>
        }
      >
        <p className="mb-2 break-all">
          <code>{url}</code>
        </p>
        <MarkdownView text={sender.setup} />
      </Section>
      <Trial sender={sender} />
    </div>
  );
}

function Trial({ sender }: { sender: Sender }) {
  const [message, setMessage] = useState(sender.example);
  const [preview, setPreview] = useState<Preview | null>(null);
  const { busy, error, run } = useRequest();
  const isJson = /^\s*[[{]/.test(message);
  const start = () =>
    run(async () => {
      setPreview(null);
      const request = client.POST("/api/v1/intake/{sender}/preview", {
        params: { path: { sender: sender.name } },
        body: message as never,
        bodySerializer: (text: unknown) => String(text),
        headers: {
          "Content-Type": isJson ? "application/json" : "application/x-www-form-urlencoded",
        },
      });
      setPreview(await ask(request));
    });
  return (
    <Section title="Try a message">
      <Permitted>
        <form
          className="grid gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            void start();
          }}
        >
          <label className="field">
            What it sends; nothing is kept
            <textarea
              className="mono"
              rows={10}
              value={message}
              spellCheck={false}
              onChange={(event) => setMessage(event.target.value)}
            />
          </label>
          <div>
            <button type="submit" className="button primary" disabled={busy || !message.trim()}>
              What would it become?
            </button>
          </div>
        </form>
      </Permitted>
      <Refusal error={error} />
      {preview && <PreviewView preview={preview} />}
    </Section>
  );
}

function PreviewView({ preview: { alerts, ignored } }: { preview: Preview }) {
  return (
    <div role="status" className="mt-3 grid gap-2">
      <p className="font-medium">{plural(alerts.length, "alert")}</p>
      <ul className="rows">
        {alerts.map(({ key, state, labels, annotations }) => (
          <li key={key} className="row top">
            <StateMark tone={state === "firing" ? "critical" : "normal"} size={14} />
            <div className="min-w-0 flex-1 text-sm">
              <p className="break-words font-semibold">
                {labels.alertname} <span className="text-muted">{state}</span>
              </p>
              {annotations.summary && <p className="break-words">{annotations.summary}</p>}
              <p className="break-all">
                <code>{formatLabels(labels)}</code>
              </p>
            </div>
          </li>
        ))}
      </ul>
      {ignored.map((why) => (
        <p key={why} className="text-muted text-sm">
          Not an alert: {why}
        </p>
      ))}
    </div>
  );
}
