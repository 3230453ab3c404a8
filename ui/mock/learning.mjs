// Feedback, thresholds, models, sources, noise of pages, browsers to wake and files for the mock
// server. What people do is kept in the world.
import { SERVICES } from "./data.mjs";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const at = (ms) => new Date(ms).toISOString();
const ok = (body, status = 200) => ({ status, body });
const gone = { status: 404, body: { error: { code: "not_found", message: "There is no such." } } };

// --- feedback

function groupsOf(world, { anomaly, incident }) {
  const ids = anomaly ? [anomaly] : (world.incidents.get(incident)?.anomaly_ids ?? []);
  return ids
    .map((id) => world.anomalies.get(id))
    .filter(Boolean)
    .map(({ entity, labels, detector }) => ({
      ...{ service: entity, metric: labels.__name__, detector, share: 1, weighed: true },
    }));
}

function addMark(world, body) {
  const [kind] = ["anomaly", "incident", "page"].filter((one) => body[one]);
  const mark = {
    ...{ id: world.id("fb"), target_kind: kind, target_id: body[kind], verdict: body.verdict },
    ...{ by: body.by ?? "loopback", why: body.why ?? "", at: at(Date.now()), state: "waiting" },
    ...{ change_id: "", groups: groupsOf(world, body) },
  };
  world.marks.unshift(mark);
  return ok(mark, 201);
}

function applyMarks(world, body) {
  const waiting = world.marks.filter(
    ({ id, state }) => state === "waiting" && (!body.marks || body.marks.includes(id)),
  );
  const change = {
    ...{ id: world.id("fc"), by: body.by ?? "loopback", why: body.why ?? "", at: at(Date.now()) },
    ...{ marks: waiting.length, undone_at: null, undone_by: "" },
  };
  for (const mark of waiting) Object.assign(mark, { state: "applied", change_id: change.id });
  world.changes.unshift(change);
  return ok(change);
}

function undoChange(world, id, body) {
  const change = world.changes.find((one) => one.id === id);
  if (!change) return gone;
  Object.assign(change, { undone_at: at(Date.now()), undone_by: body.by ?? "loopback" });
  for (const mark of world.marks) {
    if (mark.change_id === id) Object.assign(mark, { state: "waiting", change_id: "" });
  }
  return ok(change);
}

function preview(world) {
  const tally = (before, dropped, lowered = 0) => ({
    ...{ before, kept: before - dropped - lowered, lowered, raised: 0, dropped, outside: 0 },
  });
  const [mark] = world.marks;
  const [group] = mark?.groups ?? [];
  return {
    ...{ from: at(world.start - 7 * DAY), to: at(world.start), marks: world.marks.length },
    ...{ complete: true, anomalies: tally(41, 6, 2), incidents: tally(9, 1) },
    pages: { before: 12, kept: 10, dropped: 2, added: 0 },
    groups: group
      ? [
          {
            ...{ service: group.service, metric: group.metric, detector: group.detector },
            ...{ ...tally(8, 6, 2), weight_before: 1, weight_after: 0.5 },
            ...{ feedback: { useful: 0, noise: 1 }, feedback_elsewhere: { useful: 0, noise: 0 } },
          },
        ]
      : [],
    changed_anomalies: [
      { id: "an_1", text: "analytics: disk_used_ratio was 0.88", was: "warning", would_be: "info" },
      { id: "an_2", text: "analytics: disk_used_ratio was 0.86", was: "warning", would_be: null },
    ],
    changed_incidents: [
      { id: "in_1", text: "Disk of analytics fills", was: "warning", would_be: null },
    ],
  };
}

function noiseBudget(world) {
  const levels = { listed_nats: 12.1, alarm_nats: 17.4, hurts_nats: 15.2, critical_nats: 24 };
  return {
    ...{ false_alarms_per_week: 1, series: 3208, levels, weight_min: 1 / 32, weight_max: 4 },
    beyond_doubt_nats: 50,
    groups:
      world.scenario === "empty"
        ? []
        : [
            {
              ...{ service: "analytics", metric: "disk_used_ratio", weight: 0.5 },
              ...{ feedback: { useful: 0, noise: 1 }, feedback_elsewhere: { useful: 0, noise: 0 } },
              ...{ weight_when_applied: 0.25, levels: { ...levels, alarm_nats: 18.1 } },
              why: "one mark of noise is in force, one more waits",
            },
          ],
  };
}

// --- models

const found = (faults, statistics, model, either) => ({
  ...{ faults, found_by_statistics: statistics, found_by_model: model, found_by_either: either },
});

function models(world) {
  if (world.scenario === "empty") return [];
  const model = (service, detector, kept, counts) => ({
    ...{ tenant: "default", service, version: 3, detector, kept },
    ...{ trained_at: at(world.start - 5 * HOUR), learnt_from: at(world.start - 14 * DAY) },
    ...{ learnt_to: at(world.start - 5 * HOUR), step_seconds: 60, window_steps: 32, seed: 7 },
    ...{ epochs: 51, validation_loss: 0.021, threshold: 0.83, parameters: 41_217 },
    metrics: ["http_requests_total 5xx", "http_request_duration_seconds", "process_cpu_seconds"],
    trial: {
      ...found(72, ...counts),
      ...{ gain: 0.29, held_out_days: 1.4, alarms_allowed: 1, alarms_of_statistics: 1 },
      ...{ alarms_of_model: 1, alarms_of_either: 1, nats_alone: 14, nats_beside_model: 15.5 },
      ...{ median_delay_steps_of_statistics: 3, median_delay_steps_of_either: 2 },
      by_fault: { spike: found(12, 11, 12, 12), stands_still: found(12, 2, 9, 9) },
    },
  });
  const payment = model("payment", "tcn", true, [46, 63, 67]);
  return [
    graphModel(world, payment),
    payment,
    model("user", "lstm_autoencoder", false, [58, 51, 58]),
  ];
}

// Of the graph of all services: its faults are counted by the services that they touch, and by
// whether it names where they began.
const graphModel = (world, one) => ({
  ...one,
  ...{ service: "", services: SERVICES, version: 2, detector: "gatv2", kept: true },
  ...{ trained_at: at(world.start - 4 * HOUR), window_steps: 1, parameters: 12_866 },
  trial: {
    ...one.trial,
    ...found(118, 74, 96, 103),
    ...{
      gain: 0.25,
      by_fault: { failing: found(62, 51, 55, 58), slow: found(56, 23, 41, 45) },
    },
    roots: { faults: 40, named_by_model: 31, named_by_rule: 22 },
  },
});

// --- sources

function sources(world) {
  const source = (signal, name, state, age) => ({
    ...{
      signal,
      name,
      state,
      first_at: at(world.start - 6 * HOUR),
      last_at: at(world.start - age),
    },
    longest_pause: "15s",
  });
  if (world.scenario === "empty") return { sources: [], stopped: 0 };
  return {
    sources: [
      source("metrics", "shop", "sending", 4000),
      source("logs", "payment", "sending", 900),
      source("spans", "order", "sending", 2000),
      source("logs", "mailer", "stopped", 42 * MINUTE),
    ],
    stopped: 1,
  };
}

// --- noise of pages

function noise(world) {
  const tally = (name, messages, night, budget) => ({
    ...{ name, messages, night, incidents: Math.ceil(messages / 3), acknowledged: 2 },
    ...{ budget, over: messages > budget },
  });
  const empty = world.scenario === "empty";
  return {
    ...{ from: at(world.start - 7 * DAY), to: at(world.start), complete: true },
    people: empty ? [] : [tally("ann", 19, 6, 14), tally("ben", 5, 0, 14)],
    rules: empty
      ? []
      : [
          {
            ...tally("DiskFills", 11, 4, 7),
            fixes: [
              { change: "wait 15 min", messages_less: 8, acknowledged_lost: 0 },
              { change: "page only what is critical", messages_less: 11, acknowledged_lost: 2 },
            ],
          },
          { ...tally("PaymentSlow", 4, 1, 7), fixes: [] },
        ],
  };
}

// --- browsers

function addDevice(world, { person, label = "", subscription }) {
  const device = {
    ...{ id: world.id("push"), person, label, service: new URL(subscription.endpoint).host },
    created_at: at(Date.now()),
  };
  world.devices.push(device);
  return ok(device, 201);
}

// --- files

function incidentParts(world, method, path, query, body) {
  const [, id, what, file] =
    /^\/api\/v1\/incidents\/([^/]+)\/(attachments|updates)(?:\/([^/]+))?$/.exec(path) ?? [];
  const incident = world.incidents.get(id);
  if (!what) return undefined;
  if (!incident) return gone;
  if (what === "updates") {
    const text = `update for stakeholders: ${body.text}`;
    world.row(incident, "comment", "loopback", text, Date.now());
    return ok({ told: 1 });
  }
  const files = world.files.get(id) ?? [];
  world.files.set(id, files);
  if (method === "POST") {
    const added = {
      ...{ id: world.id("at"), name: query.get("name"), content_type: "text/plain" },
      ...{ size: body.length, sha256: "", added_by: "loopback", added_at: at(Date.now()) },
    };
    added.url = `${path}/${added.id}`;
    files.push(added);
    return ok(added, 201);
  }
  if (method === "DELETE") {
    world.files.set(
      id,
      files.filter((one) => one.id !== file),
    );
    return { status: 204 };
  }
  return ok({ attachments: files });
}

// Undefined when the path is another's.
export function answerLearning(world, method, path, query, body) {
  const undone = /^\/api\/v1\/feedback\/changes\/([^/]+)\/undo$/.exec(path)?.[1];
  if (undone) return undoChange(world, undone, body);
  if (method === "DELETE" && path.startsWith("/api/v1/feedback/")) {
    world.marks = world.marks.filter(({ id }) => !path.endsWith(id));
    return ok({});
  }
  if (method === "DELETE" && path.startsWith("/api/v1/push/devices/")) {
    world.devices = world.devices.filter(({ id }) => !path.endsWith(id));
    return { status: 204 };
  }
  switch (`${method} ${path}`) {
    case "GET /api/v1/feedback":
      return ok({ feedback: world.marks });
    case "POST /api/v1/feedback":
      return addMark(world, body);
    case "GET /api/v1/feedback/preview":
      return ok(preview(world));
    case "POST /api/v1/feedback/apply":
      return applyMarks(world, body);
    case "GET /api/v1/feedback/changes":
      return ok({ changes: world.changes });
    case "GET /api/v1/noise-budget":
      return ok(noiseBudget(world));
    case "GET /api/v1/models":
      return ok({ models: models(world) });
    case "GET /api/v1/models/training":
      return ok(world.training);
    case "POST /api/v1/models/training":
      world.training = {
        ...{ state: "running", started_at: at(Date.now()), services: 7, services_done: 2 },
        ...{ service: "payment", detector: "tcn", epoch: 12, epochs_max: 100 },
      };
      return ok(world.training, 202);
    case "GET /api/v1/sources":
      return ok(sources(world));
    case "GET /api/v1/notify/noise":
      return ok(noise(world));
    case "GET /api/v1/rules/unreachable":
      return ok({
        rules: ["green", "empty"].includes(world.scenario)
          ? []
          : [
              {
                ...{ file: "/etc/vedette/shop.yml", group: "queues", name: "QueueStands" },
                reason: "no series has the name queue_length",
              },
            ],
      });
    case "GET /api/v1/push/key":
      // That of RFC 8292's example.
      return ok({
        public_key:
          "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs",
      });
    case "GET /api/v1/push/devices":
      return ok({ devices: world.devices });
    case "POST /api/v1/push/devices":
      return addDevice(world, body);
    default:
      return incidentParts(world, method, path, query, body);
  }
}
