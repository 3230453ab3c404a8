// What stands beside a list, at the right: the page below goes on as it was.
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useAction } from "./keys";
import "./drawer.css";

interface DrawerProps {
  title: string; // read out when it changes
  onClose: () => void;
  children: ReactNode;
}

export function Drawer({ title, onClose, children }: DrawerProps) {
  useAction("escape", onClose);
  return (
    <section className="drawer" aria-label={`Beside the list: ${title}`}>
      <p role="status" className="sr-only">
        Beside the list: {title}
      </p>
      <button
        type="button"
        className="icon-button drawer-close"
        aria-label="Close"
        title="Close ( Esc )"
        onClick={onClose}
      >
        <X size={18} aria-hidden />
      </button>
      {children}
    </section>
  );
}
