// What one person chose on one browser. public/theme.js reads the same key before the first paint.
import { createStore, useStore } from "./store";

export interface Settings {
  theme: "system" | "light" | "dark";
  density: "comfortable" | "compact";
  zone: "utc" | "local";
  shortcuts: boolean; // single keys; WCAG 2.1.4 asks for a way to turn them off
  name: string; // who acknowledges and comments; empty: the name of the API key
  welcomed: boolean; // the first-run card was put away
}

const KEY = "vedette.settings";
const DEFAULTS: Settings = {
  theme: "system",
  density: "comfortable",
  zone: "utc",
  shortcuts: true,
  name: "",
  welcomed: false,
};

function read(): Settings {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof stored === "object" && stored !== null ? { ...DEFAULTS, ...stored } : DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}

const store = createStore<Settings>(read());

export const useSettings = () => useStore(store);
export const currentSettings = () => store.get();

export function changeSettings(change: Partial<Settings>): void {
  const next = { ...store.get(), ...change };
  store.set(next);
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Storage is off or full: the choice lasts as long as the page.
  }
  paintSettings();
}

export function shownTheme(): "light" | "dark" {
  const { theme } = store.get();
  if (theme !== "system") return theme;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function paintSettings(): void {
  const { density } = store.get();
  document.documentElement.dataset.theme = shownTheme();
  document.documentElement.dataset.density = density;
}

// Follows the system's theme and other tabs.
export function watchSettings(): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paintSettings);
  addEventListener("storage", (event) => {
    if (event.key !== KEY) return;
    store.set(read());
    paintSettings();
  });
}
