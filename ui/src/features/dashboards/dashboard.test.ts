import { expect, test } from "vitest";
import { builtIn } from "./built_in";
import { decodeDashboard, encodeDashboard, fillQuery, readDashboard } from "./dashboard";
import { importGrafana } from "./grafana";

const DASHBOARD = {
  title: "Zähler",
  variables: [{ name: "service", label: "service" }],
  panels: [{ title: "Up", query: 'up{service=~"$service"}' }],
};

test("a link holds all of a dashboard", () => {
  const word = encodeDashboard(DASHBOARD);
  expect(word).toMatch(/^[\w-]+$/);
  expect(decodeDashboard(word)).toEqual(DASHBOARD);
  expect(decodeDashboard("nothing")).toBeNull();
});

test("what is no dashboard is refused, what is too much left out", () => {
  expect(readDashboard({ panels: [] })).toBeNull();
  expect(readDashboard("x")).toBeNull();
  const panels = Array.from({ length: 99 }, () => ({ title: 1, query: "up" }));
  expect(readDashboard({ panels })?.panels).toHaveLength(40);
});

test("variables are filled in, and cannot break out of their quotes", () => {
  const query = `up{service=~"$service",job="\${job:regex}"}`;
  expect(fillQuery(query, { service: undefined, job: 'a"b' })).toBe(
    'up{service=~".*",job="a\\"b"}',
  );
  expect(fillQuery("rate(x[$__rate_interval]) $other", {})).toBe("rate(x[5m]) $other");
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
      ],
    },
    panels: [
      panel({ targets: [{ expr: "up" }, { expr: "hidden", hide: true }] }),
      { type: "row", panels: [panel({ title: "Two", targets: [{ expr: "a" }, { expr: "b" }] })] },
      panel({ title: "Logs", type: "logs" }),
      panel({ title: "Loki", targets: [{ query: "{}" }] }),
    ],
  });
  expect(imported?.dashboard.panels.map(({ title }) => title)).toEqual(["P", "Two: 1", "Two: 2"]);
  expect(imported?.dashboard.variables).toEqual([{ name: "service", label: "service" }]);
  expect(imported?.left).toEqual([
    "variable step: only label_values(...) is read",
    "Logs: panels of the kind “logs” are not drawn",
    "Loki: it asks no PromQL",
  ]);
  expect(importGrafana({ title: "none" })).toBeNull();
});
