// Where the focus goes, so that who works by keys is never put back to the top of the page.
import { useEffect, useState } from "react";

const BACK_MS = 20; // after the dialog is gone, and holds the focus no more

// As a `ref`: what has just come in place of what had the focus.
export const focusOnMount = (element: HTMLElement | null) => element?.focus();

// Of a layer: when it goes, the focus is again where it was when it came, if nothing else took it.
export function useFocusBack(): void {
  const [from] = useState(() => document.activeElement);
  useEffect(() => {
    return () => {
      setTimeout(() => {
        const taken = document.activeElement !== document.body;
        if (!taken && from instanceof HTMLElement && from.isConnected) {
          from.focus({ preventScroll: true });
        }
      }, BACK_MS);
    };
  }, [from]);
}

// What needs the focus to be where it was before the layer.
export const afterFocusBack = (run: () => void) => setTimeout(run, 2 * BACK_MS);
