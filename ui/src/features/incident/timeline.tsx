// The spine of the incident: rows of the machine and of people in one list, newest first.
import { useQueryClient } from "@tanstack/react-query";
import {
  Activity,
  Bell,
  BellOff,
  CheckCheck,
  Flag,
  type LucideIcon,
  MessageSquare,
  Star,
  TrendingUp,
  UserCheck,
} from "lucide-react";
import { useState } from "react";
import { star, waitingRows } from "../../api/actions";
import type { Incident, TimelineEntry } from "../../api/types";
import { focusRow, rowInHand, useAction } from "../../frame/keys";
import { ActButton, Permitted } from "../../kit/permitted";
import { Empty, Section } from "../../kit/section";
import { useStore } from "../../kit/store";
import { Clock } from "../../kit/time";
import { showToast } from "../../kit/toast";
import { withWaiting } from "../../live/merge";
import { CommentForm } from "./comment_form";
import { Sentence } from "./sentence";
import {
  type Fold,
  foldRuns,
  GROUPS,
  type Group,
  inOrder,
  isOf,
  kindWord,
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

// s stars the row that has the focus, or takes its star away.
function useStars(incident: Incident): (seq: number) => void {
  const cache = useQueryClient();
  const toggle = (seq: number) => void star(cache, incident, seq, !incident.starred?.includes(seq));
  useAction("star", () => {
    const seq = Number(rowInHand("[data-seq]")?.dataset.seq);
    if (seq > 0) return toggle(seq);
    // The rows of what was seen come before it, and may be a hundred.
    const first = document.querySelector<HTMLElement>("[data-row][data-seq]");
    if (first) focusRow(first);
    first?.scrollIntoView({ block: "center" }); // messages are at the foot of the page
    showToast({ tone: "news", text: "In the timeline: j and k move, s stars the row." });
  });
  return toggle;
}

export function Timeline({ incident }: { incident: Incident }) {
  const [group, setGroup] = useState<Group>("all");
  const [all, setAll] = useState(false);
  const timeline = withWaiting(incident, useStore(waitingRows));
  const toggleStar = useStars(incident);
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set());
  const starred = new Set(incident.starred);
  const entries = inOrder(timeline)
    .filter((entry) => isOf(group, entry, starred))
    .reverse();
  // Who asks for anomalies wants to see each.
  const rows = group === "all" ? foldRuns(entries, unfolded, starred) : entries;
  const shown = all ? rows : rows.slice(0, ROWS_FIRST);
  return (
    <Section title="Timeline" count={timeline.length}>
      <Permitted told>
        <CommentForm id={incident.id} />
      </Permitted>
      <Filter timeline={timeline} starred={starred} group={group} pick={setGroup} />
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
              <TimelineRow
                key={row.seq}
                entry={row}
                starred={starred.has(row.seq)}
                toggleStar={toggleStar}
              />
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
  starred: ReadonlySet<number>;
  group: Group;
  pick: (group: Group) => void;
}

function Filter({ timeline, starred, group, pick }: FilterProps) {
  const count = (id: Group) => timeline.filter((entry) => isOf(id, entry, starred)).length;
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

// When it happened; of what was told later, when that was too.
function When({ entry }: { entry: TimelineEntry }) {
  const { seq, time, happened_at } = entry;
  const written = seq < 0 ? "not sent yet" : <Clock at={time} />;
  if (!happened_at || happened_at === time) return written;
  return (
    <>
      <Clock at={happened_at} /> · {seq > 0 && "written at "}
      {written}
    </>
  );
}

interface FoldRowProps {
  fold: Fold;
  unfold: () => void;
}

// Many anomalies in a row are one fact, and so is telling people the same again: what people say
// stands between such rows.
function FoldRow({ fold: { run }, unfold }: FoldRowProps) {
  const [newest] = run;
  const oldest = run.at(-1) ?? newest;
  const group = rowGroup(newest);
  const Icon = ICONS[newest.kind] ?? Flag;
  return (
    <li className="spine-row" data-row data-kind="fold" data-group={group}>
      <span className="spine-icon">
        <Icon size={14} aria-hidden />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-semibold">
            {group === "anomalies" ? "Anomalies" : kindWord(newest.kind)}
          </span>
          <span className="text-muted text-sm">
            <Clock at={oldest.time} /> to <Clock at={newest.time} />
          </span>
        </p>
        {group === "pages" && (
          <p className="whitespace-pre-wrap break-words">
            <Sentence entry={newest} />
          </p>
        )}
        <button type="button" className="disclose" aria-expanded={false} onClick={unfold}>
          {group === "anomalies" ? anomalyWords(run) : `${run.length} times`}
        </button>
      </div>
    </li>
  );
}

function anomalyWords(run: TimelineEntry[]): string {
  const began = run.filter(({ kind }) => kind === "anomaly_opened").length;
  const over = run.length - began;
  return [began > 0 && `${began} began`, over > 0 && `${over} over`].filter(Boolean).join(", ");
}

interface TimelineRowProps {
  entry: TimelineEntry;
  starred: boolean; // it stands in the post-mortem
  toggleStar: (seq: number) => void;
}

function TimelineRow({ entry, starred, toggleStar }: TimelineRowProps) {
  const { seq, kind, actor, text } = entry;
  const Icon = ICONS[kind] ?? Flag;
  const sending = seq < 0;
  return (
    <li
      className="spine-row"
      data-row={sending ? undefined : true}
      data-seq={seq}
      data-kind={kind}
      data-group={rowGroup(entry)}
      data-sending={sending}
      data-starred={starred}
    >
      <span className="spine-icon">
        <Icon size={14} aria-hidden />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-semibold">{kindWord(kind)}</span>
          <span className="text-muted text-sm">
            {actor} · <When entry={entry} />
          </span>
        </p>
        {text && (
          <p className="whitespace-pre-wrap break-words">
            <Sentence entry={entry} />
          </p>
        )}
      </div>
      {!sending && (
        <ActButton
          className="icon-button small star"
          aria-pressed={starred}
          aria-label={`Star: ${kindWord(kind)} of ${actor}`}
          title="Starred rows stand in the post-mortem ( s )"
          onClick={() => toggleStar(seq)}
        >
          <Star size={15} aria-hidden />
        </ActButton>
      )}
    </li>
  );
}
