// The server's HTTP interface with made-up data, for work on the UI and for its tests: no C++
// needed. Serves dist as the real server must. `node mock/server.mjs [--port N] [--scenario S]
// [--live]`; --live lets things happen by themselves.

import { randomBytes } from "node:crypto";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { bucketRange, instantNow } from "./answers.mjs";
import { answerDashboards } from "./dashboards.mjs";
import { summary, World } from "./data.mjs";
import { declare, star, unacknowledge } from "./incidents.mjs";
import { answerJudged } from "./judged.mjs";
import { answerKeys } from "./keys.mjs";
import { answerLearning } from "./learning.mjs";
import { answerOnCall, postmortem, work } from "./oncall.mjs";
import { ALL, mayAsk } from "./permissions.mjs";
import { answerPromises } from "./promises.mjs";
import { answerRecords, plainRange } from "./records.mjs";
import { answerSimulation } from "./simulation.mjs";
import { answerSystem } from "./system.mjs";

const DIST = fileURLToPath(new URL("../dist", import.meta.url));
const OPENAPI = fileURLToPath(new URL("../../src/api/openapi.json", import.meta.url));
const TYPES = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const RING_MAX = 1000;

export const csp = (nonce) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");

const SECURITY = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
};

class Mock {
  #streams = new Set();
  #tails = new Set();
  #ring = [];
  #lastId = 0;
  #failing = new Set(); // path prefixes that are not answered
  #refusal = 503; // with what: 503 is tried again, 403 is not
  #key = ""; // when set, requests need the session's cookie
  #permissions = ALL; // of who asks
  #muted = false; // no heartbeat, no event: a dead connection

  constructor(scenario) {
    this.world = new World(scenario, Date.now());
    this.timers = [
      setInterval(() => this.#write(": heartbeat\n\n"), 15_000),
      setInterval(
        () => this.publish("status", "now", Date.now(), this.world.status(Date.now())),
        5000,
      ),
    ];
  }

  stop() {
    for (const timer of this.timers) clearInterval(timer);
    for (const { response } of this.#streams) response.end();
    for (const response of this.#tails) response.end();
  }

  #write(text) {
    if (this.#muted) return;
    for (const { response } of this.#streams) response.write(text);
  }

  #resync() {
    this.#write(`id: ${this.#lastId}\nevent: resync\ndata: {}\n\n`);
  }

  publish(topic, id, rev, patch) {
    this.#lastId += 1;
    const data = JSON.stringify({ topic, id, rev, patch });
    const frame = {
      id: this.#lastId,
      topic,
      text: `id: ${this.#lastId}\nevent: patch\ndata: ${data}\n\n`,
    };
    this.#ring.push(frame);
    if (this.#ring.length > RING_MAX) this.#ring.shift();
    if (this.#muted) return;
    for (const { topics, response } of this.#streams) {
      if (topics.has(topic)) response.write(frame.text);
    }
  }

  publishIncident(incident, rows = []) {
    this.publish("incidents", incident.id, incident.revision, {
      ...summary(incident),
      timeline: rows,
    });
    this.publish("status", "now", Date.now(), this.world.status(Date.now()));
  }

  stream(request, response, url) {
    const topics = new Set(
      (url.searchParams.get("topics") ?? "incidents,anomalies,status").split(","),
    );
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    const since = Number(request.headers["last-event-id"] ?? Number.NaN);
    const known = this.#ring[0]?.id ?? this.#lastId + 1;
    if (!Number.isNaN(since) && (since + 1 < known || since > this.#lastId)) {
      response.write(`id: ${this.#lastId}\nevent: resync\ndata: {}\n\n`);
    } else if (!Number.isNaN(since)) {
      for (const frame of this.#ring) {
        if (frame.id > since && topics.has(frame.topic)) response.write(frame.text);
      }
    } else {
      response.write(": hello\n\n");
    }
    const stream = { topics, response };
    this.#streams.add(stream);
    response.on("close", () => this.#streams.delete(stream));
  }

  tail(response) {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.write(": hello\n\n");
    this.#tails.add(response);
    response.on("close", () => this.#tails.delete(response));
  }

  // What tests ask for. POST /mock/<name> with a JSON body.
  control(name, body) {
    const { world } = this;
    if (name === "scenario") {
      this.#failing = new Set(body.failing ?? []);
      this.#refusal = body.refusal ?? 503;
      this.#key = body.key ?? "";
      this.#permissions = body.permissions ?? (body.key ? ["read", "respond"] : ALL);
      this.#muted = false;
      this.#ring = [];
      this.world = new World(body.name, Date.now());
      this.#resync();
    } else if (name === "resync") {
      this.#resync();
    } else if (name === "incident") {
      const { entity = "user", title = "Logins fail", severity = "critical" } = body;
      const incident = world.addIncident(entity, title, severity, Date.now() - 5000);
      const anomaly = world.addAnomaly(
        incident,
        entity,
        "login_failures_per_second",
        [0, 2],
        31,
        0.93,
      );
      this.publish("anomalies", anomaly.id, Date.now(), anomaly);
      this.publishIncident(incident, incident.timeline);
      return { id: incident.id };
    } else if (name === "anomalies") {
      const incident = world.incidents.get(body.id);
      for (let index = 0; index < body.count; index += 1) {
        const anomaly = world.addAnomaly(incident, "user", `late_${index}`, [0, 2], 31, 0.99);
        this.publish("anomalies", anomaly.id, Date.now(), anomaly);
      }
      this.publishIncident(incident, []);
    } else if (name === "comment") {
      const incident = world.incidents.get(body.id);
      const { kind = "comment", actor = "jo", text } = body;
      this.publishIncident(incident, [world.row(incident, kind, actor, text, Date.now())]);
    } else if (name === "line") {
      const line = { level: "error", service: "order", trace_id: "", fields: {}, ...body };
      const log = { id: `tail${this.#lastId++}`, time: new Date().toISOString(), ...line };
      for (const response of this.#tails) {
        response.write(`event: log\ndata: ${JSON.stringify(log)}\n\n`);
      }
      return { tails: this.#tails.size };
    } else if (name === "disconnect") {
      for (const { response } of this.#streams) response.destroy();
    } else if (name === "mute") {
      this.#muted = true;
    } else if (name === "burst") {
      const [incident] = world.incidents.values();
      for (let index = 0; index < body.count; index += 1) {
        incident.revision += 1;
        incident.title = `Burst ${index + 1}`;
        this.publish("incidents", incident.id, incident.revision, { title: incident.title });
      }
    }
    return { streams: this.#streams.size };
  }

  lets(request) {
    return !this.#key || (request.headers.cookie ?? "").includes(`vedette_session=${this.#key}`);
  }

  async session(request, response) {
    if (request.method === "GET") {
      if (!this.lets(request)) {
        return refuse(response, 401, "unauthenticated", "An API key is needed.");
      }
      return send(response, 200, {
        name: this.#permissions === ALL ? "loopback" : "ann",
        tenant: "default",
        any_tenant: this.#permissions === ALL,
        permissions: this.#permissions,
      });
    }
    if (request.method === "DELETE") {
      response.setHeader("Set-Cookie", "vedette_session=; Max-Age=0; Path=/");
      return send(response, 200, { status: "ok" });
    }
    const { key } = await readBody(request);
    if (key !== this.#key)
      return refuse(response, 401, "unauthenticated", "This key is not known.");
    response.setHeader("Set-Cookie", `vedette_session=${key}; HttpOnly; SameSite=Strict; Path=/`);
    return send(response, 200, { status: "ok" });
  }

  may({ method }, path) {
    return mayAsk(this.#permissions, method, path);
  }

  // The status that stands for an answer; 0 when there is one.
  refusalOf(path) {
    return [...this.#failing].some((prefix) => path.startsWith(prefix)) ? this.#refusal : 0;
  }
}

const send = (response, status, body) => {
  if (status === 204) return response.writeHead(204).end();
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(JSON.stringify(body));
};
const refuse = (response, status, code, message, field) =>
  send(response, status, { error: { code, message, field } });
const promError = (response, error) =>
  send(response, 400, { status: "error", errorType: "bad_data", error });
const missing = (response, what) =>
  refuse(response, 404, "not_found", `There is no ${what} of this id.`, "id");

async function readBody(request) {
  let text = "";
  for await (const piece of request) text += piece;
  const type = request.headers["content-type"] ?? "";
  if (type === "application/octet-stream") return text;
  return text && type !== "text/calendar" ? JSON.parse(text) : {};
}

const URGENCY = { open: 0, acknowledged: 1, resolved: 2, critical: 0, warning: 1, info: 2 };
const urgency = (a, b) =>
  URGENCY[a.state] - URGENCY[b.state] ||
  URGENCY[a.severity] - URGENCY[b.severity] ||
  b.started_at.localeCompare(a.started_at);

function listIncidents(world, query) {
  const states = query.getAll("state");
  const text = (query.get("text") ?? "").toLowerCase();
  const limit = Number(query.get("limit") ?? 100);
  const rows = [...world.incidents.values()]
    .filter(({ state }) => states.length === 0 || states.includes(state))
    .filter(({ id, title }) => `${title} ${id}`.toLowerCase().includes(text))
    .filter(
      ({ resolved_at }) => !resolved_at || !query.get("from") || resolved_at >= query.get("from"),
    )
    .sort(urgency);
  const incidents = rows.slice(0, limit);
  return {
    incidents: query.get("view") === "summary" ? incidents.map(summary) : incidents,
    next_cursor: rows.length > limit ? `c${limit}` : null,
  };
}

function listAnomalies(world, query) {
  const incident = query.get("incident");
  const ids = incident && new Set(world.incidents.get(incident)?.anomaly_ids);
  const anomalies = [...world.anomalies.values()]
    .filter(({ id }) => !ids || ids.has(id))
    .filter(({ ended_at }) => ids || !ended_at || ended_at >= (query.get("from") ?? ""))
    .filter(({ started_at }) => ids || started_at <= (query.get("to") ?? "9"))
    .sort((a, b) => b.started_at.localeCompare(a.started_at));
  return { anomalies: anomalies.slice(0, Number(query.get("limit") ?? 100)), next_cursor: null };
}

async function act(mock, request, response, id, verb, task) {
  const { world } = mock;
  const incident = world.incidents.get(id);
  if (!incident) return missing(response, "incident");
  const body = await readBody(request);
  if (verb === "comments") {
    if (!body.text)
      return refuse(response, 400, "invalid_argument", "A comment needs a text.", "text");
    const row = world.row(incident, "comment", body.by || "loopback", body.text, Date.now());
    if (body.at) row.happened_at = body.at;
    mock.publishIncident(incident, [row]);
  } else {
    const worked =
      verb === "unacknowledge"
        ? unacknowledge(world, incident, body)
        : work(world, incident, verb, body, task);
    if (worked) {
      mock.publishIncident(incident, worked);
      return send(response, 200, incident);
    }
    if (verb === "acknowledge" && incident.state === "resolved") {
      return refuse(response, 409, "failed_precondition", "The incident is resolved already.");
    }
    const rows = world.act(id, verb === "resolve" ? "resolved" : "acknowledged", body);
    if (rows) mock.publishIncident(incident, rows);
  }
  return send(response, 200, incident);
}

// Nothing changes what was seen.
function askedAgain(evidence) {
  const total = evidence.result.observed?.length ?? 0;
  const points = total > 0 ? { same: total, total } : null;
  const taken_at = new Date().toISOString();
  return {
    ...evidence,
    again: { result: evidence.result, taken_at, same: true, points, error: null },
  };
}

const isUnfinished = (query) => /[({]$|^\w+ \w+$/.test(query ?? "");

async function api(mock, request, response, url) {
  const { world } = mock;
  const path = url.pathname;
  const query = url.searchParams;
  const isWork = !/\/(diagnosis|impact|similar|changes|attachments|updates)/.test(path);
  const [, what, id, verb] =
    (isWork && path.match(/^\/api\/v1\/(incidents|evidence)\/([^/]+)(?:\/(\w+))?$/)) || [];
  if (request.method === "POST" && what === "incidents")
    return act(mock, request, response, id, verb);
  const [, of, task] = path.match(/^\/api\/v1\/incidents\/([^/]+)\/tasks\/(\d+)\/done$/) ?? [];
  if (task) return act(mock, request, response, of, "done", Number(task));
  const [, starredOf, seq] =
    path.match(/^\/api\/v1\/incidents\/([^/]+)\/timeline\/(\d+)\/star$/) ?? [];
  if (seq) {
    const incident = world.incidents.get(starredOf);
    if (!incident) return missing(response, "incident");
    mock.publishIncident(star(incident, Number(seq), await readBody(request)));
    return send(response, 200, incident);
  }
  if (request.method === "POST" && path === "/api/v1/incidents") {
    const body = await readBody(request);
    if (!body.title?.trim())
      return refuse(response, 400, "invalid_argument", "An incident needs a title.", "title");
    const incident = declare(world, body);
    mock.publishIncident(incident, incident.timeline);
    return send(response, 201, incident);
  }
  if (!what && path !== "/api/v1/logs") {
    const body = request.method === "GET" ? {} : await readBody(request);
    const { method } = request;
    const answer =
      answerLearning(world, method, path, query, body) ??
      answerDashboards(world, method, path, body) ??
      answerKeys(world, method, path, body) ??
      answerPromises(world, method, path) ??
      answerSimulation(world, method, path, body) ??
      answerOnCall(world, method, path, query, body) ??
      answerJudged(world, method, path, query, body);
    if (answer) return send(response, answer.status, answer.body);
  }
  if (request.method === "POST" && path === "/api/v1/logs") {
    const line = await readBody(request);
    world.written.push(line);
    return send(response, 200, { accepted: 1, ids: [`written${world.written.length}`] });
  }
  if (request.method !== "GET")
    return refuse(response, 405, "invalid_argument", "Method not allowed.");
  if (what === "incidents") {
    const incident = world.incidents.get(id);
    if (incident && verb === "postmortem") {
      response.writeHead(200, { "Content-Type": "text/markdown; charset=utf-8" });
      return response.end(postmortem(incident));
    }
    return incident ? send(response, 200, incident) : missing(response, "incident");
  }
  if (what === "evidence") {
    let evidence = world.evidence.get(id);
    if (evidence && query.get("again") === "true") evidence = askedAgain(evidence);
    return evidence ? send(response, 200, evidence) : missing(response, "evidence");
  }
  switch (path) {
    case "/api/v1/status/now":
      return send(response, 200, world.status(Date.now()));
    case "/api/v1/incidents":
      return send(response, 200, listIncidents(world, query));
    case "/api/v1/anomalies":
      return send(response, 200, listAnomalies(world, query));
    case "/api/v1/ledger": {
      const id = query.get("incident") ?? query.get("alert");
      const entries = world.ledger.filter((entry) => !id || entry.incident_id === id);
      const why = query.get("alert") && {
        answer: ["on-call was told by slack within 400 ms."],
        trail: [{ time: new Date().toISOString(), incident_id: id, kind: "notice", text: "sent" }],
        people: [
          {
            ...{ person: "ben", name: null, told: false, reason: "not_on_call", at: null },
            ...{ text: "not on call: step 1 asks for schedule payments, where ann was" },
            messages: [],
          },
          {
            ...{ person: "ann", name: "Ann Berg", told: true, reason: "told" },
            ...{ text: "told once, by phone", at: new Date().toISOString(), messages: [] },
          },
        ],
      };
      return send(response, 200, { entries, next_cursor: null, ...why });
    }
    case "/api/v1/query_range": {
      const [start, end] = [Date.parse(query.get("start")), Date.parse(query.get("end"))];
      const asked = query.get("query");
      if (isUnfinished(asked)) return promError(response, "unexpected end of input");
      const data = world.range(asked, start, end, Number(query.get("step")));
      if (data.result.length === 0) {
        const step = Number(query.get("step"));
        data.result =
          bucketRange(asked, start, end, step) ?? plainRange(world, asked, start, end, step);
      }
      return send(response, 200, { status: "success", data });
    }
    case "/api/v1/query": {
      const at = Date.parse(query.get("time") ?? new Date().toISOString());
      return send(response, 200, {
        status: "success",
        data: instantNow(world, query.get("query"), at),
      });
    }
    case "/api/v1/stream":
      return mock.stream(request, response, url);
    case "/api/v1/logs/tail":
      return mock.tail(response);
    default: {
      if (path === "/api/v1/format_query" && isUnfinished(query.get("query"))) {
        return promError(response, "unexpected end of input");
      }
      const answer = answerRecords(world, path, query) ?? answerSystem(world, path);
      if (answer) return send(response, 200, answer);
      return refuse(response, 404, "not_found", `There is no ${path}.`);
    }
  }
}

function sendFile(request, response, path) {
  const file = join(DIST, normalize(path));
  if (!file.startsWith(`${DIST}/`) || !existsSync(file) || !statSync(file).isFile()) {
    response.writeHead(404, { "Content-Type": "text/plain", ...SECURITY });
    return response.end("not found\n");
  }
  const accepted = request.headers["accept-encoding"] ?? "";
  const encoding = /\bbr\b/.test(accepted) ? "br" : /\bgzip\b/.test(accepted) ? "gzip" : "";
  const packed = encoding && `${file}.${encoding === "br" ? "br" : "gz"}`;
  const usePacked = packed && existsSync(packed);
  response.writeHead(200, {
    "Content-Type": `${TYPES[extname(file)] ?? "application/octet-stream"}; charset=utf-8`,
    "Cache-Control": path.startsWith("/assets/")
      ? "public, max-age=31536000, immutable"
      : "no-cache",
    Vary: "Accept-Encoding",
    ...(usePacked ? { "Content-Encoding": encoding } : {}),
    ...SECURITY,
  });
  return createReadStream(usePacked ? packed : file).pipe(response);
}

function sendPage(response) {
  const nonce = randomBytes(18).toString("base64");
  const page = readFileSync(join(DIST, "index.html"), "utf8").replaceAll("__CSP_NONCE__", nonce);
  response.writeHead(200, {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-cache",
    "Content-Security-Policy": csp(nonce),
    ...SECURITY,
  });
  response.end(page);
}

async function handle(mock, request, response) {
  const url = new URL(request.url, "http://mock");
  const path = url.pathname;
  if (path.startsWith("/mock/")) {
    return send(response, 200, mock.control(path.slice(6), await readBody(request)) ?? {});
  }
  const refusal = mock.refusalOf(path);
  if (refusal === 403) return refuse(response, 403, "permission_denied", "This key may not.");
  if (refusal) return refuse(response, refusal, "unavailable", "The store is not ready.");
  if (path === "/api/v1/session") return mock.session(request, response);
  if (path.startsWith("/api/") && !mock.lets(request)) {
    return refuse(response, 401, "unauthenticated", "An API key is needed.");
  }
  if (!mock.may(request, path)) {
    return refuse(response, 403, "permission_denied", "This key may not.");
  }
  if (path.startsWith("/api/")) return api(mock, request, response, url);
  if (path === "/metrics") {
    response.writeHead(200, { "Content-Type": "text/plain" });
    return response.end(answerSystem(mock.world, path));
  }
  if (path === "/readyz" || path === "/healthz") {
    return send(response, 200, answerSystem(mock.world, path));
  }
  if (path === "/openapi.json") {
    response.writeHead(200, { "Content-Type": "application/json" });
    return response.end(readFileSync(OPENAPI));
  }
  if (path.startsWith("/assets/") || /^\/[\w-]+\.(js|svg)$/.test(path)) {
    return sendFile(request, response, path);
  }
  return sendPage(response);
}

// Port 0 takes a free one. Resolves when it listens.
export function startMock({ port = 0, scenario = "normal" } = {}) {
  const mock = new Mock(scenario);
  const server = createServer((request, response) => {
    handle(mock, request, response).catch((error) => {
      if (!response.headersSent) refuse(response, 500, "internal", String(error));
    });
  });
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () =>
      resolve({
        url: `http://127.0.0.1:${server.address().port}`,
        mock,
        stop: () => {
          mock.stop();
          server.closeAllConnections();
          server.close();
        },
      }),
    );
  });
}

function liveALittle(mock) {
  let count = 0;
  setInterval(() => {
    count += 1;
    mock.control("incident", {
      entity: ["user", "order", "inventory"][count % 3],
      title: `Something new, number ${count}`,
      severity: count % 3 ? "warning" : "critical",
    });
  }, 20_000);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (name) => process.argv[process.argv.indexOf(`--${name}`) + 1];
  const has = (name) => process.argv.includes(`--${name}`);
  const { url, mock } = await startMock({
    port: has("port") ? Number(option("port")) : 8001,
    scenario: has("scenario") ? option("scenario") : "normal",
  });
  if (has("live")) liveALittle(mock);
  console.log(`mock server on ${url}`);
}
