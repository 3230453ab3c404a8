// Shapes that Grafana's files have: new and old schemas, sources as objects and names, rows.
import { expect, test } from "vitest";
import nodeExporter from "./fixtures/node_exporter.json";
import oldRows from "./fixtures/old_rows.json";
import serviceRed from "./fixtures/service_red.json";
import { importGrafana } from "./grafana";

const panelsOf = (value: unknown) => importGrafana(value)?.dashboard.panels ?? [];

test("a dashboard of machines: rows, gauges, a table, choices that depend on choices", () => {
  const imported = importGrafana(nodeExporter);
  expect(imported?.dashboard.variables).toEqual([
    { name: "job", label: "job" },
    { name: "node", label: "instance" },
  ]);
  expect(imported?.dashboard.panels.map(({ title, unit, kind }) => [title, unit, kind])).toEqual([
    ["CPU Busy", "percent100", undefined],
    ["Uptime", "seconds", undefined],
    ["Pressure: CPU", "percent", undefined],
    ["Pressure: Mem", "percent", undefined],
    ["Disk R/W Data", "B/s", undefined],
    ["Filesystems", "bytes", "table"],
  ]);
  expect(imported?.left).toEqual([
    "variable diskdevices: it stays “[a-z]+|nvme[0-9]+n[0-9]+”",
    "Filesystems: its transformations are not made",
    "Panel: panels of the kind “text” are not drawn",
  ]);
});

test("what a variable is compared with is a pattern, for all of its values are one", () => {
  const queries = panelsOf(nodeExporter).map(({ query }) => query);
  expect(queries[0]).toContain('mode="idle", instance=~"$node"}[$__rate_interval]');
  expect(queries[1]).toMatch(/instance=~"\$node",job=~"\$job"/);
  expect(queries[4]).toContain('device=~"[a-z]+|nvme[0-9]+n[0-9]+"');
  expect(panelsOf(serviceRed)[0]?.query).toContain('{service=~"$service",code!="$code"}[5m]');
});

test("heat maps of buckets come over; what is repeated, and what is not metrics, is told", () => {
  const imported = importGrafana(serviceRed);
  expect(imported?.dashboard.panels.map(({ title }) => title)).toEqual([
    "Rate of $service",
    "Latency",
    "Made of a gauge",
    "Mixed",
  ]);
  expect(imported?.dashboard.panels[1]).toEqual({
    ...{ title: "Latency", kind: "heatmap", unit: "seconds", wide: true },
    query:
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana's
      'sum by (le) (increase(http_request_duration_seconds_bucket{service=~"${service}"}[$__rate_interval]))',
  });
  expect(imported?.dashboard.panels[3]?.query).toBe('up{pod="$pod"}');
  expect(imported?.left).toEqual([
    "variable window: it stays “5m”",
    "variable pod: only label_values(...) is read",
    "Rate of $service: it is not repeated for each service",
    "Made of a gauge: it counts its own buckets; its lines are drawn instead",
    "Lines of logs: it asks no PromQL",
    "Rate of $service: it asks for $code",
    "Mixed: it asks for $pod",
  ]);
});

test("an old file holds its panels in rows", () => {
  const imported = importGrafana(oldRows);
  expect(imported?.dashboard.panels.map(({ title, kind, unit }) => [title, kind, unit])).toEqual([
    ["Load", undefined, undefined],
    ["Latency", "heatmap", "seconds"],
    ["Up", undefined, undefined],
    ["Targets", "table", undefined],
  ]);
  expect(imported?.left).toEqual([
    "More: panels of the kind “dashlist” are not drawn",
    "row Latency: it is not repeated for each host",
  ]);
});
