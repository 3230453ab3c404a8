// The spine of the incident: rows of the machine and of people in one list, newest first.
import { useQueryClient } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import {
  Activity,
  Bell,
  BellOff,
  CheckCheck,
  Flag,
  type LucideIcon,
  MessageSquare,
  TrendingUp,
  UserCheck,
} from "lucide-react";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { comment, waitingRows } from "../../api/actions";
import type { Incident, TimelineEntry } from "../../api/types";
import { useAction } from "../../frame/keys";
import { Permitted } from "../../kit/permitted";
import { Empty, Section } from "../../kit/section";
import { useStore } from "../../kit/store";
import { Clock, ZoneText } from "../../kit/time";
import { withWaiting } from "../../live/merge";
import { commentDrafts, putBack, setDraft } from "./comment_drafts";
import {
  type Fold,
  foldRuns,
  GROUPS,
  type Group,
  kindWord,
  partsOf,
  type RowPart,
  rowGroup,
} from "./timeline_kinds";

const ICONS: Record<string, LucideIcon> = {
  opened: Flag,
  anomaly_opened: Activity,
  anomaly_closed: Activity,
  severity_changed: TrendingUp,
  acknowledged: UserCheck,
  resolved: CheckCheck,
  comment: MessageSquare,
  page_sent: Bell,
  page_failed: BellOff,
};

const ROWS_FIRST = 100;

export function Timeline({ incident }: { incident: Incident }) {
  const [group, setGroup] = useState<Group>("all");
  const [all, setAll] = useState(false);
  const timeline = withWaiting(incident, useStore(waitingRows));
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set());
  const entries = timeline
    .filter((entry) => group === "all" || rowGroup(entry) === group)
    .reverse();
  // Who asks for anomalies wants to see each.
  const rows = group === "all" ? foldRuns(entries, unfolded) : entries;
  const shown = all ? rows : rows.slice(0, ROWS_FIRST);
  return (
    <Section title="Timeline" count={timeline.length}>
      <Permitted told>
        <CommentForm id={incident.id} />
      </Permitted>
      <Filter timeline={timeline} group={group} pick={setGroup} />
      {rows.length === 0 ? (
        <Empty title="No rows of this kind" />
      ) : (
        <ol className="spine" aria-label="Timeline, newest first">
          {shown.map((row) =>
            "run" in row ? (
              <FoldRow
                key={row.seq}
                fold={row}
                unfold={() => setUnfolded(new Set([...unfolded, row.seq]))}
              />
            ) : (
              <TimelineRow key={row.seq} entry={row} />
            ),
          )}
        </ol>
      )}
      {rows.length > shown.length && (
        <button type="button" className="button" onClick={() => setAll(true)}>
          Show {rows.length - shown.length} older rows
        </button>
      )}
    </Section>
  );
}

interface FilterProps {
  timeline: TimelineEntry[];
  group: Group;
  pick: (group: Group) => void;
}

function Filter({ timeline, group, pick }: FilterProps) {
  const count = (id: Group) =>
    id === "all" ? timeline.length : timeline.filter((entry) => rowGroup(entry) === id).length;
  return (
    <div className="segments mb-3" role="group" aria-label="Kinds of rows">
      {GROUPS.filter(({ id }) => id === "all" || id === group || count(id) > 0).map(
        ({ id, label }) => (
          <button
            type="button"
            key={id}
            className="segment"
            aria-pressed={group === id}
            onClick={() => pick(id)}
          >
            {label} <span className="text-muted">{count(id)}</span>
          </button>
        ),
      )}
    </div>
  );
}

function Part({ part, time }: { part: RowPart; time: string }) {
  if ("at" in part) return <Clock at={part.at} />;
  if ("word" in part) return <ZoneText text={part.word} at={time} />;
  return (
    <Link to="/incidents/$id" params={{ id: part.incident }} className="link">
      {part.incident}
    </Link>
  );
}

// Many anomalies in a row are one fact: what people and pages say stands between such rows.
function FoldRow({ fold: { run }, unfold }: { fold: Fold; unfold: () => void }) {
  const [newest, oldest] = [run[0], run.at(-1)];
  const began = run.filter(({ kind }) => kind === "anomaly_opened").length;
  const over = run.length - began;
  const words = [began > 0 && `${began} began`, over > 0 && `${over} over`].filter(Boolean);
  return (
    <li className="spine-row" data-kind="fold" data-group="anomalies">
      <span className="spine-icon">
        <Activity size={14} aria-hidden />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-semibold">Anomalies</span>
          {oldest && newest && (
            <span className="text-muted text-sm">
              <Clock at={oldest.time} /> to <Clock at={newest.time} />
            </span>
          )}
        </p>
        <button type="button" className="disclose" aria-expanded={false} onClick={unfold}>
          {words.join(", ")}
        </button>
      </div>
    </li>
  );
}

function TimelineRow({ entry }: { entry: TimelineEntry }) {
  const { seq, time, kind, actor, text } = entry;
  const Icon = ICONS[kind] ?? Flag;
  const sending = seq < 0;
  return (
    <li className="spine-row" data-kind={kind} data-group={rowGroup(entry)} data-sending={sending}>
      <span className="spine-icon">
        <Icon size={14} aria-hidden />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-semibold">{kindWord(kind)}</span>
          <span className="text-muted text-sm">
            {actor} · {sending ? "not sent yet" : <Clock at={time} />}
          </span>
        </p>
        {text && (
          <p className="whitespace-pre-wrap break-words">
            {partsOf(text).map((part, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a sentence's parts do not move
              <Part key={index} part={part} time={time} />
            ))}
          </p>
        )}
      </div>
    </li>
  );
}

function CommentForm({ id }: { id: string }) {
  const cache = useQueryClient();
  const hash = useLocation({ select: (location) => location.hash });
  const box = useRef<HTMLTextAreaElement>(null);
  const text = useStore(commentDrafts)[id] ?? "";
  useAction("comment", () => box.current?.focus());
  useEffect(() => {
    if (hash === "comment") box.current?.focus();
  }, [hash]);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const written = text.trim();
    if (!written) return;
    setDraft(id, "");
    comment(cache, id, written, (back) => putBack(id, back));
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
    if (event.key === "Escape") box.current?.blur();
  };
  return (
    <form onSubmit={submit} className="comment">
      <label className="field">
        Comment
        <textarea
          ref={box}
          rows={2}
          value={text}
          maxLength={10_000}
          placeholder="What you see, what you try"
          onChange={(event) => setDraft(id, event.target.value)}
          onKeyDown={onKey}
        />
      </label>
      <button type="submit" className="button" disabled={!text.trim()}>
        Add <kbd>Ctrl ⏎</kbd>
      </button>
    </form>
  );
}
