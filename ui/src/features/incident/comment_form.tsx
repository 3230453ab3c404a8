// Writing a comment, or rows of what happened before: "/timeline text | 02:11".
import { useQueryClient } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { comment, type Note } from "../../api/actions";
import { useAction } from "../../frame/keys";
import { serverNow } from "../../kit/clock";
import { useSettings } from "../../kit/settings";
import { useStore } from "../../kit/store";
import { commentDrafts, putBack, setDraft } from "./comment_drafts";
import { addedWords, readNotes, writeNotes } from "./timeline_notes";

export function CommentForm({ id }: { id: string }) {
  const cache = useQueryClient();
  const { zone } = useSettings();
  const hash = useLocation({ select: (location) => location.hash });
  const box = useRef<HTMLTextAreaElement>(null);
  const hint = useId();
  const text = useStore(commentDrafts)[id] ?? "";
  const [faults, setFaults] = useState<string[]>([]);
  useAction("comment", () => box.current?.focus());
  useEffect(() => {
    if (hash === "comment") box.current?.focus();
  }, [hash]);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const written = text.trim();
    if (!written) return;
    const now = serverNow();
    const past = readNotes(written, zone, now);
    setFaults(past?.faults ?? []);
    if (past && past.faults.length > 0) return;
    setDraft(id, "");
    const notes = past?.notes ?? [{ text: written }];
    const back = (left: Note[]) => putBack(id, writeNotes(left));
    comment(cache, id, notes, back, addedWords(notes, zone, now));
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
    if (event.key === "Escape") box.current?.blur();
  };
  const change = (next: string) => {
    setFaults([]);
    setDraft(id, next);
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
          aria-describedby={hint}
          aria-invalid={faults.length > 0}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKey}
        />
      </label>
      {faults.length > 0 && (
        <div role="alert" className="tone-critical break-words text-sm">
          {faults.map((fault) => (
            <p key={fault}>{fault}</p>
          ))}
        </div>
      )}
      <div className="comment-foot">
        <button type="submit" className="button" disabled={!text.trim()}>
          Add <kbd>Ctrl ⏎</kbd>
        </button>
        <p id={hint} className="min-w-0 flex-1 text-muted text-sm">
          What happened earlier: <code>/timeline the pool was full | 02:11</code>, a row on each
          line, times in {zone === "utc" ? "UTC" : "your zone"}.
        </p>
      </div>
    </form>
  );
}
