// The theme's colours for what is drawn on a canvas.
import { useEffect, useState } from "react";

export const color = (name: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// The theme as a value, so that a change of it draws the canvas anew.
const readTheme = () => document.documentElement.dataset.theme ?? "light";

export function useTheme(): string {
  const [theme, setTheme] = useState(readTheme);
  useEffect(() => {
    const observer = new MutationObserver(() => setTheme(readTheme()));
    observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => observer.disconnect();
  }, []);
  return theme;
}
