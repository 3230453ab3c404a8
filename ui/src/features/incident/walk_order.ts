// The way from incident to incident. Pure.

// The order in which one goes on: as it was when one began, without what is over and with what came
// since at its end. Else "next" would lead back: who acknowledges moves the incident in Now's list.
export function walkOrder(before: string[], now: string[], current: string): string[] {
  const kept = before.filter((id) => id === current || now.includes(id));
  return [...kept, ...now.filter((id) => !kept.includes(id))];
}

export interface Neighbours {
  at: number; // 1, 2, ...; 0: it is not among them
  count: number;
  previous?: string;
  next?: string;
}

export function neighboursOf(order: string[], current: string): Neighbours {
  const at = order.indexOf(current);
  return { at: at + 1, count: order.length, previous: order[at - 1], next: order[at + 1] };
}
