// The write-up: the server's draft of the post-mortem, to be read, changed, copied and kept as a file.
// What is written over it stays in this browser.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Copy, Download, ListPlus } from "lucide-react";
import { useState } from "react";
import { ask, client } from "../../api/client";
import type { Incident } from "../../api/types";
import { Toggle } from "../../frame/fields";
import { copyText } from "../../kit/clipboard";
import { MarkdownView } from "../../kit/markdown_view";
import { Answer, Section } from "../../kit/section";
import { Clock } from "../../kit/time";
import { Sentence } from "./sentence";
import { spineOf, starredRows, withSpine } from "./spine";
import { happenedAt, kindWord } from "./timeline_kinds";

const draftQuery = ({ id, revision }: Incident) =>
  queryOptions({
    queryKey: ["postmortem", id, revision] as const,
    queryFn: ({ signal }) =>
      ask(
        client.GET("/api/v1/incidents/{id}/postmortem", {
          params: { path: { id } },
          parseAs: "text",
          signal,
        }),
      ),
  });

const storeKey = (id: string) => `vedette.review.${id}`;

function readKept(id: string): string | null {
  try {
    return localStorage.getItem(storeKey(id));
  } catch {
    return null;
  }
}

function keep(id: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(storeKey(id));
    else localStorage.setItem(storeKey(id), text);
  } catch {
    // Storage is off or full: it lasts as long as the page.
  }
}

export function ReviewTab({ incident }: { incident: Incident }) {
  const { id } = incident;
  const draft = useQuery(draftQuery(incident));
  const [kept, setKept] = useState(() => readKept(id));
  const [writing, setWriting] = useState(false);
  const change = (text: string | null) => {
    setKept(text);
    keep(id, text);
  };
  return (
    <div className="stack">
      <Spine incident={incident} kept={kept} change={change} />
      <Section title="Write-up" aside={<Toggle label="Write" on={writing} change={setWriting} />}>
        <Answer what="The draft" query={draft} rows={6}>
          {(written) => {
            const text = kept ?? written;
            return (
              <>
                {kept !== null && (
                  <p className="note mb-3 flex flex-wrap items-center gap-3 text-sm">
                    <span className="min-w-0 flex-1">
                      Changed in this browser; the server keeps the draft as it was.
                    </span>
                    <button type="button" className="button small" onClick={() => change(null)}>
                      Back to the draft
                    </button>
                  </p>
                )}
                {writing ? (
                  <label className="field">
                    Markdown
                    <textarea
                      className="draft"
                      rows={24}
                      value={text}
                      onChange={(event) => change(event.target.value)}
                    />
                  </label>
                ) : (
                  <MarkdownView text={text} level={2} />
                )}
                <div className="actions mt-3">
                  <button
                    type="button"
                    className="button"
                    onClick={() => void copyText(text, "Write-up")}
                  >
                    <Copy size={15} aria-hidden /> Copy
                  </button>
                  <a
                    className="button"
                    download={`${id}.md`}
                    href={`data:text/markdown;charset=utf-8,${encodeURIComponent(text)}`}
                  >
                    <Download size={15} aria-hidden /> Keep as a file
                  </a>
                </div>
              </>
            );
          }}
        </Answer>
      </Section>
    </div>
  );
}

interface SpineProps {
  incident: Incident;
  kept: string | null;
  change: (text: string) => void;
}

// What people starred, in short. The server's draft holds it; what was written over that is offered it.
function Spine({ incident, kept, change }: SpineProps) {
  const rows = starredRows(incident);
  const next = kept === null ? null : withSpine(kept, spineOf(rows));
  return (
    <Section title="Starred rows" count={rows.length}>
      {rows.length === 0 ? (
        <p className="text-muted text-sm">
          Star the rows of the{" "}
          <Link to="/incidents/$id" params={{ id: incident.id }} className="link">
            timeline
          </Link>{" "}
          that tell the story: they are the spine of the write-up.
        </p>
      ) : (
        <>
          <ol className="starred-rows">
            {rows.map((row) => (
              <li key={row.seq}>
                <Clock at={happenedAt(row)} />
                <span className="min-w-0 break-words">
                  <b>{kindWord(row.kind)}</b> <span className="text-muted">{row.actor}</span>{" "}
                  <Sentence entry={row} />
                </span>
              </li>
            ))}
          </ol>
          <div className="actions mt-3">
            {next !== null && next !== kept && (
              <button type="button" className="button" onClick={() => change(next)}>
                <ListPlus size={15} aria-hidden /> Put them into the write-up
              </button>
            )}
          </div>
        </>
      )}
    </Section>
  );
}
