// Reads a dashboard of Grafana's JSON as far as it goes: panels that ask PromQL with their units and
// widths, variables that are values of a label, and others as the value they had. What does not go is
// listed. Pure.
import {
  type Dashboard,
  PANELS_MAX,
  type Panel,
  QUERY_CHARS_MAX,
  TITLE_CHARS_MAX,
  unknownVariables,
  VARIABLES_MAX,
  type Variable,
} from "./dashboard";

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

const UNITS: Record<string, string> = {
  s: "seconds",
  ms: "milliseconds",
  bytes: "bytes",
  decbytes: "bytes",
  percentunit: "percent",
  percent: "percent100",
};

const COLUMNS = 24; // of Grafana's grid

// Its place and how its values are written.
function looksOf(panel: Json): Pick<Panel, "unit" | "wide"> {
  const config = isObject(panel.fieldConfig) ? panel.fieldConfig : {};
  const defaults = isObject(config.defaults) ? config.defaults : {};
  const unit = UNITS[word(defaults.unit)];
  const grid = isObject(panel.gridPos) ? panel.gridPos : {};
  const wide = Number(grid.w) > COLUMNS / 2;
  return { ...(unit && { unit }), ...(wide && { wide }) };
}

// LogQL looks like PromQL. What does not say where it asks is taken for PromQL, as older files do not.
function asksMetrics(target: Json, panel: Json): boolean {
  const source = isObject(target.datasource) ? target.datasource : panel.datasource;
  const type = isObject(source) ? word(source.type) : "";
  return type === "" || type.startsWith("$") || /prometheus|mimir|thanos|victoria/i.test(type);
}

function readPanel(panel: Json, values: Map<string, string>, left: string[]): Panel[] {
  const title = word(panel.title) || "Panel";
  const type = word(panel.type);
  if (!DRAWN.has(type)) {
    left.push(`${title}: panels of the kind “${type || "unknown"}” are not drawn`);
    return [];
  }
  const targets = objects(panel.targets).filter((target) => asksMetrics(target, panel));
  const queries = targets.filter(({ expr, hide }) => word(expr) !== "" && hide !== true);
  if (queries.length === 0) {
    left.push(`${title}: it asks no PromQL`);
    return [];
  }
  return queries.flatMap(({ expr, legendFormat }, index) => {
    const name = queries.length === 1 ? title : `${title}: ${word(legendFormat) || index + 1}`;
    let query = word(expr);
    for (const [variable, value] of values) {
      query = query.replaceAll(
        new RegExp(`\\$(?:\\{${variable}(?::\\w+)?\\}|${variable}\\b)`, "g"),
        () => value,
      );
    }
    if (query.length > QUERY_CHARS_MAX) {
      left.push(`${name}: its query is too long`);
      return [];
    }
    return [{ title: name.slice(0, TITLE_CHARS_MAX), query, ...looksOf(panel) }];
  });
}

interface Variables {
  known: Variable[];
  values: Map<string, string>; // of those that can no longer be chosen
}

const FIXED = new Set(["custom", "constant", "interval", "textbox"]);

function readVariables(list: Json[], left: string[]): Variables {
  const known: Variable[] = [];
  const values = new Map<string, string>();
  for (const variable of list) {
    const name = word(variable.name);
    const type = word(variable.type);
    const query = isObject(variable.query) ? word(variable.query.query) : word(variable.query);
    const definition = query || word(variable.definition);
    const label = /^label_values\(\s*(?:.+,)?\s*(\w+)\s*\)$/.exec(definition.trim())?.[1];
    const current = isObject(variable.current) ? word(variable.current.value) : "";
    if (!/^\w+$/.test(name)) left.push("a variable without a name");
    else if (type === "datasource")
      continue; // all there is comes from here
    else if (type === "query" && label) known.push({ name, label });
    else if (FIXED.has(type) && current && !current.startsWith("$")) {
      values.set(name, current);
      left.push(`variable ${name}: it stays “${current}”`);
    } else left.push(`variable ${name}: only label_values(...) is read`);
  }
  for (const { name } of known.slice(VARIABLES_MAX)) left.push(`variable ${name}: too many`);
  return { known: known.slice(0, VARIABLES_MAX), values };
}

// Takes any JSON; null when it is no dashboard of Grafana's.
export function importGrafana(value: unknown): Imported | null {
  const whole = isObject(value) && isObject(value.dashboard) ? value.dashboard : value;
  if (!isObject(whole) || !Array.isArray(whole.panels)) return null;
  const left: string[] = [];
  const templating = isObject(whole.templating) ? objects(whole.templating.list) : [];
  const { known, values } = readVariables(templating, left);
  const panels = flatten(objects(whole.panels)).flatMap((one) => readPanel(one, values, left));
  if (panels.length > PANELS_MAX) left.push(`${panels.length - PANELS_MAX} panels: too many`);
  const names = known.map(({ name }) => name);
  for (const { title, query } of panels.slice(0, PANELS_MAX)) {
    const unknown = unknownVariables(query, names);
    if (unknown.length > 0) left.push(`${title}: it asks for $${unknown.join(", $")}`);
  }
  return {
    dashboard: {
      title: (word(whole.title) || "Imported").slice(0, TITLE_CHARS_MAX),
      variables: known,
      panels: panels.slice(0, PANELS_MAX),
    },
    left,
  };
}
