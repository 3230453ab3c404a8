// The parts of the server: how each is, in a word and some facts, and the request that tests it.

import { formatBytes, formatNumber, plural } from "../../kit/format";
import type { Tone } from "../../kit/state_mark";
import type { SelfMetrics } from "./exposition";

export interface ComponentState {
  tone: Extract<Tone, "normal" | "warning" | "critical">;
  word: string;
  facts: string[];
}

export interface Component {
  id: string;
  name: string;
  probe: string; // GET; its answer is shown as it came
  // `receivers`: that are configured; null: not known
  state: (metrics: SelfMetrics, receivers: number | null) => ComponentState;
}

const well = (...facts: string[]): ComponentState => ({ tone: "normal", word: "Working", facts });
const bad = (word: string, ...facts: string[]): ComponentState => ({
  tone: "critical",
  word,
  facts,
});
const odd = (word: string, ...facts: string[]): ComponentState => ({
  tone: "warning",
  word,
  facts,
});

const count = (value: number, noun: string, many?: string) => plural(Math.round(value), noun, many);
const perSecond = (rate: number | null, noun: string) =>
  rate === null ? `${noun}: measuring` : `${formatNumber(rate)} ${noun}/s`;

export const COMPONENTS: Component[] = [
  {
    id: "server",
    name: "HTTP server",
    probe: "/readyz",
    state: (m) => {
      const refused = m.value("vedette_http_requests_refused_total");
      const facts = [
        perSecond(m.rate("vedette_http_requests_total"), "requests"),
        count(m.value("vedette_streams_open"), "open stream"),
      ];
      return refused > 0
        ? odd("Was overloaded", `${count(refused, "request")} refused`, ...facts)
        : well(...facts);
    },
  },
  {
    id: "disk",
    name: "Disk",
    probe: "/api/v1/status/runtimeinfo",
    state: (m) => {
      const free = `${formatBytes(m.value("vedette_storage_free_bytes"))} free`;
      if (m.value("vedette_storage_writes_stopped") > 0) return bad("Takes no writes", free);
      if (m.value("vedette_storage_full") > 0) return bad("Full", free, "telemetry is refused");
      const aside =
        m.value("vedette_storage_quarantined_files") +
        m.value("vedette_storage_quarantined_states");
      return aside > 0 ? odd("Was damaged", `${count(aside, "file")} set aside`, free) : well(free);
    },
  },
  {
    id: "metrics",
    name: "Metrics store",
    probe: "/api/v1/status/tsdb?limit=1",
    state: (m) => {
      const failed =
        m.value("vedette_series_append_errors_total") +
        m.value("vedette_series_write_errors_total");
      const facts = [
        perSecond(m.rate("vedette_series_samples_total"), "samples"),
        `${formatBytes(m.value("vedette_series_head_bytes"))} of open chunks`,
      ];
      return failed > 0
        ? odd("Had write errors", count(failed, "error"), ...facts)
        : well(...facts);
    },
  },
  {
    id: "records",
    name: "Records store",
    probe: "/api/v1/logs/query?limit=1",
    state: (m) => {
      const facts = [
        perSecond(m.rate("vedette_ingest_records_total"), "records"),
        count(m.value("vedette_log_patterns"), "pattern"),
      ];
      if (m.value("vedette_records_seal_failing") > 0)
        return bad("Blocks cannot be written", ...facts);
      const damaged = m.value("vedette_records_damaged_total");
      return damaged > 0 ? odd("Met damage", count(damaged, "record"), ...facts) : well(...facts);
    },
  },
  {
    id: "queries",
    name: "Query engine",
    probe: "/api/v1/query?query=vector(1)",
    state: (m) => {
      const facts = [
        `${m.value("vedette_queries_running")} running, ${m.value("vedette_queries_waiting")} waiting`,
        count(m.value("vedette_query_slow_total"), "slow query", "slow queries"),
      ];
      return m.value("vedette_queries_waiting") > 8
        ? odd("Queries wait", ...facts)
        : well(...facts);
    },
  },
  {
    id: "detection",
    name: "Detection",
    probe: "/api/v1/anomalies?limit=1",
    state: (m) => {
      const lost = m.value("vedette_detect_reports_lost_total");
      const facts = [
        `${count(m.value("vedette_detect_series"), "series", "series")} watched`,
        `${count(m.value("vedette_detect_anomalies_open"), "open anomaly", "open anomalies")}`,
      ];
      return lost > 0 ? bad("Lost reports", count(lost, "report"), ...facts) : well(...facts);
    },
  },
  {
    id: "incidents",
    name: "Incident engine",
    probe: "/api/v1/incidents?limit=1&view=summary",
    state: (m) => {
      const facts = [
        `${count(m.value("vedette_incidents_open"), "incident")} not resolved`,
        `${count(m.value("vedette_engine_failed_commits_total"), "commit")} tried again`,
      ];
      return m.value("vedette_engine_stalled") > 0
        ? bad("Cannot commit", ...facts)
        : well(...facts);
    },
  },
  {
    id: "paging",
    name: "Paging",
    probe: "/api/v1/ledger?limit=1",
    state: (m, receivers) => {
      if (receivers === 0) return odd("Tells nobody", "no receiver is configured");
      const failed = m.value("vedette_pages_failed_total");
      const facts = [
        `${count(m.value("vedette_pages_ordered_total"), "page")} decided`,
        `${count(m.value("vedette_pages_delivered_total"), "page")} delivered`,
      ];
      return failed > 0 ? odd("Pages failed", count(failed, "page"), ...facts) : well(...facts);
    },
  },
  {
    id: "rules",
    name: "Rules",
    probe: "/api/v1/rules?group_limit=1",
    state: (m) => {
      const failed = m.value("vedette_rule_evaluation_failures_total");
      const missed = m.value("vedette_rule_group_iterations_missed_total");
      const facts = [
        count(m.value("vedette_rule_groups"), "group"),
        `${count(m.value("vedette_alerts_firing"), "alert")} firing`,
      ];
      if (failed > 0) return odd("Had failures", count(failed, "failure"), ...facts);
      return missed > 0
        ? odd("Too slow", `${count(missed, "turn")} left out`, ...facts)
        : well(...facts);
    },
  },
  {
    id: "scraping",
    name: "Scraping",
    probe: "/api/v1/targets?state=active",
    state: (m) => {
      const failing = m.rate("vedette_scrape_failures_total") ?? 0;
      const facts = [
        count(m.value("vedette_scrape_targets"), "target"),
        `${count(m.value("vedette_scrape_failures_total"), "failure")} so far`,
      ];
      return failing > 0 ? odd("Targets fail", ...facts) : well(...facts);
    },
  },
];
