// Made-up diagnoses, impact, releases, topology and trials of rules for the mock server.
import { hash, noise, SERVICES } from "./data.mjs";

const MINUTE = 60_000;
const at = (ms) => new Date(ms).toISOString();
const ok = (body) => ({ status: 200, body });

// --- why and who

function anomaliesOf(world, incident) {
  return incident.anomaly_ids.map((id) => world.anomalies.get(id)).filter(Boolean);
}

function claimOf({ entity, labels, observed, expected, started_at, evidence_id }) {
  return {
    kind: "metric",
    text: `${labels.__name__} of ${entity} left its usual range`,
    entity,
    subject: labels.__name__,
    statistic: "mean",
    at: started_at,
    before: expected.high,
    after: observed,
    deviation: 12.4,
    evidence_id,
  };
}

function diagnosis(world, incident) {
  const [first, ...others] = anomaliesOf(world, incident);
  const pending = !first;
  const hypothesis = (anomaly, probability, status, region = null) => ({
    ...{ entity: anomaly.entity, probability, status, region },
    claims: status === "ruled_out" ? [] : [claimOf(anomaly)],
  });
  const change = first && {
    ...claimOf(first),
    kind: "change",
    text: `payment-api v2.4.1 was deployed 90 s before it began`,
    before: null,
    after: null,
    deviation: null,
  };
  const best = first && hypothesis(first, 0.83, "confirmed", "http_request_duration_p95_ms");
  if (best) best.claims.push(change);
  return {
    incident_id: incident.id,
    revision: pending ? 0 : 2,
    status: pending ? "pending" : "confirmed",
    summary: pending
      ? "Not diagnosed yet."
      : `${first.entity} is the cause, at 83 %: its latency rose first, after a deployment.`,
    made_at: pending ? null : at(world.start - MINUTE),
    from: at(world.start - 60 * MINUTE),
    to: at(world.start),
    step_seconds: 15,
    onset: incident.started_at,
    series: 412,
    engine_ms: 38,
    total_ms: 210,
    hypotheses: pending
      ? []
      : [
          best,
          ...others.map((one, index) => hypothesis(one, 0.12 / (index + 1), "inconclusive")),
          { ...hypothesis(first, 0.001, "ruled_out"), entity: "database-0" },
        ],
    inputs: [
      { name: "metrics", state: "ok", text: "412 series of 7 services", evidence_id: null },
      { name: "logs", state: "ok", text: "3 new kinds of lines", evidence_id: null },
      { name: "changes", state: "ok", text: "1 change in 6 hours", evidence_id: null },
      { name: "calls", state: "failed", text: "no spans since 02:00", evidence_id: null },
    ],
    verdicts: world.verdicts.filter((one) => one.incident === incident.id),
  };
}

function impact(world, incident) {
  const all = anomaliesOf(world, incident);
  const roles = ["origin", "propagator", "affected"];
  const ev = all[0]?.evidence_id ?? "";
  return {
    incident_id: incident.id,
    revision: 2,
    status: all.length > 0 ? "ready" : "pending",
    made_at: at(world.start),
    from: incident.started_at,
    to: at(world.start),
    onset: incident.started_at,
    severity: { score: 0.94, level: "critical" },
    entities: all.map((one, index) => ({
      entity: one.entity,
      role: roles[Math.min(index, 2)],
      first_seen: one.started_at,
      text: one.summary,
      evidence_id: one.evidence_id,
    })),
    requests: {
      entity: "api-gateway",
      total: 48_210,
      failed: 4120,
      failed_usually: 96,
      hurt: 4024,
      total_evidence_id: ev,
      failed_evidence_id: ev,
    },
    users: { field: "user_id", hurt: 1312, evidence_id: ev },
    error_budget: { objective: 0.999, period: "30d", burnt: 0.184, evidence_id: ev },
    differences: [
      ["endpoint", "/checkout", 0.91, 0.22],
      ["version", "v2.4.1", 0.88, 0.5],
    ].map(([dimension, value, inside, outside]) => ({
      ...{ entity: "payment", dimension, value, inside, outside },
      text: `${dimension}=${value} has most of the failures`,
      evidence_id: ev,
      all_evidence_id: ev,
    })),
    report: [
      ["payment", "http_request_duration_seconds", "p95", "latency", "s", 0.14, 0.94, 571],
      ["payment", "http_requests_total", "rate", "traffic", "1/s", 120, 96, -20],
      [null, "orders_paid_total", "rate", "business", "1/min", 84, 51, -39.3],
    ].map(([entity, metric, statistic, kind, unit, normal, during, percent]) => ({
      ...{ entity, metric, statistic, kind, unit, normal, during, percent },
      evidence_id: ev,
    })),
  };
}

function similar(world, incident) {
  const incidents = [...world.incidents.values()]
    .filter(({ id, state }) => id !== incident.id && state === "resolved")
    .map(({ id, title, state, started_at, resolved_at, resolved_by }) => ({
      ...{ id, title, state, started_at, resolved_at, resolved_by },
      similarity: 0.71,
      shared: ["service payment", "http_request_duration_p95_ms"],
      resolution: "Rolled back to v2.4.0",
      cause: "payment",
      cause_status: "told",
    }));
  return { incident_id: incident.id, incidents };
}

function incidentChanges(world, incident) {
  const start = Date.parse(incident.started_at);
  const [anomaly] = anomaliesOf(world, incident);
  const change = (number, minutes, service, more) => ({
    ...{ id: `ch_${number}`, time: at(start - minutes * MINUTE), service, kind: "deployment" },
    ...{ title: `${world.name}${service} v2.14.${number}`, version: `v2.14.${number}` },
    ...{ status: "succeeded", author: "mara", url: "https://ci.example.org/17" },
    ...{ seconds_before: minutes * 60, opinion: "none", probability: null, why: null },
    evidence_id: null,
    ...more,
  });
  return {
    incident_id: incident.id,
    changes: [
      change(3, -4, "order"),
      change(2, 1.5, "payment", {
        opinion: "suspect",
        probability: 0.83,
        why: "It was deployed 90 s before latency rose, to what is slow.",
        evidence_id: anomaly?.evidence_id ?? null,
      }),
      change(1, 300, "analytics", { kind: "config", opinion: "ruled_out" }),
    ],
  };
}

function replayed(world, { config, from, to }) {
  const tally = (recorded, added, removed) => ({
    ...{ recorded, added, removed, candidate: recorded + added - removed },
  });
  const [incident] = world.incidents.values();
  const has = Boolean(config);
  return {
    ...{ id: "rp_1", asked_by: "loopback", asked_at: to, from, to, history_from: from },
    ...{ rounds: 4210, inputs: 911, has_candidate: has, same_configuration: !has, moved: 0 },
    reproduced: { compared: 4210, identical: 4210, first_difference: null },
    messages: tally(12, 0, has ? 3 : 0),
    incidents: tally(4, 0, 0),
    unreachable: tally(1, 0, 1),
    people: [
      { name: "ann", is_person: true, messages: tally(9, 0, has ? 3 : 0), nights: tally(2, 0, 1) },
    ],
    nights: [],
    changes: has
      ? [
          {
            ...{ change: "removed", time: from, recorded_time: null, at_night: true },
            ...{ person: "ann", receiver: "sms", to: "+491511234567", kind: "opened" },
            ...{ severity: "warning", incident_id: incident?.id ?? "in_1", title: "Disk fills" },
            why: "route payments > policy payments, step 1 > schedule payments > ann > sms",
          },
        ]
      : [],
    changes_left_out: 0,
  };
}

// --- releases

function releases(world) {
  if (world.scenario === "empty") return [];
  const release = (number, service, verdict, more) => ({
    id: `rel_${String(number).padStart(24, "0")}`,
    change_id: `ch_${number}`,
    service,
    version: `v2.4.${number}`,
    previous_version: `v2.4.${number - 1}`,
    title: `${world.name}Deployment of ${service}`,
    author: "jo",
    url: "https://ci.example.org/17",
    released_at: at(world.start - number * 20 * MINUTE),
    watched_until: at(world.start + 30 * MINUTE),
    state: "watching",
    verdict,
    summary: "As good as the version before.",
    needs_requests: null,
    decided_at: null,
    judged_at: at(world.start),
    anomaly_id: null,
    ruled_out_by: null,
    ...more,
  });
  return [
    release(1, "payment", "bad", {
      summary: "4.1 % of requests fail; 0.2 % failed before, and 0.2 % beside it.",
      decided_at: at(world.start - 17 * MINUTE),
    }),
    release(2, "order", "good", { state: "finished" }),
    release(3, "analytics", "not_enough_traffic", { needs_requests: 340 }),
    release(4, "user", "no_data", { version: "", state: "superseded" }),
  ];
}

function releaseDetail(world, id) {
  const release = releases(world).find((one) => one.id === id);
  if (!release) return null;
  const [anomaly] = world.anomalies.values();
  const side = (name, total, bad) => ({
    ...{ name, total, bad, value: bad / total, step: "30s" },
    text: `${bad} of ${total} requests failed`,
    evidence_id: anomaly?.evidence_id ?? "",
    query: "up",
    from: at(world.start - 20 * MINUTE),
    to: at(world.start),
  });
  const check = (signal, outcome, more) => ({
    signal,
    metric: "http_requests_total",
    outcome,
    text: "4.1 % of 2,310 requests fail; of the old version 0.2 % of 41,020.",
    factor: 20.5,
    factor_low: 11.2,
    factor_high: 38.4,
    e_value: 48_213,
    threshold: 100,
    dispersion: 1.2,
    needs_requests: null,
    decided_at: release.decided_at,
    sides: [side("release", 2310, 95), side("old_version", 41_020, 82)],
    ...more,
  });
  return {
    ...release,
    judgement: {
      checks: [
        check("errors", release.verdict === "bad" ? "worse" : "not_worse"),
        check("latency", "undecided", { e_value: 2.4, needs_requests: 1200 }),
        check("memory", "no_data", { e_value: 0, factor: null, sides: [] }),
      ],
      new_patterns: [
        {
          id: "p1",
          text: `${world.name}connection to <*> refused after <*> ms`,
          example: "connection to payments-db refused after 341 ms",
          lines: 41,
          first_seen: at(world.start - 18 * MINUTE),
          evidence_id: anomaly?.evidence_id ?? "",
        },
      ],
      notes: ["memory: no series of the release's pods"],
    },
  };
}

// --- topology

const CALLS = [
  ["api-gateway", "user"],
  ["api-gateway", "order"],
  ["api-gateway", "inventory"],
  ["order", "payment"],
  ["order", "inventory"],
  ["payment", "payments-db"],
  ["order", "notification"],
  ["analytics", "payments-db"],
];
const LAYER = { "api-gateway": 0, analytics: 1, user: 1, order: 1, inventory: 2, payment: 2 };

function nodeOf(world, name, index) {
  const status = world.status(world.start).services.find((one) => one.name === world.name + name);
  const state = { CRITICAL: "critical", WARNING: "warning", NORMAL: "ok" }[status?.state];
  const layer = LAYER[name] ?? 3;
  return {
    id: `${name === "payments-db" ? "database" : "service"}:${name}`,
    kind: name === "payments-db" ? "database" : "service",
    name: world.name + name,
    owner: index % 2 ? "shop" : "platform",
    tier: index === 0 ? "edge" : "",
    service: "",
    node: "",
    version: "v2.4.1",
    addresses: [],
    origins: ["spans", "metrics"],
    first_seen: at(world.start - 90 * MINUTE),
    last_seen: at(world.start),
    state: state ?? "unknown",
    severity_score: state === "critical" ? 0.95 : 0.1,
    open_anomalies: status?.open_anomalies ?? 0,
    open_incidents: status?.open_incidents ?? 0,
    calls_per_second: Math.round(noise(hash(name), 1) * 200),
    error_ratio: state === "critical" ? 0.084 : 0.002,
    latency_ms: 20 + Math.round(noise(hash(name), 2) * 90),
    x: layer * 240,
    y: index * 64,
    layer,
  };
}

// A thousand made-up services in the scenario "many".
function topology(world, focus) {
  if (world.scenario === "empty") return { nodes: [], edges: [] };
  const names = [...SERVICES, "payments-db"];
  const nodes = names.map((name, index) => nodeOf(world, name, index));
  const calls = [...CALLS];
  if (world.scenario === "many") {
    for (let index = nodes.length; index < 1000; index += 1) {
      const node = nodeOf(world, `service-${index}`, index);
      nodes.push({ ...node, x: (index % 12) * 240, y: Math.floor(index / 12) * 64, state: "ok" });
      calls.push([`service-${index}`, `service-${Math.max(nodes.length - 30, index - 11)}`]);
    }
  }
  const byName = new Map(nodes.map((node) => [node.id.split(":")[1], node]));
  const edges = calls
    .map(([from, to]) => [byName.get(from), byName.get(to)])
    .filter(([from, to]) => from && to && from !== to)
    .map(([from, to]) => ({
      caller: from.id,
      callee: to.id,
      waits: true,
      origins: ["spans"],
      first_seen: from.first_seen,
      last_seen: from.last_seen,
      state: to.state === "critical" ? "warning" : "ok",
      calls_per_second: 40,
      error_ratio: 0.01,
      latency_ms: 24,
      latency_p95_ms: 80,
      measured_by: "spans",
      measured_at: from.last_seen,
      points: [
        [from.x, from.y],
        [to.x, to.y],
      ],
      back: to.x <= from.x,
    }));
  if (!focus) return { nodes, edges };
  const own = nodes.find(({ id, name }) => id === focus || name === focus);
  const near = new Set([own?.id]);
  for (const { caller, callee } of edges) {
    if (caller === own?.id) near.add(callee);
    if (callee === own?.id) near.add(caller);
  }
  return {
    nodes: nodes.filter(({ id }) => near.has(id)),
    edges: edges.filter(({ caller, callee }) => near.has(caller) && near.has(callee)),
  };
}

function answerTopology(world, what, query) {
  const { nodes, edges } = topology(world, query.get("focus"));
  const now = at(world.start);
  if (what === "layout") {
    return ok({ at: now, width: 960, height: 640, layers: 4, nodes, edges, left_out: 0 });
  }
  if (what === "history") {
    const snapshots = [0, 10, 20, 30].map((minutes) => ({
      at: at(world.start - minutes * MINUTE),
      nodes: nodes.length,
      edges: edges.length,
    }));
    return ok({ snapshots });
  }
  if (what === "blast-radius") {
    const entity = query.get("entity");
    const affected = edges
      .filter(({ callee }) => callee === entity)
      .map(({ caller }) => nodes.find(({ id }) => id === caller))
      .map(({ id, kind, name, owner, tier }) => ({
        ...{ id, kind, name, owner, tier, distance: 1, through: entity, how: "calls" },
        calls_per_second: 12,
      }));
    return ok({ at: now, entity, affected, entry_points: ["service:api-gateway"], left_out: 0 });
  }
  const id = decodeURIComponent(what.replace("entities/", ""));
  return ok({
    at: now,
    entity: nodes.find((node) => node.id === id) ?? nodes[0],
    callers: edges.filter(({ callee }) => callee === id),
    callees: edges.filter(({ caller }) => caller === id),
    members: [],
  });
}

// --- trials of rules

function checkRules({ rules }) {
  const lines = rules.split("\n");
  const wrong = lines.findIndex((line) => line.includes("\t") || /expr:.*[({]\s*$/.test(line));
  if (wrong >= 0) {
    const problem = { severity: "error", line: wrong + 1, column: 9 };
    return {
      valid: false,
      problems: [{ ...problem, message: "unexpected end of input", hint: "Close the bracket." }],
      groups: [],
    };
  }
  const names = lines.map((line, index) => [/alert: "?(\w+)/.exec(line)?.[1], index + 1]);
  return {
    valid: true,
    problems: [],
    groups: [
      {
        name: "shop",
        interval: "15s",
        rules: names
          .filter(([name]) => name)
          .map(([name, line]) => ({ kind: "alert", name, query: "up == 0", line })),
      },
    ],
  };
}

function backtest(world, { rules, from, to }) {
  const [first] = checkRules({ rules }).groups[0]?.rules ?? [];
  const days = [];
  for (let ms = Date.parse(from); ms < Date.parse(to); ms += 24 * 60 * MINUTE) {
    const count = Math.floor(noise(11, days.length) * 4);
    days.push({ date: at(ms).slice(0, 10), episodes: count, pages: count > 2 ? 1 : 0 });
  }
  const episode = {
    labels: { service: `${world.name}payment` },
    severity: "critical",
    active_at: from,
    started_at: from,
    ended_at: to,
    duration: "12m",
    peak: 0.31,
    started_before: false,
    pages: true,
  };
  const rule = { ...first, group: "shop", evaluations: 40_320, failures: 0, episodes_total: 1 };
  return {
    ...{ from, to, reached: to, complete: true, recorded_samples: 0 },
    rules: first
      ? [{ ...rule, pages_total: 1, would_page: true, firing: "12m", days, episodes: [episode] }]
      : [],
    summary: { episodes: 1, pages: 1, pages_per_week: 1 },
  };
}

// The answer to a path about what the server judges, or undefined.
export function answerJudged(world, method, path, query, body) {
  const [, id, what] =
    /^\/api\/v1\/incidents\/([^/]+)\/(diagnosis|impact|similar|changes|diagnosis\/verdicts)$/.exec(
      path,
    ) ?? [];
  const incident = id && world.incidents.get(id);
  if (incident) {
    if (what === "impact") return ok(impact(world, incident));
    if (what === "changes") return ok(incidentChanges(world, incident));
    if (what === "similar") return ok(similar(world, incident));
    if (what === "diagnosis/verdicts") {
      const { verdict, why = null, cause = null, by = "loopback" } = body;
      const one = { verdict, why, cause, by, at: at(Date.now()), revision: 2 };
      world.verdicts.push({ ...one, id: world.id("ve"), incident: id });
    }
    return ok(diagnosis(world, incident));
  }
  const [, topic] = /^\/api\/v1\/topology\/(.+)$/.exec(path) ?? [];
  if (topic) return answerTopology(world, topic, query);
  const [, release] = /^\/api\/v1\/releases\/(\w+)$/.exec(path) ?? [];
  const detail = release && releaseDetail(world, release);
  if (detail) return ok(detail);
  switch (`${method} ${path}`) {
    case "GET /api/v1/releases": {
      const wanted = query.get("verdict");
      const list = releases(world).filter(({ verdict }) => !wanted || verdict === wanted);
      return ok({ releases: list, next_cursor: null });
    }
    case "POST /api/v1/replays":
      return ok(replayed(world, body));
    case "POST /api/v1/rules/check":
      return ok(checkRules(body));
    case "POST /api/v1/backtests":
      return ok(backtest(world, body));
    default:
      return undefined;
  }
}
