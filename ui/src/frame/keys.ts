// Single keys and two-key sequences. One listener; screens say what an action does while they are
// shown. Never in inputs, never with a modifier down (but for the palette's Ctrl/Cmd K).
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { type Permission, sessionQuery, whyNot } from "../api/permission";
import { currentSettings } from "../kit/settings";
import { showToast } from "../kit/toast";
import { INCIDENT_TABS, SCREENS } from "./screens";

export interface Action {
  id: string;
  keys: string; // "e", "g n", "t ArrowLeft"
  label: string;
  group: "Go to" | "Lists" | "Incident" | "Time" | "Page";
  needs?: Permission; // without it the key says why nothing happens
}

export const ACTIONS: Action[] = [
  { id: "palette", keys: "Mod+k", label: "Search and actions", group: "Page" },
  { id: "help", keys: "?", label: "Keys and help", group: "Page" },
  { id: "pause", keys: ".", label: "Pause or resume live data", group: "Page" },
  { id: "permalink", keys: "y", label: "Copy a link with absolute times", group: "Page" },
  { id: "escape", keys: "Escape", label: "Close what is on top", group: "Page" },
  { id: "filter", keys: "/", label: "Write a query or a filter", group: "Page" },
  ...SCREENS.map(
    ({ id, key, label }): Action => ({ id: `go-${id}`, keys: `g ${key}`, label, group: "Go to" }),
  ),
  { id: "next", keys: "j", label: "Next row", group: "Lists" },
  { id: "previous", keys: "k", label: "Previous row", group: "Lists" },
  { id: "open", keys: "Enter", label: "Open the row", group: "Lists" },
  { id: "peek", keys: "Space", label: "Look at the row beside the list", group: "Lists" },
  { id: "select", keys: "x", label: "Select the row", group: "Lists" },
  { id: "select-range", keys: "X", label: "Select as far as the row", group: "Lists" },
  { id: "acknowledge", keys: "e", label: "Acknowledge", group: "Incident", needs: "respond" },
  {
    id: "resolve",
    keys: "r",
    label: "Resolve (asks first)",
    group: "Incident",
    needs: "respond",
  },
  { id: "comment", keys: "c", label: "Write a comment", group: "Incident", needs: "respond" },
  { id: "silence", keys: "z", label: "Silence", group: "Incident", needs: "respond" },
  { id: "merge", keys: "m", label: "Merge", group: "Incident", needs: "respond" },
  { id: "declare", keys: "d", label: "Declare an incident", group: "Incident", needs: "respond" },
  {
    id: "star",
    keys: "s",
    label: "Star the row of the timeline",
    group: "Incident",
    needs: "respond",
  },
  { id: "undo", keys: "u", label: "Undo the last thing done", group: "Incident", needs: "respond" },
  { id: "previous-incident", keys: "[", label: "Previous incident", group: "Incident" },
  { id: "next-incident", keys: "]", label: "Next incident", group: "Incident" },
  ...INCIDENT_TABS.map(
    (label, index): Action => ({
      id: `tab-${index + 1}`,
      keys: String(index + 1),
      label: `Incident: ${label}`,
      group: "Incident",
    }),
  ),
  { id: "time-back", keys: "t ArrowLeft", label: "Earlier", group: "Time" },
  { id: "time-forth", keys: "t ArrowRight", label: "Later", group: "Time" },
  { id: "time-out", keys: "t -", label: "Longer range", group: "Time" },
  { id: "time-in", keys: "t +", label: "Shorter range", group: "Time" },
  { id: "time-in-same", keys: "t =", label: "Shorter range (without Shift)", group: "Time" },
  { id: "time-absolute", keys: "t a", label: "Make the range absolute", group: "Time" },
  { id: "time-copy", keys: "t c", label: "Copy the range", group: "Time" },
  { id: "time-paste", keys: "t v", label: "Paste a range", group: "Time" },
];

const SEQUENCE_MS = 1500;

export interface KeyState {
  first: string; // of a sequence; empty when none has begun
  at: number;
}

export type KeyOutcome = { action: string } | { wait: KeyState } | null;

// Pure: what a key means after `state`.
export function resolveKey(key: string, now: number, state: KeyState): KeyOutcome {
  const started = state.first !== "" && now - state.at < SEQUENCE_MS;
  const whole = started ? `${state.first} ${key}` : key;
  const action = ACTIONS.find(({ keys }) => keys === whole);
  if (action) return { action: action.id };
  if (ACTIONS.some(({ keys }) => keys.startsWith(`${key} `))) {
    return { wait: { first: key, at: now } };
  }
  return null;
}

// True while a dialog opens: its code may still be on the way, and what is typed is meant for it.
let held = false;
let typed = "";
export function holdKeys(hold: boolean): void {
  held = hold;
  typed = "";
}
// What was typed until something took the focus; each key once.
export function takeTyped(): string {
  const all = typed;
  typed = "";
  return all;
}

// What an action does; false: nothing, and the key is the browser's.
type Run = () => unknown;

const handlers = new Map<string, Run[]>();

export function runAction(id: string): boolean {
  const run = handlers.get(id)?.at(-1);
  return run !== undefined && run() !== false;
}

export const isActionHere = (id: string) => (handlers.get(id)?.length ?? 0) > 0;

// While the component is shown, `run` is what the action does; the newest component wins.
export function useAction(id: string, run: Run): void {
  const cache = useQueryClient();
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const needs = ACTIONS.find((action) => action.id === id)?.needs;
    const call = () => {
      const why = needs ? whyNot(cache.getQueryData(sessionQuery().queryKey), needs) : "";
      if (!why) return latest.current();
      showToast({ tone: "news", text: why });
    };
    const list = handlers.get(id) ?? [];
    handlers.set(id, [...list, call]);
    return () => {
      handlers.set(id, handlers.get(id)?.filter((other) => other !== call) ?? []);
    };
  }, [id, cache]);
}

const TEXT = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]";

const takesText = (target: EventTarget | null) => target instanceof Element && target.matches(TEXT);

const PRESSED_BY_SPACE = "button, summary, input, [role=slider]";

// A key that the focused control uses itself is not ours.
function belongsToControl(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('[role="menu"],[role="dialog"],[role="listbox"]')) return true;
  if (event.key === " ") return target.closest(PRESSED_BY_SPACE) !== null;
  return event.key.startsWith("Arrow") && target.matches("[role=slider], [type=radio]");
}

export function listenForKeys(): () => void {
  let state: KeyState = { first: "", at: 0 };
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      runAction("palette");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (held && event.key.length === 1 && !takesText(event.target)) typed += event.key;
    if (held || !currentSettings().shortcuts || takesText(event.target) || belongsToControl(event))
      return;
    if (event.key === "Shift") return;
    const key = event.key === " " ? "Space" : event.key;
    const outcome = resolveKey(key, event.timeStamp, state);
    state = outcome && "wait" in outcome ? outcome.wait : { first: "", at: 0 };
    if (!outcome || "wait" in outcome) return;
    // Enter is left to the link or button that has the focus.
    if (outcome.action !== "open" && runAction(outcome.action)) event.preventDefault();
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}

// The row in hand: the one that has the focus, else the one that is looked at beside the list.
export function rowInHand(of = "[data-row]"): HTMLElement | null {
  return (
    document.activeElement?.closest<HTMLElement>(of) ??
    document.querySelector<HTMLElement>(`${of}[data-peeked="true"]`)
  );
}

// j and k move the real focus over everything marked data-row, so that Enter and a screen reader
// are where the eye is.
export function moveRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const active = rowInHand();
  const at = active ? rows.indexOf(active) : -1;
  const next = at < 0 ? rows[step > 0 ? 0 : rows.length - 1] : rows[at + step];
  if (!next) return;
  focusRow(next);
  next.scrollIntoView({ block: "nearest" });
}

export function focusRow(row: HTMLElement): void {
  const target = row.matches("a,button") ? row : row.querySelector<HTMLElement>("a,button");
  target?.focus();
}
