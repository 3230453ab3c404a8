import { expect, test } from "vitest";
import type { IncidentSummary } from "../../api/types";
import { facetsOf, groupAlerts, holdWords, incidentsOf, nameOf, severityOf } from "./group";
import type { Alert } from "./queries";

let count = 0;
function alert(labels: Record<string, string>, more: Partial<Alert> = {}): Alert {
  count += 1;
  return {
    fingerprint: `f${count}`,
    labels,
    annotations: {},
    startsAt: `2026-11-21T12:00:0${count % 10}Z`,
    updatedAt: "",
    generatorURL: "",
    receivers: [],
    status: { state: "active", silencedBy: [], inhibitedBy: [] },
    vedette: { anomaly_id: `an_${count}`, incident_id: "in_1" },
    ...more,
  };
}

const silenced: Partial<Alert> = {
  status: { state: "suppressed", silencedBy: ["s1"], inhibitedBy: [] },
};

test("groups come in the order of their worst alert, what is silenced last", () => {
  const alerts = [
    alert({ service: "user", severity: "critical" }, silenced),
    alert({ service: "order", severity: "warning" }),
    alert({ service: "payment", severity: "critical" }),
    alert({ service: "order", severity: "critical" }, silenced),
  ];
  const groups = groupAlerts(alerts, "service");
  expect(groups.map(({ key }) => key)).toEqual(["payment", "order", "user"]);
  expect(groups[1]?.alerts).toHaveLength(2);
});

test("an incident's alerts are one group, those of none another", () => {
  const none = { vedette: { anomaly_id: "an", incident_id: "" } };
  const groups = groupAlerts([alert({}), alert({}), alert({}, none)], "incident");
  expect(groups.map(({ key, alerts }) => [key, alerts.length])).toEqual(
    expect.arrayContaining([
      ["in_1", 2],
      ["", 1],
    ]),
  );
});

test("facets are the commonest values", () => {
  const facets = facetsOf(
    [alert({ service: "a" }), alert({ service: "b" }), alert({ service: "b" })],
    1,
  );
  expect(facets).toEqual([{ label: "service", values: [["b", 2]] }]);
});

test("an alert without a severity is a warning, and says why nobody hears of it", () => {
  expect(severityOf(alert({}))).toBe("warning");
  expect(holdWords(alert({}, silenced))).toBe("Silenced");
  expect(holdWords(alert({}))).toBe("Active");
});

test("what its labels do not name is called and graded as the anomaly it was made of", () => {
  const anomaly = { detector: "release verdict", severity: "critical" } as Alert["anomaly"];
  const one = alert({ service: "payment", version: "v2" }, { anomaly });
  expect([nameOf(one), severityOf(one)]).toEqual(["release verdict", "critical"]);
  expect(groupAlerts([one], "alertname")[0]?.key).toBe("release verdict");
  expect(severityOf(alert({ severity: "info" }, { anomaly }))).toBe("info");
});

test("several alerts of one incident have one incident", () => {
  const incidents = ["in_1", "in_2"].map((id) => ({ id }) as IncidentSummary);
  expect(incidentsOf([alert({}), alert({})], incidents).map(({ id }) => id)).toEqual(["in_1"]);
});
