// Dashboards: panels of PromQL with variables. Pure.
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type Panel = Schemas["DashboardPanel"];
export type Variable = Schemas["DashboardVariable"];
export type StoredDashboard = Schemas["Dashboard"];
export type DashboardSummary = Schemas["DashboardSummary"];

export interface Dashboard {
  title: string;
  variables: Variable[];
  panels: Panel[];
}

// What the server takes at most.
export const PANELS_MAX = 40;
export const VARIABLES_MAX = 8;
export const TITLE_CHARS_MAX = 100;
export const QUERY_CHARS_MAX = 2000;

export const definitionOf = ({ title, definition }: StoredDashboard): Dashboard => ({
  title,
  ...definition,
});

// What Grafana calls intervals, and where a query names a variable: $name, ${name}, ${name:regex}.
const INTERVALS = new Set(["__rate_interval", "__interval", "__range"]);
const VARIABLE = /\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g;

// What has no value is any. Values stand within quotes.
export function fillQuery(query: string, values: Record<string, string | undefined>): string {
  return query.replace(VARIABLE, (whole, braced, bare) => {
    const name: string = braced ?? bare;
    if (INTERVALS.has(name)) return "5m";
    if (!(name in values)) return whole;
    const value = values[name];
    return value ? JSON.stringify(value).slice(1, -1) : ".*";
  });
}

// A title that names variables says what is chosen.
export const fillTitle = (title: string, values: Record<string, string | undefined>): string =>
  title.replace(VARIABLE, (whole, braced, bare) => {
    const name: string = braced ?? bare;
    return name in values ? (values[name] ?? "all") : whole;
  });

// The variables that a query names and nobody knows.
export function unknownVariables(query: string, known: string[]): string[] {
  const names = [...query.matchAll(VARIABLE)].map((match) => match[1] ?? match[2] ?? "");
  return [...new Set(names)].filter((name) => !INTERVALS.has(name) && !known.includes(name));
}
