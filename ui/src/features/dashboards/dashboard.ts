// Dashboards: panels of PromQL with variables. One fits into a link; a link holds all of it. Pure.

export interface Panel {
  title: string;
  query: string; // may name variables: $service
}

export interface Variable {
  name: string; // as queries name it
  label: string; // whose values are to choose from
}

export interface Dashboard {
  title: string;
  variables: Variable[];
  panels: Panel[];
}

export const PANELS_MAX = 40;
const VARIABLES_MAX = 8;
const CHARS_MAX = 4000;

const text = (value: unknown) => (typeof value === "string" ? value.slice(0, CHARS_MAX) : "");
const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "object" && one !== null) : [];

// Takes any JSON; null when it is no dashboard.
export function readDashboard(value: unknown): Dashboard | null {
  if (typeof value !== "object" || value === null) return null;
  const { title, variables, panels } = value as Record<string, unknown>;
  const read: Dashboard = {
    title: text(title) || "Dashboard",
    variables: list(variables)
      .map(({ name, label }) => ({ name: text(name), label: text(label) }))
      .filter(({ name, label }) => /^\w+$/.test(name) && label !== "")
      .slice(0, VARIABLES_MAX),
    panels: list(panels)
      .map((panel) => ({ title: text(panel.title), query: text(panel.query) }))
      .filter(({ query }) => query !== "")
      .slice(0, PANELS_MAX),
  };
  return read.panels.length > 0 ? read : null;
}

// As a word of an address.
export function encodeDashboard(dashboard: Dashboard): string {
  const bytes = new TextEncoder().encode(JSON.stringify(dashboard));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function decodeDashboard(word: string): Dashboard | null {
  try {
    const binary = atob(word.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
    return readDashboard(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return null;
  }
}

// $name and ${name}; what has no value is any. Values stand within quotes.
export function fillQuery(query: string, values: Record<string, string | undefined>): string {
  return query.replace(/\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g, (whole, braced, bare) => {
    const name: string = braced ?? bare;
    if (name === "__rate_interval" || name === "__interval") return "5m";
    if (!(name in values)) return whole;
    const value = values[name];
    return value ? JSON.stringify(value).slice(1, -1) : ".*";
  });
}
