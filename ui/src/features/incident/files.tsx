// The files of an incident: pictures of graphs, dumps, letters. Put in by choosing or by dropping.
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, Trash2 } from "lucide-react";
import { type ChangeEvent, type DragEvent, useState } from "react";
import { ask, client, done } from "../../api/client";
import { usePermission } from "../../api/permission";
import { readAgain } from "../../api/read_again";
import type { Incident } from "../../api/types";
import { focusOnMount } from "../../kit/focus";
import { formatBytes } from "../../kit/format";
import { ActButton, Permitted } from "../../kit/permitted";
import { Answer, Section } from "../../kit/section";
import { Ago } from "../../kit/time";
import { showToast } from "../../kit/toast";
import { errorWords, Refusal, Refused, useRequest } from "../../kit/use_request";

const BYTES_MAX = 10 * 1024 * 1024; // the server's limit

const filesQuery = (id: string) =>
  queryOptions({
    queryKey: ["files", id] as const,
    queryFn: async ({ signal }) => {
      const params = { path: { id } };
      const path = "/api/v1/incidents/{id}/attachments";
      return (await ask(client.GET(path, { params, signal }))).attachments;
    },
  });

async function send(id: string, file: File, share: boolean): Promise<void> {
  if (file.size > BYTES_MAX) {
    throw new Refused(
      `${file.name} has ${formatBytes(file.size)}; the limit is ${formatBytes(BYTES_MAX)}.`,
    );
  }
  const answer = await ask(
    client.POST("/api/v1/incidents/{id}/attachments", {
      params: { path: { id }, query: { name: file.name, ...(share ? { share } : {}) } },
      headers: { "Content-Type": "application/octet-stream" },
      body: "",
      bodySerializer: () => file,
    }),
  );
  if (answer.share_error) {
    showToast({ tone: "error", text: `Kept, but not shown in Slack: ${answer.share_error}` });
  }
}

export function Files({ incident: { id } }: { incident: Incident }) {
  const files = useQuery(filesQuery(id));
  return (
    <Section title="Files" count={files.data?.length || undefined}>
      <Answer what="Files" query={files} rows={1}>
        {(list) =>
          list.length > 0 && (
            <ul className="rows mb-2">
              {list.map((file) => (
                <FileRow key={file.id} incident={id} file={file} />
              ))}
            </ul>
          )
        }
      </Answer>
      <Permitted told>
        <DropPlace id={id} />
      </Permitted>
    </Section>
  );
}

function DropPlace({ id }: { id: string }) {
  const cache = useQueryClient();
  const { may } = usePermission("respond");
  const { busy, error, run } = useRequest();
  const [over, setOver] = useState(false);
  const [share, setShare] = useState(false);
  const [sending, setSending] = useState("");
  const put = (chosen: FileList | null) => {
    const list = [...(chosen ?? [])];
    if (list.length === 0) return;
    void run(async () => {
      try {
        for (const file of list) {
          setSending(file.name);
          await send(id, file, share);
        }
      } finally {
        setSending("");
        await readAgain(cache, { queryKey: filesQuery(id).queryKey });
      }
    });
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (may && !busy) put(event.dataTransfer.files);
  };
  const onChange = (event: ChangeEvent<HTMLInputElement>) => {
    put(event.target.files);
    event.target.value = ""; // the same file may be chosen again
  };
  return (
    <>
      <label
        className="drop-place"
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <span>{sending ? `Sending ${sending}…` : "Choose files, or drop them here"}</span>
        <span className="text-muted text-sm">at most {formatBytes(BYTES_MAX)} each</span>
        <input type="file" multiple disabled={busy} onChange={onChange} className="sr-only" />
      </label>
      <label className="check text-sm">
        <input
          type="checkbox"
          checked={share}
          onChange={(event) => setShare(event.target.checked)}
        />
        Show them in Slack’s thread of the incident too
      </label>
      <Refusal error={error} />
    </>
  );
}

interface FileRowProps {
  incident: string;
  file: {
    id: string;
    name: string;
    content_type: string;
    size: number;
    added_by: string;
    added_at: string;
  };
}

function FileRow({ incident, file }: FileRowProps) {
  const { id, name, content_type, size, added_by, added_at } = file;
  const cache = useQueryClient();
  const [asked, setAsked] = useState<boolean>();
  const path = "/api/v1/incidents/{id}/attachments/{attachment}" as const;
  const remove = async () => {
    try {
      await done(client.DELETE(path, { params: { path: { id: incident, attachment: id } } }));
    } catch (error) {
      showToast({ tone: "error", text: `Not removed: ${errorWords(error)}` });
    }
    await readAgain(cache, { queryKey: filesQuery(incident).queryKey });
  };
  return (
    <li className="row top">
      <div className="min-w-0 flex-1">
        <a
          href={`/api/v1/incidents/${encodeURIComponent(incident)}/attachments/${encodeURIComponent(id)}`}
          download={name}
          className="link break-words font-medium"
        >
          {name} <Download size={14} aria-hidden className="inline" />
        </a>
        <p className="row-facts">
          <span>{formatBytes(size)}</span>
          <span>{content_type}</span>
          <span>
            {added_by || "somebody"}, <Ago at={added_at} />
          </span>
        </p>
      </div>
      {/* What is gone does not come back: asked twice. */}
      {asked ? (
        <span className="actions">
          <button type="button" className="button small" onClick={() => void remove()}>
            Remove<span className="sr-only"> {name} for good</span>
          </button>
          <button
            ref={focusOnMount}
            type="button"
            className="button small"
            onClick={() => setAsked(false)}
          >
            Keep<span className="sr-only"> {name}</span>
          </button>
        </span>
      ) : (
        <ActButton
          ref={asked === false ? focusOnMount : undefined}
          className="icon-button"
          aria-label={`Remove ${name}…`}
          title="Remove…"
          onClick={() => setAsked(true)}
        >
          <Trash2 size={16} aria-hidden />
        </ActButton>
      )}
    </li>
  );
}
