// Reads a dashboard of Grafana's JSON as far as it goes: panels that ask PromQL as lines, tables and
// heat maps with their units and widths, variables that are values of a label, and others as the value
// they had. What does not go is listed. Pure.
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

type Kind = Panel["kind"];

// What they become; undefined: lines.
const KINDS: Record<string, Kind> = {
  ...{ timeseries: undefined, graph: undefined, stat: undefined, singlestat: undefined },
  ...{ gauge: undefined, bargauge: undefined, barchart: undefined },
  ...{ table: "table", "table-old": "table", heatmap: "heatmap" },
};

// Rows hold panels of their own when they are folded, and in old files always.
const flatten = (panels: Json[]): Json[] =>
  panels.flatMap((panel) =>
    word(panel.type) === "row" ? flatten(objects(panel.panels)) : [panel],
  );

const rowsOf = (whole: Json): Json[] => [
  ...objects(whole.panels).filter(({ type }) => type === "row"),
  ...objects(whole.rows),
];

const panelsOf = (whole: Json): Json[] =>
  flatten([...objects(whole.panels), ...objects(whole.rows).flatMap((row) => objects(row.panels))]);

const UNITS: Record<string, string> = {
  s: "seconds",
  dtdurations: "seconds",
  ms: "milliseconds",
  dtdurationms: "milliseconds",
  bytes: "bytes",
  decbytes: "bytes",
  Bps: "B/s",
  binBps: "B/s",
  ...{ reqps: "1/s", ops: "1/s", rps: "1/s", iops: "1/s", cps: "1/s", pps: "1/s" },
  celsius: "°C",
  percentunit: "percent",
  percent: "percent100",
};

const COLUMNS = 24; // of Grafana's grid

// Its place and how its values are written.
function looksOf(panel: Json): Pick<Panel, "unit" | "wide"> {
  const config = isObject(panel.fieldConfig) ? panel.fieldConfig : {};
  const defaults = isObject(config.defaults) ? config.defaults : {};
  const unit = UNITS[word(defaults.unit) || axisUnit(panel)];
  const grid = isObject(panel.gridPos) ? panel.gridPos : {};
  const wide = Number(grid.w) > COLUMNS / 2;
  return { ...(unit && { unit }), ...(wide && { wide }) };
}

// Heat maps, and the graphs of old files, have it at an axis.
function axisUnit({ options, yAxis, yaxes }: Json): string {
  const of = isObject(options) && isObject(options.yAxis) ? options.yAxis.unit : undefined;
  const old = isObject(yAxis) ? yAxis.format : objects(yaxes)[0]?.format;
  return word(of) || word(old);
}

const OTHER_SOURCES = /loki|elastic|influx|graphite|cloudwatch|sql|tempo|jaeger|testdata/i;

// LogQL looks like PromQL. What does not say where it asks is taken for PromQL, as older files do not.
function asksMetrics(target: Json, panel: Json): boolean {
  const source = target.datasource ?? panel.datasource;
  if (typeof source === "string") return !OTHER_SOURCES.test(source);
  const type = isObject(source) ? word(source.type) : "";
  return type === "" || type.startsWith("$") || /prometheus|mimir|thanos|victoria/i.test(type);
}

// Heat maps of what is no histogram are counted in Grafana itself.
function countsItself({ options, dataFormat }: Json): boolean {
  return (isObject(options) && options.calculate === true) || dataFormat === "timeseries";
}

// What the panel does that is not done here.
function lostOf(panel: Json): string[] {
  const lost: string[] = [];
  const repeat = word(panel.repeat);
  if (countsItself(panel)) lost.push("it counts its own buckets; its lines are drawn instead");
  if (objects(panel.transformations).length > 0) lost.push("its transformations are not made");
  if (repeat) lost.push(`it is not repeated for each ${repeat}`);
  return lost;
}

// Values that are no longer chosen stand in their place. Those that are chosen are patterns here:
// "All" is ".*", which "=" would compare letter by letter.
function readQuery(expr: string, { known, values }: Variables): string {
  let query = expr.replaceAll(/\[\[(\w+)(?::\w+)?\]\]/g, (_, name) => `\${${name}}`);
  for (const [variable, value] of values) {
    query = query.replaceAll(naming(variable), () => value);
  }
  for (const { name } of known) {
    const compared = new RegExp(`(!?)=(\\s*"[^"]*${naming(name).source}[^"]*")`, "g");
    query = query.replaceAll(compared, (_, not, text) => `${not ? "!" : "="}~${text}`);
  }
  return query;
}

const naming = (variable: string) =>
  new RegExp(`\\$(?:\\{${variable}(?::\\w+)?\\}|${variable}\\b)`, "g");

function readPanel(panel: Json, variables: Variables, left: string[]): Panel[] {
  const title = word(panel.title) || "Panel";
  const type = word(panel.type);
  if (!Object.hasOwn(KINDS, type)) {
    left.push(`${title}: panels of the kind “${type || "unknown"}” are not drawn`);
    return [];
  }
  const targets = objects(panel.targets).filter((target) => asksMetrics(target, panel));
  const queries = targets.filter(({ expr, hide }) => word(expr) !== "" && hide !== true);
  if (queries.length === 0) {
    left.push(`${title}: it asks no PromQL`);
    return [];
  }
  const kind = countsItself(panel) ? undefined : KINDS[type];
  left.push(...lostOf(panel).map((what) => `${title}: ${what}`));
  return queries.flatMap(({ expr, legendFormat }, index) => {
    const name = queries.length === 1 ? title : `${title}: ${word(legendFormat) || index + 1}`;
    const query = readQuery(word(expr), variables);
    if (query.length > QUERY_CHARS_MAX) {
      left.push(`${name}: its query is too long`);
      return [];
    }
    const head = { title: name.slice(0, TITLE_CHARS_MAX), query };
    return [{ ...head, ...(kind && { kind }), ...looksOf(panel) }];
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
  if (!isObject(whole) || !(Array.isArray(whole.panels) || Array.isArray(whole.rows))) return null;
  const left: string[] = [];
  const templating = isObject(whole.templating) ? objects(whole.templating.list) : [];
  const variables = readVariables(templating, left);
  const { known } = variables;
  const panels = panelsOf(whole).flatMap((one) => readPanel(one, variables, left));
  for (const { title, repeat } of rowsOf(whole)) {
    if (word(repeat)) left.push(`row ${word(title)}: it is not repeated for each ${word(repeat)}`);
  }
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
