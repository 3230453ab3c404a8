import { expect, test } from "vitest";
import { builtIn } from "./built_in";
import { fillQuery, fillTitle, unknownVariables } from "./dashboard";
import { importGrafana } from "./grafana";

test("variables are filled in, and cannot break out of their quotes", () => {
  const query = `up{service=~"$service",job="\${job:regex}"}`;
  expect(fillQuery(query, { service: undefined, job: 'a"b' })).toBe(
    'up{service=~".*",job="a\\"b"}',
  );
  expect(fillQuery("rate(x[$__rate_interval]) $other", {})).toBe("rate(x[5m]) $other");
  expect(fillTitle("Rate of $service, $job", { service: undefined })).toBe("Rate of all, $job");
  expect(unknownVariables("$a $b $a $__interval", ["b"])).toEqual(["a"]);
});

test("of each panel the first way is taken whose metric is there", () => {
  const metrics = new Set(["http_requests_total", "up"]);
  const service = builtIn("service", metrics);
  expect(service?.panels.map(({ title }) => title)).toEqual([
    "Requests per second",
    "Share of requests that fail",
    "Targets that answer",
  ]);
  expect(builtIn("host", metrics)).toBeNull();
});

test("a dashboard of Grafana's comes over as far as it goes, and the rest is told", () => {
  const panel = (more: object) => ({ type: "timeseries", title: "P", ...more });
  const imported = importGrafana({
    title: "Shop",
    templating: {
      list: [
        { type: "query", name: "service", query: { query: "label_values(up, service)" } },
        { type: "interval", name: "step" },
        { type: "custom", name: "job", current: { value: "shop" } },
        { type: "datasource", name: "source" },
      ],
    },
    panels: [
      panel({
        targets: [{ expr: 'up{job="$job",zone="$zone"}' }, { expr: "hidden", hide: true }],
        fieldConfig: { defaults: { unit: "percentunit" } },
        gridPos: { w: 24 },
      }),
      { type: "row", panels: [panel({ title: "Two", targets: [{ expr: "a" }, { expr: "b" }] })] },
      panel({ title: "Logs", type: "logs" }),
      panel({ title: "Loki", targets: [{ query: "{}" }] }),
      panel({ title: "Lines", datasource: { type: "loki" }, targets: [{ expr: '{app="x"}' }] }),
    ],
  });
  expect(imported?.dashboard.panels.map(({ title }) => title)).toEqual(["P", "Two: 1", "Two: 2"]);
  expect(imported?.dashboard.panels[0]).toEqual({
    title: "P",
    query: 'up{job="shop",zone="$zone"}',
    unit: "percent",
    wide: true,
  });
  expect(imported?.dashboard.variables).toEqual([{ name: "service", label: "service" }]);
  expect(imported?.left).toEqual([
    "variable step: only label_values(...) is read",
    "variable job: it stays “shop”",
    "Logs: panels of the kind “logs” are not drawn",
    "Loki: it asks no PromQL",
    "Lines: it asks no PromQL",
    "P: it asks for $zone",
  ]);
  expect(importGrafana({ title: "none" })).toBeNull();
});
