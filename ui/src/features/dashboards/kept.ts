// Dashboards that one keeps in this browser; a link gives one to others.
import { createStore } from "../../kit/store";
import { type Dashboard, readDashboard } from "./dashboard";

const KEY = "vedette.dashboards";
const KEPT_MAX = 100;

function read(): Dashboard[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.map(readDashboard).filter((one) => one !== null) : [];
  } catch {
    return [];
  }
}

export const kept = createStore<Dashboard[]>(read());

function change(next: Dashboard[]): void {
  kept.set(next.slice(0, KEPT_MAX));
  try {
    localStorage.setItem(KEY, JSON.stringify(kept.get()));
  } catch {
    // Storage is off or full: it lasts as long as the page.
  }
}

export const forget = (title: string) => change(kept.get().filter((one) => one.title !== title));

// One of the same title is replaced.
export const keep = (dashboard: Dashboard) =>
  change([dashboard, ...kept.get().filter(({ title }) => title !== dashboard.title)]);
