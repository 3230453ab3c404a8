// The last thing done, and what takes it back: the key u, or "Undo" in the message of it.
import { showToast } from "../kit/toast";

interface Done {
  at: number; // ms
  undo: () => void;
}

const SHOWN_MS = 10_000; // long enough to be read and followed
// What was done longer ago is not meant by a key that is pressed in passing.
const KEPT_MS = 60_000;

let last: Done | null = null;

// Returns what forgets it, for what can be taken back no more.
export function rememberUndo(undo: () => void): () => void {
  const done = { at: Date.now(), undo };
  last = done;
  return () => {
    if (last === done) last = null;
  };
}

export function undoLast(): void {
  const done = last;
  last = null;
  if (done && Date.now() - done.at < KEPT_MS) done.undo();
  else showToast({ tone: "news", text: "Nothing of the last minute can be taken back." });
}

// Says what was done, and offers to take it back. Returns what forgets it.
export function showUndoable(text: string, undo: () => void, lastsMs = SHOWN_MS): () => void {
  const run = () => {
    forget();
    close();
    undo();
  };
  const forget = rememberUndo(run);
  const close = showToast({ tone: "done", text, lastsMs, action: { label: "Undo", run } });
  return forget;
}
