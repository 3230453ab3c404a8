// What the mock server says of itself: metrics, cardinality, slow queries, targets, rules, settings.
import { SERVICES } from "./data.mjs";

const at = (ms) => new Date(ms).toISOString();

// Counters that grow, so that there are rates.
function exposition(world) {
  const seconds = (Date.now() - world.start) / 1000 + 600;
  const rows = {
    vedette_http_requests_total: seconds * 3,
    vedette_http_requests_refused_total: 0,
    vedette_streams_open: 1,
    vedette_storage_free_bytes: 62e9,
    vedette_storage_full: 0,
    vedette_series_samples_total: seconds * 1240,
    vedette_series_head_bytes: 4.1e6,
    vedette_series_log_bytes_total: seconds * 9000,
    vedette_ingest_samples_total: seconds * 1240,
    'vedette_ingest_samples_refused_total{reason="out_of_order"}': 0,
    'vedette_ingest_samples_refused_total{reason="too_new"}': 12,
    'vedette_ingest_records_total{kind="log"}': seconds * 21,
    'vedette_ingest_records_total{kind="event"}': 40,
    'vedette_ingest_records_total{kind="change"}': 3,
    'vedette_ingest_records_total{kind="span"}': seconds * 8,
    vedette_queries_running: 1,
    vedette_query_slow_total: 1,
    vedette_detect_series: 3208,
    vedette_detect_anomalies_open: 5,
    vedette_incidents_open: 3,
    vedette_pages_ordered_total: 2,
    vedette_pages_failed_total: 1,
    vedette_rule_groups: 2,
    vedette_alerts_firing: 1,
    vedette_scrape_targets: 2,
  };
  const lines = Object.entries(rows).map(([name, value]) => `${name} ${value}`);
  return `# HELP vedette_queries_running Queries\n${lines.join("\n")}\n`;
}

function cardinality(world) {
  const rows = (entries) => Object.entries(entries).map(([name, value]) => ({ name, value }));
  const name = world.name;
  return {
    tenant: "default",
    series: 3208,
    labels: 12,
    labelPairs: 410,
    seriesByMetric: rows({ [`${name}http_request_duration_seconds_bucket`]: 1470, up: 21 }),
    seriesByLabel: rows({ service: 3208 }),
    valuesByLabel: rows({ instance: 21, service: 7 }),
    bytesByLabel: rows({ instance: 4213, service: 57 }),
    seriesByPair: rows({ "job=shop": 3208, "service=payment": 590 }),
  };
}

function targets(world) {
  const target = (host, health, lastError) => ({
    discoveredLabels: {},
    labels: { job: "shop", instance: host },
    scrapePool: "shop",
    scrapeUrl: `http://${host}/metrics`,
    globalUrl: `http://${host}/metrics`,
    lastError: world.name + lastError,
    lastScrape: at(world.start - 4000),
    lastScrapeDuration: 0.0042,
    health,
    scrapeInterval: "15s",
    scrapeTimeout: "10s",
  });
  return {
    activeTargets: [
      target("10.0.0.7:9100", "up", ""),
      target("10.0.0.8:9100", "down", "connection refused"),
    ],
    droppedTargets: [],
    droppedTargetCounts: {},
  };
}

function rules(world) {
  const last = { evaluationTime: 0.002, lastEvaluation: at(world.start - 6000) };
  const alert = (service) => ({
    labels: { alertname: "HighLatency", service: world.name + service, severity: "critical" },
    annotations: { summary: "slow" },
    state: "firing",
    activeAt: at(world.start - 400_000),
    value: "9.4e-01",
  });
  const shop = [
    {
      type: "recording",
      name: "service:http_requests:rate5m",
      query: "sum by (service) (rate(http_requests_total[5m]))",
      health: "ok",
    },
    {
      type: "alerting",
      onIngest: true,
      name: `${world.name}HighLatency`,
      query: "http_request_duration_p95_ms > 300",
      health: "ok",
      state: "firing",
      duration: 60,
      labels: { severity: "critical" },
      annotations: { summary: "p95 of {{ $labels.service }} is high" },
      alerts: [alert("payment"), alert("order")],
    },
  ];
  const odd = [
    {
      type: "recording",
      name: "odd:twice",
      query: "up * on (job) up",
      health: "err",
      lastError: "many-to-many matching not allowed",
    },
  ];
  const group = (name, file, list) => ({
    name,
    file: `/etc/vedette/${file}`,
    interval: 15,
    ...last,
    rules: list.map((rule) => ({ ...last, ...rule })),
  });
  return { groups: [group("shop", "shop.yml", shop), group("odd", "odd.yml", odd)] };
}

function dayNumbers(world) {
  const names = world.scenario === "empty" ? [] : SERVICES;
  const counts = (index) => ({
    total_logs: 1400 + index * 31,
    error_count: 20 + index * 9,
    warning_count: 44,
    info_count: 1336 + index * 22,
    debug_count: 0,
  });
  const rows = names.map((name, index) => [world.name + name, counts(index)]);
  const total = (field) => rows.reduce((sum, [, row]) => sum + row[field], 0);
  const lines = total("total_logs");
  return {
    total_logs_24h: lines,
    error_count_24h: total("error_count"),
    error_rate_24h: lines ? (total("error_count") / lines) * 100 : 0,
    service_breakdown: Object.fromEntries(rows),
  };
}

const SLOW = {
  thresholdSeconds: 1,
  queries: [
    {
      query: 'sum by (pod) (rate(http_requests_total{path=~".*"}[30d]))',
      kind: "range",
      tenant: "default",
      endedAt: "2026-11-21T10:00:00.000Z",
      seconds: 4.2,
      samplesRead: 48_000_000,
      samplesPeak: 900_000,
      bytesPeak: 41_000_000,
      error: "query timed out",
    },
  ],
};

// The answer to a path about the server itself, or undefined. Text for /metrics.
export function answerSystem(world, path) {
  const success = (data) => ({ status: "success", data });
  const empty = world.scenario === "empty";
  switch (path) {
    case "/metrics":
      return exposition(world);
    case "/healthz":
      return { status: "ok" };
    case "/readyz":
      return { status: "ready" };
    case "/api/v1/cardinality":
    case "/api/v1/status/tsdb":
      return success(cardinality(world));
    case "/api/v1/status/slow_queries":
      return success(empty ? { ...SLOW, queries: [] } : SLOW);
    case "/api/v1/status/runtimeinfo":
      return success({
        startTime: at(world.start - 600_000),
        lastConfigTime: at(world.start - 600_000),
        hostname: "mock",
        CWD: "/var/lib/vedette",
        GOMAXPROCS: 2,
        storageRetention: "2160h",
      });
    case "/api/v1/status/flags":
      return success({ "auth.mode": "loopback-open", data_dir: "/var/lib/vedette", listen: "x" });
    case "/api/v1/targets":
      return success(empty ? { activeTargets: [], droppedTargets: [] } : targets(world));
    case "/api/analytics/health":
      return { status: "healthy", database: "connected" };
    case "/api/analytics/collector/status":
      return { status: "running", is_running: true };
    case "/api/analytics/stats":
      return dayNumbers(world);
    case "/api/v1/rules":
      return success(empty ? { groups: [] } : rules(world));
    case "/api/v1/format_query":
      return success("up == 0");
    default:
      return undefined;
  }
}
