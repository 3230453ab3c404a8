// Reads a dashboard of Grafana's JSON as far as it goes: panels that ask PromQL, and variables that
// are values of a label. What does not go is listed. Pure.
import { type Dashboard, PANELS_MAX, type Panel, type Variable } from "./dashboard";

export interface Imported {
  dashboard: Dashboard;
  left: string[]; // one line for each thing that did not go, and why
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null;
const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const word = (value: unknown) => (typeof value === "string" ? value : "");

const DRAWN = new Set([
  "timeseries",
  "graph",
  "stat",
  "gauge",
  "bargauge",
  "barchart",
  "singlestat",
]);

// Rows hold panels of their own when they are folded.
const flatten = (panels: Json[]): Json[] =>
  panels.flatMap((panel) =>
    word(panel.type) === "row" ? flatten(objects(panel.panels)) : [panel],
  );

function readPanel(panel: Json, left: string[]): Panel[] {
  const title = word(panel.title) || "Panel";
  const type = word(panel.type);
  if (!DRAWN.has(type)) {
    left.push(`${title}: panels of the kind “${type || "unknown"}” are not drawn`);
    return [];
  }
  const targets = objects(panel.targets);
  const queries = targets.filter(({ expr, hide }) => word(expr) !== "" && hide !== true);
  if (queries.length === 0) {
    left.push(`${title}: it asks no PromQL`);
    return [];
  }
  return queries.map(({ expr, legendFormat }, index) => ({
    title: queries.length === 1 ? title : `${title}: ${word(legendFormat) || index + 1}`,
    query: word(expr),
  }));
}

function readVariable(variable: Json, left: string[]): Variable[] {
  const name = word(variable.name);
  const query = isObject(variable.query) ? word(variable.query.query) : word(variable.query);
  const definition = query || word(variable.definition);
  const label = /^label_values\(\s*(?:.+,)?\s*(\w+)\s*\)$/.exec(definition.trim())?.[1];
  if (word(variable.type) === "query" && name && label) return [{ name, label }];
  left.push(`variable ${name || "without a name"}: only label_values(...) is read`);
  return [];
}

// Takes any JSON; null when it is no dashboard of Grafana's.
export function importGrafana(value: unknown): Imported | null {
  const whole = isObject(value) && isObject(value.dashboard) ? value.dashboard : value;
  if (!isObject(whole) || !Array.isArray(whole.panels)) return null;
  const left: string[] = [];
  const templating = isObject(whole.templating) ? objects(whole.templating.list) : [];
  const variables = templating.flatMap((one) => readVariable(one, left));
  const panels = flatten(objects(whole.panels)).flatMap((one) => readPanel(one, left));
  if (panels.length > PANELS_MAX) left.push(`${panels.length - PANELS_MAX} panels: too many`);
  return {
    dashboard: {
      title: word(whole.title) || "Imported",
      variables,
      panels: panels.slice(0, PANELS_MAX),
    },
    left,
  };
}
