// A small world for the mock server: seven services, incidents with timelines, anomalies with
// evidence. The same for the same scenario and start, so that tests know what they see.
import { firstSilences } from "./oncall.mjs";

const MINUTE = 60_000;
const SCRAPE = 15_000; // samples lie on multiples of it
export const SERVICES = [
  "api-gateway",
  "user",
  "order",
  "payment",
  "inventory",
  "notification",
  "analytics",
];
const SEVERITY_SCORE = { info: 0.4, warning: 0.78, critical: 0.95 };
const HOSTILE = '<img src=x onerror="window.__pwned=1"><script>window.__pwned=1</script>';

const at = (ms) => new Date(ms).toISOString();
const pad = (number) => String(number).padStart(4, "0");

// A number in [0, 1) that depends on its arguments only.
export function noise(seed, index) {
  const x = Math.sin(seed * 12.9898 + index * 78.233) * 43758.5453;
  return x - Math.floor(x);
}

export function hash(text) {
  let value = 7;
  for (const char of text) value = (value * 31 + char.charCodeAt(0)) % 100_003;
  return value;
}

export class World {
  constructor(scenario, now) {
    this.scenario = scenario;
    this.start = now;
    this.incidents = new Map();
    this.anomalies = new Map();
    this.evidence = new Map();
    this.ledger = [];
    this.written = []; // log lines that were sent
    this.counter = 0;
    this.overrides = [];
    this.silences = [];
    this.verdicts = []; // of people on diagnoses
    this.marks = []; // of people: useful or noise
    this.changes = []; // of marks that were applied
    this.training = { state: "none" };
    this.devices = []; // browsers to wake
    this.files = new Map(); // by incident
    this.name = scenario === "hostile" ? HOSTILE : "";
    const build = { normal: "normal", hostile: "normal", green: "green", many: "many" }[scenario];
    if (build) {
      this[build]();
      this.silences = firstSilences(now, (prefix) => this.id(prefix));
    }
  }

  normal() {
    const { start } = this;
    const slow = this.addIncident(
      "payment",
      "Payment answers slowly",
      "critical",
      start - 12 * MINUTE,
    );
    this.addAnomaly(slow, "payment", "http_request_duration_p95_ms", [110, 180], 940, 0.96);
    this.addAnomaly(slow, "order", "http_errors_per_second", [null, 0.5], 6.4, 0.91);
    this.addAnomaly(slow, "api-gateway", "http_requests_5xx_ratio", [null, 0.01], 0.084, 0.82);
    this.addPage(slow, "on-call", "slack", "delivered");
    this.addPage(slow, "hub", "webhook", "failed");
    this.ledger.push({
      ...{ id: this.id("pg"), time: at(start - 4 * MINUTE), incident_id: "" },
      ...{ kind: "silence_expiring", receiver: "on-call", channel: "slack", to: "" },
      ...{ state: "delivered", attempts: 1, replaced: 0, delivered_at: at(start - 4 * MINUTE) },
      ...{ next_attempt_at: null, detail: "200 ok" },
    });
    const lag = this.addIncident(
      "notification",
      "Queue of notification grows",
      "warning",
      start - 31 * MINUTE,
    );
    this.addAnomaly(lag, "notification", "queue_depth", [0, 250], 1830, 0.77);
    const disk = this.addIncident(
      "analytics",
      "Disk of analytics fills",
      "warning",
      start - 95 * MINUTE,
    );
    this.addAnomaly(disk, "analytics", "disk_used_ratio", [null, 0.85], 0.88, 0.71);
    this.act(disk.id, "acknowledged", { by: "mara" });
    this.row(disk, "comment", "mara", "Old exports; deleting them. Back in 20 min.");
    this.green();
  }

  green() {
    const over = this.addIncident(
      "inventory",
      "Inventory lost its database",
      "critical",
      this.start - 50 * MINUTE,
    );
    const anomaly = this.addAnomaly(over, "inventory", "up", [1, 1], 0, 0.97);
    anomaly.state = "closed";
    anomaly.ended_at = at(this.start - 41 * MINUTE);
    over.open_anomaly_ids = [];
    this.act(over.id, "resolved", { by: "vedette" }, this.start - 40 * MINUTE);
  }

  many() {
    for (let index = 0; index < 300; index += 1) {
      const service = SERVICES[index % SERVICES.length];
      const severity = index % 9 === 0 ? "critical" : "warning";
      const incident = this.addIncident(
        service,
        `Trouble ${index + 1} of ${service}`,
        severity,
        this.start - (index + 1) * MINUTE,
      );
      this.addAnomaly(incident, service, `metric_${index}`, [10, 20], 55, SEVERITY_SCORE[severity]);
    }
  }

  id(prefix) {
    this.counter += 1;
    return `${prefix}_01KAJ0000000000000000M${pad(this.counter)}`;
  }

  addIncident(entity, title, severity, startedMs) {
    const incident = {
      id: this.id("in"),
      title: this.name + title,
      severity,
      state: "open",
      entities: [this.name + entity],
      anomaly_ids: [],
      open_anomaly_ids: [],
      started_at: at(startedMs),
      updated_at: at(startedMs),
      acknowledged_at: null,
      resolved_at: null,
      acknowledged_by: "",
      resolved_by: "",
      revision: 0,
      status: "firing",
      suppressed: false,
      phases: [{ phase: "detection", started_at: at(startedMs), by: "vedette" }],
      roles: {},
      tasks: [],
      links: [],
      merged_into: "",
      timeline: [],
    };
    this.incidents.set(incident.id, incident);
    this.row(incident, "opened", "vedette", `${incident.title} (${severity})`, startedMs);
    return incident;
  }

  addAnomaly(incident, entity, metric, [low, high], observed, score) {
    const severity = score >= 0.9 ? "critical" : score >= 0.7 ? "warning" : "info";
    const startedMs = Date.parse(incident.started_at) + incident.anomaly_ids.length * 40_000;
    const query = `${metric}{service="${entity}"}`;
    const stopped = metric === "up";
    const [, ending] = /_(ms|ratio)$/.exec(metric) ?? [];
    const evidence = {
      id: this.id("ev"),
      language: "promql",
      step_seconds: null,
      query,
      from: at(startedMs - 10 * MINUTE),
      to: at(startedMs + 2 * MINUTE),
      taken_at: at(startedMs + 2 * MINUTE),
    };
    const anomaly = {
      id: this.id("an"),
      kind: stopped ? "absence" : "baseline",
      entity: this.name + entity,
      labels: {
        __name__: metric,
        service: this.name + entity,
        instance: "10.0.0.7:9100",
        region: "eu-1",
      },
      score,
      severity,
      state: "open",
      started_at: at(startedMs),
      updated_at: at(startedMs),
      ended_at: null,
      observed: stopped ? null : observed,
      expected: stopped ? { low: null, high: null } : { low, high },
      unit: ending ?? null,
      detector: "baseline",
      summary: `${this.name}${metric} of ${entity} left the range that is normal for this time of day.`,
      evidence_id: evidence.id,
    };
    this.anomalies.set(anomaly.id, anomaly);
    this.evidence.set(evidence.id, evidence);
    // The form that the baseline detector keeps: its last twelve points and what it expected.
    const first = Math.ceil((startedMs - 45_000) / SCRAPE) * SCRAPE;
    const { result } = this.range(query, first, startedMs + 2 * MINUTE, SCRAPE / 1000);
    const points = result[0].values.map(([time, value]) => [time, Math.fround(Number(value))]);
    evidence.result = { observed: points, expected: { low, high } };
    incident.anomaly_ids.push(anomaly.id);
    incident.open_anomaly_ids.push(anomaly.id);
    if (!incident.entities.includes(anomaly.entity)) incident.entities.push(anomaly.entity);
    this.row(incident, "anomaly_opened", "vedette", anomaly.summary, startedMs, anomaly.id);
    return anomaly;
  }

  addPage(incident, receiver, channel, state) {
    const time = Date.parse(incident.started_at) + 2000;
    const failed = state === "failed";
    this.ledger.push({
      id: this.id("pg"),
      time: at(time),
      incident_id: incident.id,
      kind: "opened",
      receiver,
      channel,
      state,
      attempts: failed ? 5 : 1,
      delivered_at: failed ? null : at(time + 400),
      next_attempt_at: null,
      detail: failed ? "connection refused" : "200 ok",
      proof: [
        {
          seq: this.ledger.length + 1,
          time: at(time + 400),
          event: "attempt",
          attempt: 1,
          outcome: state,
          status: failed ? 0 : 200,
          latency_ms: 38,
          delayed_seconds: 0,
          detail: failed ? "connection refused" : "",
          hash: "201f7a75b0c035b533258aad51065288f360d34e129b81934e0d6e6202cffa94",
        },
      ],
    });
    this.row(
      incident,
      failed ? "page_failed" : "page_sent",
      "vedette",
      `${receiver} by ${channel}: ${failed ? "connection refused" : "delivered"}`,
      time + 400,
    );
  }

  // A page that somebody sends to see whether it arrives.
  testPage(id, receiver, person) {
    this.ledger.push({
      ...{ id: this.id("pg"), time: at(Date.now()), incident_id: id, kind: "opened" },
      ...{ receiver, channel: "slack", to: person && `@${person}`, person, state: "delivered" },
      ...{ attempts: 1, replaced: 0, delivered_at: at(Date.now()), next_attempt_at: null },
      detail: "200 ok",
    });
  }

  row(incident, kind, actor, text, ms = this.start, anomaly_id = "") {
    const seq = incident.timeline.length + 1;
    const entry = { seq, time: at(ms), kind, actor, text, anomaly_id };
    incident.timeline.push(entry);
    incident.revision += 1;
    incident.updated_at = entry.time;
    return entry;
  }

  // Returns the new timeline rows, or null when nothing changed.
  act(id, state, { by, comment } = {}, now = Date.now()) {
    const incident = this.incidents.get(id);
    if (incident.state === state || (state === "acknowledged" && incident.state !== "open")) {
      return null;
    }
    const actor = by || "loopback";
    incident.state = state;
    incident[`${state}_at`] = at(now);
    incident[`${state}_by`] = actor;
    const rows = [this.row(incident, state, actor, "", now)];
    if (comment) rows.push(this.row(incident, "comment", actor, comment, now));
    return rows;
  }

  status(now) {
    const incidents = [...this.incidents.values()];
    const open = incidents.filter(({ state }) => state === "open");
    const acknowledged = incidents.filter(({ state }) => state === "acknowledged");
    const anomalies = [...this.anomalies.values()].filter(({ state }) => state === "open");
    const score = Math.max(0.08, ...anomalies.map((anomaly) => anomaly.score));
    const empty = this.scenario === "empty";
    const verdict = (value) => (value >= 0.9 ? "CRITICAL" : value >= 0.7 ? "WARNING" : "NORMAL");
    const services = (empty ? [] : SERVICES).map((service) => {
      const name = this.name + service;
      const own = anomalies.filter(({ entity }) => entity === name);
      return {
        name,
        state: verdict(Math.max(0, ...own.map((anomaly) => anomaly.score))),
        open_incidents: [...open, ...acknowledged].filter(({ entities }) => entities.includes(name))
          .length,
        open_anomalies: own.length,
        last_sample_at: at(now - 4000),
        ...(service === "analytics" ? {} : { owner: service === "user" ? "all" : "shop" }),
        sparkline: Array.from({ length: 60 }, (_, minute) =>
          Math.round(
            400 + 120 * Math.sin(minute / 9 + hash(service)) + 60 * noise(hash(service), minute),
          ),
        ),
      };
    });
    const rank = { CRITICAL: 0, WARNING: 1, NORMAL: 2 };
    services.sort((a, b) => rank[a.state] - rank[b.state]);
    const last = incidents.sort((a, b) => b.started_at.localeCompare(a.started_at))[0];
    return {
      now: at(now),
      verdict: verdict(score),
      severity_score: score,
      system_state:
        open.length > 0 ? "DEGRADED" : acknowledged.length > 0 ? "RECOVERING" : "NORMAL",
      counts: { open: open.length, acknowledged: acknowledged.length, anomalies: anomalies.length },
      services,
      last_incident: last ? summary(last) : null,
      ingest: { samples_per_second: empty ? 0 : 1240.4, series: empty ? 0 : 3208 },
      demo: !empty,
      version: "0.1.0-mock",
    };
  }

  // Values around the middle of what is expected, and at what was observed once it began.
  range(query, start, end, step) {
    const anomaly = [...this.anomalies.values()].find(({ labels }) =>
      query.startsWith(`${labels.__name__}{`),
    );
    if (!anomaly) return { resultType: "matrix", result: [] };
    const { low, high } = anomaly.kind === "absence" ? { low: 1, high: 1 } : anomaly.expected;
    const middle = ((low ?? 0) + (high ?? 1)) / 2;
    const swing = ((high ?? 1) - (low ?? 0)) / 2;
    const seed = hash(query);
    const from = Date.parse(anomaly.started_at);
    const to = anomaly.ended_at ? Date.parse(anomaly.ended_at) : Number.POSITIVE_INFINITY;
    const values = [];
    for (let asked = start; asked <= end; asked += step * 1000) {
      const time = Math.floor(asked / SCRAPE) * SCRAPE;
      const wave = (noise(seed, Math.round(time / 1000)) - 0.5) * swing * 0.8;
      const ramp = Math.min(1, Math.max(0, (time - from + 30_000) / 90_000));
      const bad = time > from - 30_000 && time < to;
      const value = bad ? middle + (anomaly.observed - middle) * ramp + wave : middle + wave;
      values.push([asked / 1000, String(Math.max(0, value))]);
    }
    return { resultType: "matrix", result: [{ metric: anomaly.labels, values }] };
  }
}

export function summary(incident) {
  const { timeline: _timeline, ...rest } = incident;
  return rest;
}
