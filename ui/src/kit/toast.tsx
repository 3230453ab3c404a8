// Short messages at the foot of the page. One at a time per text, gone by themselves; errors stay
// until they are closed.
import { X } from "lucide-react";
import { useEffect } from "react";
import { createStore, useStore } from "./store";

export interface Toast {
  tone: "done" | "error" | "news";
  text: string;
  lastsMs?: number; // default 4 s; errors stay
  action?: { label: string; run: () => void };
}

const TOASTS_MAX = 3;
let lastId = 0;
const toasts = createStore<(Toast & { id: number })[]>([]);

// Returns what closes it.
export function showToast(toast: Toast): () => void {
  const id = ++lastId;
  const others = toasts.get().filter((other) => other.text !== toast.text);
  toasts.set([...others, { ...toast, id }].slice(-TOASTS_MAX));
  return () => close(id);
}

const close = (id: number) => toasts.set(toasts.get().filter((toast) => toast.id !== id));

// For Esc: true when there was one.
export function closeLastToast(): boolean {
  const last = toasts.get().at(-1);
  if (last) close(last.id);
  return last !== undefined;
}

function ToastRow({ toast }: { toast: Toast & { id: number } }) {
  const { id, tone, text, lastsMs = 4000, action } = toast;
  useEffect(() => {
    if (tone === "error") return;
    const timer = setTimeout(() => close(id), lastsMs);
    return () => clearTimeout(timer);
  }, [id, tone, lastsMs]);
  return (
    <li className="toast" data-tone={tone}>
      <span
        className="min-w-0 grow basis-40 break-words"
        role={tone === "error" ? "alert" : "status"}
      >
        {text}
      </span>
      {action && (
        <button
          type="button"
          className="button"
          onClick={() => {
            action.run();
            close(id);
          }}
        >
          {action.label}
        </button>
      )}
      <button
        type="button"
        className="icon-button ml-auto"
        aria-label="Close"
        onClick={() => close(id)}
      >
        <X size={16} aria-hidden />
      </button>
    </li>
  );
}

export function Toasts() {
  const rows = useStore(toasts);
  return (
    <section className="toasts" aria-label="Messages">
      <ol className="grid gap-2">
        {rows.map((toast) => (
          <ToastRow key={toast.id} toast={toast} />
        ))}
      </ol>
    </section>
  );
}
