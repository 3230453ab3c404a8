// Keeps a list still while someone is on it: a row that moves under the pointer is the wrong row
// pressed. Rows go on changing in place; new ones and the new order wait to be let in.
import { type FocusEvent, useRef, useState } from "react";

interface Row {
  id: string;
}

// Pure: the rows to show, in the order of `order`, and how many wait.
export function holdRows<T extends Row>(
  rows: T[],
  order: string[],
  gone: ReadonlyMap<string, T>,
): { shown: T[]; waiting: number } {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const shown: T[] = [];
  for (const id of order) {
    const row = byId.get(id) ?? gone.get(id);
    if (row) shown.push(row);
    byId.delete(id);
  }
  return { shown, waiting: byId.size };
}

export function useHeldRows<T extends Row>(rows: T[]) {
  const [engaged, setEngaged] = useState(false);
  const held = useRef<{ order: string[]; rows: Map<string, T> }>({ order: [], rows: new Map() });
  const [, redraw] = useState(0);
  const letIn = () => {
    held.current = {
      order: rows.map((row) => row.id),
      rows: new Map(rows.map((row) => [row.id, row])),
    };
  };
  if (!engaged || held.current.order.length === 0) letIn();
  for (const row of rows) if (held.current.rows.has(row.id)) held.current.rows.set(row.id, row);
  const { shown, waiting } = holdRows(rows, held.current.order, held.current.rows);
  return {
    shown,
    waiting,
    letIn: () => {
      letIn();
      redraw((count) => count + 1);
    },
    // For the element around the list.
    handlers: {
      onPointerEnter: () => setEngaged(true),
      onPointerLeave: () => setEngaged(false),
      onFocus: () => setEngaged(true),
      onBlur: (event: FocusEvent) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setEngaged(false);
      },
    },
  };
}
