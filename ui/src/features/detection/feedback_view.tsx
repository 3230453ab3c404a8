// Marks that wait, what applying them would have done, and what was applied before.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Undo2, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { plural } from "../../kit/format";
import { ActButton, Permitted } from "../../kit/permitted";
import { Answer, Empty, Section } from "../../kit/section";
import { Ago } from "../../kit/time";
import { showToast } from "../../kit/toast";
import { errorWords, Refusal, useRequest } from "../../kit/use_request";
import {
  apply,
  changesQuery,
  type FeedbackChange,
  type Mark,
  marksQuery,
  undo,
  withdraw,
} from "../feedback/queries";
import { PreviewView } from "./preview_view";
import { markedWords } from "./words";

const VERDICT_WORDS: Record<Mark["verdict"], string> = {
  useful: "Useful",
  noise: "Noise",
  none: "Taken back",
};

export function FeedbackView() {
  const marks = useQuery(marksQuery());
  const waiting = marks.data?.filter(({ state }) => state === "waiting") ?? [];
  return (
    <div className="stack">
      <Section title="Marks that wait" count={waiting.length || undefined}>
        <Answer what="Marks" query={marks}>
          {() =>
            waiting.length === 0 ? (
              <Empty title="No marks wait">
                <p>
                  Say of an anomaly or an incident that it was useful or noise, where you see it.
                  What that would change is shown here before it does.
                </p>
              </Empty>
            ) : (
              <ul className="rows">
                {waiting.map((mark) => (
                  <MarkRow key={mark.id} mark={mark} />
                ))}
              </ul>
            )
          }
        </Answer>
      </Section>
      {waiting.length > 0 && (
        <PreviewView marks={waiting.length} apply={<ApplyForm marks={waiting} />} />
      )}
      <Applied />
    </div>
  );
}

function TargetLink({ mark }: { mark: Mark }) {
  const words = markedWords(mark);
  if (mark.target_kind !== "incident") return <>{words}</>;
  return (
    <Link to="/incidents/$id" params={{ id: mark.target_id }} className="link-quiet">
      {words}
    </Link>
  );
}

function MarkRow({ mark }: { mark: Mark }) {
  const cache = useQueryClient();
  const { busy, error, run } = useRequest();
  const unweighed = mark.groups.length > 0 && mark.groups.every(({ weighed }) => !weighed);
  return (
    <li className="row top" data-row>
      <span className="badge" data-verdict={mark.verdict}>
        {VERDICT_WORDS[mark.verdict] ?? mark.verdict}
      </span>
      <div className="min-w-0 flex-1">
        <p className="break-words font-medium">
          <TargetLink mark={mark} />
        </p>
        <p className="row-facts">
          <span>{mark.target_kind}</span>
          <span>
            {mark.by || "somebody"}, <Ago at={mark.at} />
          </span>
          {mark.why && <span className="break-words">{mark.why}</span>}
        </p>
        {unweighed && (
          <p className="text-sm">A rule found it: this moves nothing. Change the rule.</p>
        )}
        <Refusal error={error} />
      </div>
      <ActButton
        className="icon-button"
        disabled={busy}
        title="Take the mark back"
        aria-label={`Take the mark back: ${markedWords(mark)}`}
        onClick={() => void run(() => withdraw(cache, mark.id))}
      >
        <X size={16} aria-hidden />
      </ActButton>
    </li>
  );
}

function ApplyForm({ marks }: { marks: Mark[] }) {
  const cache = useQueryClient();
  const { busy, error, run } = useRequest();
  const takeBack = (change: FeedbackChange) =>
    undo(cache, change.id).catch((refusal) =>
      showToast({ tone: "error", text: `Not undone: ${errorWords(refusal)}` }),
    );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const why = String(new FormData(event.currentTarget).get("why") ?? "").trim();
    void run(async () => {
      // Those that are on the screen, not those that came meanwhile.
      const change = await apply(
        cache,
        marks.map(({ id }) => id),
        why,
      );
      showToast({
        tone: "done",
        text: `${plural(change.marks, "mark")} applied`,
        lastsMs: 10_000,
        action: { label: "Undo", run: () => void takeBack(change) },
      });
    });
  };
  return (
    <Permitted>
      <form onSubmit={submit} className="apply-form">
        <input
          name="why"
          aria-label="Why (for those who read it later)"
          placeholder="Why (for those who read it later)"
          maxLength={2000}
          autoComplete="off"
        />
        <button type="submit" className="button primary" disabled={busy}>
          Apply {plural(marks.length, "mark")}
        </button>
        <Refusal error={error} />
      </form>
    </Permitted>
  );
}

const ROWS_FIRST = 10;

function Applied() {
  const changes = useQuery(changesQuery());
  const [all, setAll] = useState(false);
  const rows = changes.data ?? [];
  const shown = all ? rows : rows.slice(0, ROWS_FIRST);
  return (
    <Section title="Applied before" count={rows.length || undefined}>
      <Answer what="What was applied" query={changes} rows={2}>
        {() =>
          rows.length === 0 ? (
            <p className="text-muted">Nothing yet: thresholds are as they come.</p>
          ) : (
            <>
              <ul className="rows">
                {shown.map((change) => (
                  <ChangeRow key={change.id} change={change} />
                ))}
              </ul>
              {rows.length > shown.length && (
                <button type="button" className="button mt-2" onClick={() => setAll(true)}>
                  Show {rows.length - shown.length} more
                </button>
              )}
            </>
          )
        }
      </Answer>
    </Section>
  );
}

function ChangeRow({ change }: { change: FeedbackChange }) {
  const { id, by, why, at, marks, undone_at, undone_by } = change;
  const cache = useQueryClient();
  const { busy, error, run } = useRequest();
  return (
    <li className="row top" data-row>
      <div className="min-w-0 flex-1">
        <p className="font-medium">
          {plural(marks, "mark")} by {by || "somebody"}
        </p>
        {why && <p className="break-words text-sm">{why}</p>}
        <p className="row-facts">
          <span>
            <Ago at={at} />
          </span>
          {undone_at && (
            <span>
              undone <Ago at={undone_at} /> by {undone_by || "somebody"}
            </span>
          )}
        </p>
        <Refusal error={error} />
      </div>
      {undone_at ? (
        <span className="badge">Undone</span>
      ) : (
        <ActButton
          className="button small"
          disabled={busy}
          onClick={() => void run(() => undo(cache, id))}
        >
          <Undo2 size={14} aria-hidden /> Undo
          <span className="sr-only"> the change of {plural(marks, "mark")}</span>
        </ActButton>
      )}
    </li>
  );
}
