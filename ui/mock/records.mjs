// Made-up log lines, events, traces, changes and names of metrics for the mock server. The same for
// the same start, so that tests know what they see.
import { hash, noise, SERVICES } from "./data.mjs";

const MINUTE = 60_000;
const LINE_EVERY_MS = 2000;
const LEVELS = ["trace", "debug", "info", "warning", "error", "fatal"];
const HELP = {
  http_requests_total: ["counter", "Requests that were answered."],
  http_request_duration_seconds_bucket: ["histogram", "How long requests took."],
  process_cpu_usage: ["gauge", "Part of one processor in use."],
  up: ["gauge", "1 when the target answered."],
};

const at = (ms) => new Date(ms).toISOString();
const span32 = (seed) =>
  Array.from({ length: 32 }, (_, digit) => Math.floor(noise(seed, digit) * 16).toString(16)).join(
    "",
  );

function lineAt(world, index) {
  const ms = world.start - index * LINE_EVERY_MS;
  const service = SERVICES[Math.floor(noise(3, index) * SERVICES.length)];
  const kind = noise(5, index);
  const failed = kind > 0.96;
  const slow = kind > 0.9;
  return {
    id: `log${String(100_000_000 - index)}`,
    time: at(ms),
    level: failed ? "error" : slow ? "warning" : "info",
    service: world.name + service,
    message:
      world.name +
      (failed
        ? `connection to payments-db refused after ${100 + (index % 900)} ms`
        : slow
          ? `slow answer: ${200 + (index % 700)} ms`
          : "request served"),
    trace_id: failed ? span32(index) : "",
    fields: { status: failed ? "504" : "200", path: `/${service}/${index % 40}` },
  };
}

const writtenLines = (world) =>
  world.written.map((line, index) => ({
    trace_id: "",
    fields: {},
    ...line,
    id: `written${index}`,
    time: at(Date.now() - 1000),
  }));

// As many of the language's conditions as the tests need: words, level>=, field=value.
function fits(line, { condition, level, service }) {
  const rank = (name) => LEVELS.indexOf(name);
  if (service && line.service !== service) return false;
  if (level && rank(line.level) < rank(level)) return false;
  return condition.split(/\s+/).every((word) => {
    const [, name, operator, value] = /^(\w+)(>=|=|!=)(.+)$/.exec(word) ?? [];
    if (!name) return word === "*" || word === "" || line.message.includes(word);
    if (name === "level")
      return operator === ">=" ? rank(line.level) >= rank(value) : line.level === value;
    const have = String(line[name] ?? line.fields[name] ?? "");
    return operator === "!=" ? have !== value : have === value;
  });
}

function logs(world, query) {
  if (world.scenario === "empty") return { logs: [], next_cursor: null };
  const [condition = "", stage] = (query.get("query") ?? "").split("|").map((part) => part.trim());
  const asked = { condition, level: query.get("level"), service: query.get("service") };
  const from = Date.parse(query.get("from"));
  const to = query.get("to") ? Date.parse(query.get("to")) : Date.now();
  const first = Math.max(0, Math.ceil((world.start - to) / LINE_EVERY_MS));
  const last = Math.min(50_000, Math.floor((world.start - from) / LINE_EVERY_MS));
  const skip = Number(query.get("cursor") ?? 0);
  const limit = Number(query.get("limit") ?? 100);
  const found = writtenLines(world).filter((line) => !skip && fits(line, asked));
  for (let index = first + (stage ? 0 : skip); index <= last; index += 1) {
    const line = lineAt(world, index);
    if (fits(line, asked)) found.push(line);
    if (!stage && found.length === limit) {
      return { logs: found, next_cursor: String(index - first + 1) };
    }
  }
  return stage ? counted(found, stage, from, to) : { logs: found, next_cursor: null };
}

function counted(lines, stage, from, to) {
  const by = /by \(([\w, ]+)\)/.exec(stage)?.[1].split(/,\s*/) ?? [];
  const stepMs = Math.max(MINUTE, Math.round((to - from) / 60 / MINUTE) * MINUTE);
  const begin = Math.floor(from / stepMs) * stepMs;
  const times = [];
  for (let ms = begin; ms <= to; ms += stepMs) times.push(at(ms));
  const groups = new Map();
  for (const line of lines) {
    const labels = Object.fromEntries(by.map((name) => [name, line[name] ?? line.fields[name]]));
    const key = JSON.stringify(labels);
    const group = groups.get(key) ?? { labels, total: 0, values: times.map(() => 0) };
    group.total += 1;
    group.values[Math.floor((Date.parse(line.time) - begin) / stepMs)] += 1;
    groups.set(key, group);
  }
  const series = [...groups.values()].sort((a, b) => b.total - a.total);
  return { stats: { by, step: `${stepMs / MINUTE}m`, times, series, complete: true } };
}

function patterns(world, query) {
  const rows = [
    ["request served", 8600, -180],
    ["slow answer: <*> ms", 610, -180],
    ["connection to payments-db refused after <*> ms", 392, -12],
  ].map(([pattern, count, minutes], index) => ({
    id: span32(index).slice(0, 16),
    service: "payment",
    pattern: world.name + pattern,
    example: pattern.replace("<*>", "412"),
    count,
    first_seen: at(world.start + minutes * MINUTE),
    last_seen: at(world.start - 3000),
    buckets: Array.from({ length: 60 }, (_, bucket) =>
      index === 2 && bucket < 48 ? 0 : Math.round((count / 60) * (0.6 + noise(index, bucket))),
    ),
  }));
  if (query.get("sort") === "first_seen") rows.reverse();
  return {
    from: query.get("from"),
    to: query.get("to"),
    step: "1m",
    complete: true,
    patterns: world.scenario === "empty" ? [] : rows,
  };
}

function events(world, query) {
  const rows = [
    ["payment", "deployment", "info", "payment v2.14.0 is out", { version: "v2.14.0" }],
    ["order", "job_result", "warning", "nightly export took 41 min", { minutes: 41 }],
    ["inventory", "restart", "critical", "inventory restarted three times", { restarts: 3 }],
  ].map(([service, type, severity, message, data], index) => ({
    id: `event${index}`,
    time: at(world.start - (index * 7 + 4) * MINUTE),
    service: world.name + service,
    type,
    severity,
    message: world.name + message,
    data,
    labels: {},
  }));
  const wanted = rows.filter(
    (row) =>
      (!query.get("service") || row.service === query.get("service")) &&
      (!query.get("type") || row.type === query.get("type")) &&
      row.message.includes(query.get("text") ?? ""),
  );
  return { events: world.scenario === "empty" ? [] : wanted, next_cursor: null };
}

function changes(world, query) {
  const rows = [
    ["payment", "deployment", "payment v2.14.0", "v2.14.0", "succeeded", "mara", 14],
    ["user", "flag", "new login for 10 %", "", "succeeded", "jo", 27],
    ["order", "config", "database_connection_pool: 20 to 5", "", "rolled_back", "jo", 49],
  ].map(([service, kind, title, version, status, author, minutes], index) => ({
    id: `change${index}`,
    time: at(world.start - minutes * MINUTE),
    service: world.name + service,
    kind,
    title: world.name + title,
    version,
    status,
    author,
    url: index === 0 ? "https://git.example/payment/compare" : "",
    data: { commit: "3f2c1aa" },
    labels: {},
  }));
  const wanted = rows.filter(
    (row) =>
      (!query.get("service") || row.service === query.get("service")) &&
      (!query.get("kind") || row.kind === query.get("kind")) &&
      row.title.includes(query.get("text") ?? ""),
  );
  return { changes: world.scenario === "empty" ? [] : wanted, next_cursor: null };
}

// api-gateway calls order, which calls inventory and payment; every fifth fails in payment.
function spansOf(world, index) {
  const failed = index % 5 === 0;
  const begin = world.start - (index * 3 + 2) * MINUTE;
  const whole = 120 + Math.floor(noise(11, index) * 400);
  const trace_id = span32(7000 + index);
  const row = (id, parent, service, operation, from, took, bad) => ({
    trace_id,
    span_id: `${id}`.padStart(16, "0"),
    parent_span_id: parent ? `${parent}`.padStart(16, "0") : "",
    service: world.name + service,
    operation: world.name + operation,
    kind: "server",
    status: bad ? "error" : "ok",
    status_message: bad ? "timeout" : "",
    start: at(begin + Math.floor(whole * from)),
    start_ns: `${begin + Math.floor(whole * from)}000000`,
    duration_ms: whole * took,
    attributes: { "http.route": `/${operation.split(" ").at(-1)}` },
    resource: { "k8s.pod.name": `${service}-1` },
    events: bad
      ? [{ time: at(begin + 40), time_ns: "1", name: "retry", attributes: { n: 2 } }]
      : [],
    links: [],
  });
  return {
    trace_id,
    service: `${world.name}api-gateway`,
    operation: `${world.name}GET checkout`,
    start: at(begin),
    duration_ms: whole,
    span_count: 4,
    error_count: failed ? 2 : 0,
    services: ["api-gateway", "inventory", "order", "payment"],
    spans: [
      row(1, 0, "api-gateway", "GET checkout", 0, 1, failed),
      row(2, 1, "order", "place order", 0.05, 0.9, false),
      row(3, 2, "inventory", "reserve", 0.1, 0.2, false),
      row(4, 2, "payment", "charge", 0.35, 0.5, failed),
    ],
    edges: [
      { caller: "api-gateway", callee: "order", calls: 1, errors: 0, total_ms: whole * 0.9 },
      { caller: "order", callee: "payment", calls: 1, errors: failed ? 1 : 0, total_ms: whole / 2 },
    ],
  };
}

function traces(world, query) {
  if (world.scenario === "empty") return { traces: [], next_cursor: null };
  const all = Array.from({ length: 18 }, (_, index) => spansOf(world, index));
  const wanted = all.filter(
    ({ error_count }) => query.get("status") !== "error" || error_count > 0,
  );
  const summaries = wanted.map(({ spans: _spans, edges: _edges, ...summary }) => summary);
  return { traces: summaries, next_cursor: null };
}

const METRICS = [
  "http_request_duration_p95_ms",
  "http_request_duration_seconds_bucket",
  "http_requests_total",
  "process_cpu_usage",
  "up",
];

// "{__name__=~"(?i).*part.*"}"
function namesFor(query) {
  const part = /\(\?i\)\.\*(.*)\.\*/.exec(query.get("match[]") ?? "")?.[1] ?? "";
  return METRICS.filter((name) => name.includes(part.toLowerCase()));
}

const values = (name, query) =>
  name === "__name__"
    ? namesFor(query)
    : name === "service"
      ? SERVICES
      : [`${name}-a`, `${name}-b`];

// A line per service for anything that is asked, so that any query draws something.
export function plainRange(world, query, start, end, step) {
  if (/^absent|nothing/.test(query) || world.scenario === "empty") return [];
  return SERVICES.slice(0, 4).map((service) => {
    const seed = hash(query + service);
    const points = [];
    for (let ms = start; ms <= end; ms += step * 1000) {
      const minute = ms / MINUTE;
      const value = 50 + (seed % 40) + 12 * Math.sin(minute / 17 + seed) + 4 * noise(seed, minute);
      points.push([ms / 1000, value.toFixed(3)]);
    }
    return { metric: { service: world.name + service }, values: points };
  });
}

// The answer to a path that reads records, or undefined.
export function answerRecords(world, path, query) {
  const success = (data) => ({ status: "success", data });
  const value = /^\/api\/v1\/label\/([^/]+)\/values$/.exec(path)?.[1];
  if (value) return success(world.scenario === "empty" ? [] : values(value, query));
  const trace = /^\/api\/v1\/traces\/([0-9a-f]{32})$/.exec(path)?.[1];
  if (trace) {
    const all = Array.from({ length: 18 }, (_, index) => spansOf(world, index));
    return all.find(({ trace_id }) => trace_id === trace);
  }
  switch (path) {
    case "/api/v1/labels":
      return success(["__name__", "instance", "job", "service"]);
    case "/api/v1/metadata":
      return success(
        Object.fromEntries(
          Object.entries(HELP).map(([name, [type, help]]) => [name, [{ type, help, unit: "" }]]),
        ),
      );
    case "/api/v1/logs/query":
      return logs(world, query);
    case "/api/v1/logs/patterns":
      return patterns(world, query);
    case "/api/v1/events/query":
      return events(world, query);
    case "/api/v1/changes":
      return changes(world, query);
    case "/api/v1/traces":
      return traces(world, query);
    case "/api/v1/traces/services":
      return {
        services: SERVICES.slice(0, 4).map((service) => ({
          service,
          operations: ["GET checkout"],
        })),
      };
    default:
      return undefined;
  }
}
