// What is being written of each incident. It outlives the form: one looks at another tab while one
// writes, a phone forgets pages in the background, and a comment that was refused comes back.
import { createStore } from "../../kit/store";

const KEY = "vedette.comments";
type Drafts = Record<string, string>;

function read(): Drafts {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
    return typeof stored === "object" && stored !== null ? (stored as Drafts) : {};
  } catch {
    return {};
  }
}

export const commentDrafts = createStore<Drafts>(read());

export function setDraft(id: string, text: string): void {
  const { [id]: _old, ...others } = commentDrafts.get();
  const next = text ? { ...others, [id]: text } : others;
  commentDrafts.set(next);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Storage is off or full: the draft lasts as long as the page.
  }
}

// In front of what has been written since.
export function putBack(id: string, text: string): void {
  const since = commentDrafts.get()[id];
  setDraft(id, since ? `${text}\n${since}` : text);
}
