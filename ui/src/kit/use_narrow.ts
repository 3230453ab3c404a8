// Whether the page is as narrow as a phone: what the styles call so.
import { useSyncExternalStore } from "react";

export const NARROW = matchMedia("(max-width: 47.99rem)");

function follow(listener: () => void) {
  NARROW.addEventListener("change", listener);
  return () => NARROW.removeEventListener("change", listener);
}

export const useNarrow = () => useSyncExternalStore(follow, () => NARROW.matches);
