// Rows of a list that are chosen to be acted on together: by x, Shift+x, or their boxes.
import { useRef, useState } from "react";
import { ActButton } from "../kit/permitted";
import { showToast } from "../kit/toast";
import { rowInHand, useAction } from "./keys";

export type RowKind = "incident" | "alert"; // the list's rows have data-incident, or data-alert

export const idInHand = (of: RowKind) => rowInHand(`[data-${of}]`)?.dataset[of];

export const chooseFirst = (of: RowKind) =>
  showToast({ tone: "news", text: `Choose an ${of} first: j and k move.` });

// Pure: the rows from one to the other; only the other, when the first is not among them.
export function between(rows: string[], from: string, to: string): string[] {
  const [a, b] = [rows.indexOf(from), rows.indexOf(to)];
  if (b < 0) return [];
  if (a < 0) return [to];
  return rows.slice(Math.min(a, b), Math.max(a, b) + 1);
}

export interface Selection {
  ids: ReadonlySet<string>;
  toggle: (id: string) => void;
  clear: () => void;
}

// Of rows that are `present`: what leaves the list is chosen no more.
export function useSelection(of: RowKind, present: string[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const last = useRef("");
  const ids = chosen.size > 0 ? new Set(present.filter((id) => chosen.has(id))) : chosen;
  const toggle = (id: string) => {
    last.current = id;
    const next = new Set(ids);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const withRow = (run: (id: string) => void) => () => {
    const id = idInHand(of);
    if (id && present.includes(id)) run(id);
    else chooseFirst(of);
  };
  useAction("select", withRow(toggle));
  useAction(
    "select-range",
    withRow((id) => {
      const rows = [...document.querySelectorAll<HTMLElement>(`[data-${of}]`)];
      const order = rows.map((row) => row.dataset[of] ?? "").filter((one) => present.includes(one));
      setChosen(new Set([...ids, ...between(order, last.current, id)]));
      last.current = id;
    }),
  );
  return { ids, toggle, clear: () => setChosen(new Set()) };
}

interface SelectBoxProps {
  id: string;
  name: string;
  selection: Selection;
}

export function SelectBox({ id, name, selection: { ids, toggle } }: SelectBoxProps) {
  return (
    <label className="row-box" title="Select ( x )">
      <input
        type="checkbox"
        aria-label={`Select: ${name}`}
        checked={ids.has(id)}
        onChange={() => toggle(id)}
      />
    </label>
  );
}

interface SelectionBarProps {
  selection: Selection;
  acknowledge: () => void;
  unacknowledged: boolean; // there is one to acknowledge
  silence: () => void;
  merge: () => void;
  notMerged?: string; // why they cannot be
}

export function SelectionBar({ selection, ...props }: SelectionBarProps) {
  const { acknowledge, unacknowledged, silence, merge, notMerged } = props;
  const { ids, clear } = selection;
  if (ids.size === 0) return null;
  return (
    <section className="selection-bar" aria-label="Selected">
      <EscapeKey run={clear} />
      <span role="status" className="font-semibold">
        {ids.size} selected
      </span>
      <ActButton
        className="button small primary"
        aria-disabled={!unacknowledged}
        onClick={acknowledge}
      >
        Acknowledge <kbd>e</kbd>
      </ActButton>
      <ActButton className="button small" onClick={silence}>
        Silence… <kbd>z</kbd>
      </ActButton>
      <ActButton
        className="button small"
        aria-disabled={notMerged !== undefined}
        title={notMerged}
        onClick={merge}
      >
        Merge… <kbd>m</kbd>
      </ActButton>
      <button type="button" className="button small clear" onClick={clear}>
        Clear <kbd>Esc</kbd>
      </button>
    </section>
  );
}

function EscapeKey({ run }: { run: () => void }) {
  useAction("escape", run);
  return null;
}
