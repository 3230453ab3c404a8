// A text field for queries that completes what is typed: arrows choose, Tab or Enter takes, Escape
// closes, Ctrl Space asks. Enter runs, Shift Enter begins a line.
import {
  type KeyboardEvent,
  type Ref,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { flushSync } from "react-dom";
import "./query_box.css";

export interface Suggestion {
  label: string;
  insert: string;
  detail?: string; // what it is, in a few words
  caretBack?: number; // how far the caret goes back into what was inserted
}

export interface Completion {
  from: number; // what is replaced begins here and ends at the caret
  suggestions: Suggestion[];
}

export const NO_COMPLETION: Completion = { from: 0, suggestions: [] };

interface QueryBoxProps {
  label: string;
  value: string; // the query that runs
  onRun: (text: string) => void;
  complete: (text: string, caret: number, asked: boolean) => Promise<Completion>;
  placeholder?: string;
  hideLabel?: boolean;
  ref?: Ref<{ focus: () => void }>;
}

const SUGGESTIONS_MAX = 12;
const SETTLE_MS = 120;

export function QueryBox(props: QueryBoxProps) {
  const { label, value, onRun, complete, placeholder, hideLabel = false, ref } = props;
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(value);
  const list = useCompletion(complete);
  const { suggestions, active } = list;
  useEffect(() => setText(value), [value]);
  useImperativeHandle(ref, () => ({ focus: () => box.current?.focus() }));

  const take = (suggestion: Suggestion) => {
    const field = box.current;
    if (!field) return;
    const { insert, caretBack = 0 } = suggestion;
    const end = field.selectionStart;
    const next = text.slice(0, list.from) + insert + text.slice(end);
    // At once, so that what is typed next goes where the caret is.
    flushSync(() => setText(next));
    list.close();
    const caret = list.from + insert.length - caretBack;
    field.focus();
    field.setSelectionRange(caret, caret);
  };
  const run = () => {
    list.close();
    if (text.trim() !== value) onRun(text.trim());
  };
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const chosen = suggestions[active];
    const open = suggestions.length > 0;
    if (event.key === " " && event.ctrlKey) {
      list.ask(text, event.currentTarget.selectionStart, true);
    } else if (open && event.key === "ArrowDown") list.move(1);
    else if (open && event.key === "ArrowUp") list.move(-1);
    else if (open && event.key === "Escape") list.close();
    else if (chosen && (event.key === "Enter" || event.key === "Tab")) take(chosen);
    else if (event.key === "Enter" && !event.shiftKey) run();
    else if (event.key === "Escape") event.currentTarget.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="query-box">
      <label htmlFor={id} className={hideLabel ? "sr-only" : "query-label"}>
        {label}
      </label>
      <textarea
        ref={box}
        id={id}
        rows={Math.min(6, text.split("\n").length)}
        value={text}
        placeholder={placeholder}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        maxLength={8192}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls={`${id}-list`}
        aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
        onChange={(event) => {
          setText(event.target.value);
          list.ask(event.target.value, event.target.selectionStart, false);
        }}
        onKeyDown={onKey}
        onBlur={run}
      />
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={`Completions of ${label}`}
        className="query-list"
        hidden={suggestions.length === 0}
      >
        {suggestions.map((suggestion, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's
          <div
            key={suggestion.label}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className="query-option"
            onPointerDown={(event) => event.preventDefault()} // the focus stays in the field
            onClick={() => take(suggestion)}
          >
            <code>{suggestion.label}</code>
            <span>{suggestion.detail}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

function still({ from, suggestions }: Completion, typed: string): Completion {
  const wanted = typed.toLowerCase();
  const fits = suggestions.filter(({ label }) => wanted && label.toLowerCase().includes(wanted));
  return { from, suggestions: fits };
}

function useCompletion(complete: QueryBoxProps["complete"]) {
  const [found, setFound] = useState(NO_COMPLETION);
  const [active, setActive] = useState(-1);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const asked = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const close = () => {
    clearTimeout(timer.current);
    asked.current += 1; // an answer that is on its way is late
    setFound(NO_COMPLETION);
    setActive(-1);
  };
  const ask = (text: string, caret: number, byKey: boolean) => {
    clearTimeout(timer.current);
    asked.current += 1;
    const turn = asked.current;
    // Until the answer comes: what of the last one still fits.
    setFound((have) => still(have, text.slice(have.from, caret)));
    setActive(-1);
    timer.current = setTimeout(
      () =>
        void complete(text, caret, byKey)
          .catch(() => NO_COMPLETION) // without completions one types on
          .then((answer) => {
            if (turn !== asked.current) return;
            setFound({ ...answer, suggestions: answer.suggestions.slice(0, SUGGESTIONS_MAX) });
            setActive(byKey && answer.suggestions.length > 0 ? 0 : -1);
          }),
      byKey ? 0 : SETTLE_MS,
    );
  };
  const move = (step: 1 | -1) =>
    setActive((have) => {
      const count = found.suggestions.length;
      return have < 0 ? (step > 0 ? 0 : count - 1) : (have + step + count) % count;
    });
  return { ...found, active, ask, close, move };
}
