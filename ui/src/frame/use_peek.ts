// Space: the row is looked at in a drawer beside the list, which j and k go on moving through.
import { useEffect, useState } from "react";
import { focusRow, useAction } from "./keys";
import { idInHand, type RowKind } from "./selection";

export interface Peek {
  id: string; // of what is looked at; empty: nothing
  toggle: (id: string) => void;
  close: () => void;
}

export function usePeek(of: RowKind): Peek {
  const [id, setId] = useState("");
  const toggle = (next: string) => setId(next === id ? "" : next);
  useAction("peek", () => {
    const found = idInHand(of);
    if (!found) return false; // Space turns the page
    toggle(found);
  });
  const open = id !== "";
  useEffect(() => {
    if (!open) return;
    const follow = ({ target }: FocusEvent) => {
      const row = target instanceof Element ? target.closest<HTMLElement>(`[data-${of}]`) : null;
      const next = row?.dataset[of];
      if (next) setId(next);
    };
    addEventListener("focusin", follow);
    return () => removeEventListener("focusin", follow);
  }, [of, open]);
  const close = () => {
    const row = document.querySelector<HTMLElement>('[data-peeked="true"]');
    // The focus goes back to the row, where it was in the drawer.
    if (row && document.activeElement?.closest(".drawer")) focusRow(row);
    setId("");
  };
  return { id, toggle, close };
}
