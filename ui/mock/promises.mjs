// Objectives, heartbeats, senders and comparisons for the mock server.

const MINUTE = 60_000;
const at = (ms) => new Date(ms).toISOString();
// biome-ignore lint/suspicious/noThenProperty: the server calls the time before so
const both = (now, before) => ({ now, then: before });
const ok = (body) => ({ status: 200, body });

function slos(world) {
  if (world.scenario === "empty") return [];
  const budget = (service, state, remaining, burn) => ({
    ...{ labels: { service }, state, error_ratio: 0.001 * (1 - remaining), spent: 1 - remaining },
    ...{ remaining, lasts_for: state === "ok" ? null : "6h" },
    burn_rates: [{ window: "5m", rate: burn }],
  });
  return [
    {
      ...{ name: "checkout answers", description: "Orders that go through", objective: 99.9 },
      ...{ window: "30d", file: "shop.yml", labels: {}, query: "job:bad:ratio_5m" },
      alerts: [{ severity: "critical", factor: 14.4, long: "1h", short: "5m" }],
      budgets: [budget("payment", "critical", -0.12, 31), budget("order", "ok", 0.84, 0.3)],
    },
  ];
}

function heartbeats(world) {
  const now = Date.now();
  const beat = (name, state, age) => ({
    ...{ name, state, interval: "1d", grace: "1h", severity: "critical" },
    description: "runbook: https://wiki.example.org/backup",
    ...{ last_at: age ? at(now - age) : null, due_at: at(now + MINUTE), beats: age ? 12 : 0 },
    ...{ message: "", source: age ? "cron" : "" },
  });
  const parts = ["engine", "outbox", "receivers", "intake", "detection", "rules"];
  return {
    heartbeats:
      world.scenario === "empty"
        ? []
        : [beat("backup", "alive", 90 * MINUTE), beat("billing", "missing", 3000 * MINUTE)],
    sent: [],
    self: {
      healthy: true,
      parts: parts.map((name) => ({ name, ok: true, since: null, text: "" })),
    },
  };
}

const SENDERS = ["Datadog", "Grafana", "Sentry"].map((title) => ({
  ...{ name: title.toLowerCase(), title, path: `/api/v1/intake/${title.toLowerCase()}` },
  setup: `Add a **webhook** in ${title}:\n\n- Its address is the one above.\n- Its key goes into a header.`,
  example: '{"alert": "disk full", "host": "db-1"}',
}));

const preview = {
  alerts: [
    {
      ...{ state: "firing", key: "k", link: "", starts_at: at(0), ends_at: at(0) },
      labels: { alertname: "disk full", host: "db-1" },
      annotations: { summary: "The disk of db-1 is full" },
    },
  ],
  ignored: [],
};

function comparison(world) {
  const end = world.start;
  const week = 7 * 1440 * MINUTE;
  const summary = {
    ...{ id: "cr_1", name: "weekly", ran_at: at(end), reference: at(end), findings: 1 },
  };
  const window = (to) => ({ from: at(to - 60 * MINUTE), to: at(to) });
  const report = {
    ...{ name: "weekly", ...both(window(end), window(end - week)), step: "1m", notes: [] },
    findings: [
      {
        ...{ group: "requests", row: "payment", what: "5xx", kind: "increase" },
        text: "payment: 5xx rose from 12 to 96, a limit of 20 %",
        ...{ ...both(96, 12), limit: 20, query: "http_requests_total" },
      },
    ],
    tables: [
      {
        ...{ group: "requests", kind: "requests", query: "q", unit: "requests", error: "" },
        rows: [
          {
            name: "payment",
            values: { "2xx": both(9120, 9004), "5xx": both(96, 12) },
            ...{ most_in_a_row: {}, members_now: [], members_then: [] },
          },
        ],
      },
    ],
  };
  return { summary, report };
}

// Null when the path is another's.
export function answerPromises(world, method, path) {
  const { summary, report } = comparison(world);
  switch (`${method} ${path}`) {
    case "GET /api/v1/slos":
      return ok({ slos: slos(world) });
    case "GET /api/v1/heartbeats":
      return ok(heartbeats(world));
    case "GET /api/v1/intake":
      return ok({ senders: SENDERS });
    case "POST /api/v1/intake/datadog/preview":
      return ok(preview);
    case "GET /api/v1/comparisons": {
      const plan = { name: "weekly", window: "1h", offset: "7d", step: "1m", next_run_at: null };
      const last_run = world.scenario === "empty" ? null : summary;
      return ok({ comparisons: [{ ...plan, last_run }] });
    }
    case "GET /api/v1/comparisons/weekly/runs":
      return ok({ runs: [summary] });
    case "GET /api/v1/comparisons/weekly":
    case "POST /api/v1/comparisons/weekly/run":
      return ok({ ...summary, report });
    default:
      return null;
  }
}
