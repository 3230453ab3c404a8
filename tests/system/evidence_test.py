"""The evidence of anomalies, whoever found them, asked again gives the numbers of the anomaly."""

import datetime
import json
import time
import unittest

from tests.harness import REMOTE_WRITE_HEADERS, Vedette, remote_write, wait_for

SETTINGS = """
rule_files: [rules.yml]
evaluation_interval: 1s
storage: {retention: 0s}
ingest: {out_of_order_window: unlimited}
rules:
  thresholds:
    - {name: rate, selector: audited_ops, above: {warning: 5}, rate: true}
    - {name: counter, selector: failures_total, above: {warning: 100}}
    - {name: gauge, selector: disk_used_ratio, above: {critical: 0.9}}
  absence:
    - {name: gone, selector: lost_total, after: 10s}
"""
RULES = """
groups:
  - name: load
    interval: 1s
    rules: [{alert: HighLoad, expr: load > 10, keep_firing_for: 1h}]
log_bursts:
  - {name: Burst, window: 10m, baseline: 20m, min_count: 3, interval: 1s}
new_log_patterns:
  - {name: NewKind, window: 10m, known_for: 10m, interval: 1s}
contracts:
  - {name: HasRows, logs: import, then: rows > 0, window: 10m, interval: 1s}
"""


def iso(time_s):
    return datetime.datetime.fromtimestamp(time_s, datetime.timezone.utc).isoformat()


class Evidence(unittest.TestCase):
    def setUp(self):
        vedette = self.vedette = Vedette(SETTINGS)
        self.addCleanup(lambda: vedette.__exit__(None))
        (vedette.folder / "rules.yml").write_text(RULES)
        vedette.start()
        self.now = time.time()

    def write(self, name, values, every=10, **labels):
        now_ms = int(self.now * 1000)
        samples = [(now_ms - (len(values) - 1 - i) * every * 1000, value) for i, value in enumerate(values)]
        answer = self.vedette.post("/api/v1/write", remote_write([({"__name__": name, **labels}, samples)]),
                                   REMOTE_WRITE_HEADERS)
        self.assertEqual(answer.status // 100, 2, answer.body)

    def lines(self, *lines, service="pay", ago=5):
        body = [{"time": iso(self.now - ago), "service": service, "level": "error", **line} for line in lines]
        answer = self.vedette.post("/api/v1/logs", body)
        self.assertEqual(answer.status // 100, 2, answer.body)

    def found(self, detector, **labels):
        def look():
            listed = self.vedette.get("/api/v1/anomalies", limit=1000).json()["anomalies"]
            return [a for a in listed if a["detector"] == detector
                    and all(a["labels"].get(name) == value for name, value in labels.items())]
        return wait_for(look, 60, f"{detector} {labels} is an anomaly")[0]

    def asked(self, anomaly):
        """The stored result, after it was found to be the same again."""
        answer = self.vedette.get(f"/api/v1/evidence/{anomaly['evidence_id']}", again="true")
        self.assertEqual(answer.status, 200, (anomaly, answer.body))
        evidence = answer.json()
        self.assertIsNone(evidence["again"]["error"], evidence)
        self.assertIs(evidence["again"]["same"], True, (anomaly["detector"], json.dumps(evidence)))
        return evidence

    def test_thresholds_show_what_they_compared(self):
        self.write("audited_ops", [1000, 1020, 1040, 1140])
        self.write("failures_total", [10, 20, 130], service="pay")
        self.write("disk_used_ratio", [0.5, 0.95])
        self.write("lost_total", [1, 2, 3], every=1)
        for detector, values in (("rate", [2, 2, 10]), ("counter", [10, 20, 130]), ("gauge", [0.5, 0.95])):
            anomaly = self.found(detector)
            observed = self.asked(anomaly)["result"]["observed"]
            self.assertEqual([value for _, value in observed], values, detector)
            self.assertEqual(anomaly["observed"], values[-1], detector)
        gone = self.asked(self.found("gone"))["result"]
        self.assertEqual([value for _, value in gone["observed"]], [1, 2, 3])
        self.assertEqual(gone["expected"], {"low": None, "high": None})

    def test_alerts_show_the_value_of_their_own_series(self):
        for service, value in (("pay", 20), ("ship", 30)):
            self.write("load", [value], service=service)
        for service, value in (("pay", 20), ("ship", 30)):
            anomaly = self.found("HighLoad", service=service)
            self.assertEqual(self.asked(anomaly)["result"]["observed"][0][1], value)
            self.assertEqual(anomaly["observed"], value)

    def test_rules_over_log_lines_show_how_many_there_were(self):
        self.lines({"message": "all as ever"}, ago=1500)
        self.lines(*({"message": f"disk {i} is broken"} for i in range(4)))
        self.lines(*({"message": "of another service"} for _ in range(9)), service="ship")
        self.lines({"message": "import done", "fields": {"rows": "0"}}, service="load")
        for detector in ("Burst", "NewKind"):
            anomaly = self.found(detector, service="pay")
            evidence = self.asked(anomaly)
            self.assertEqual(evidence["language"], "logs")
            self.assertEqual(evidence["result"]["result"][0]["values"][0][1], "4", evidence)
            self.assertEqual(anomaly["observed"], 4)
            self.assertEqual(len(evidence["result"]["examples"]), 4)
            drawn = self.vedette.query(evidence["result"]["recorded"], at=evidence["to"])
            self.assertEqual(list(drawn.values()), [4], evidence)
            counted = self.vedette.get("/api/v1/logs/query", query=evidence["query"],
                                       **{"from": evidence["from"], "to": evidence["to"]}).json()["stats"]
            self.assertEqual(counted["series"][0]["total"], 4)
        contract = self.found("HasRows", service="load")
        self.assertEqual(self.asked(contract)["result"]["observed"][0][1], 1)

    def test_event_rules_show_the_event_with_what_failed_and_was_decided(self):
        posted = self.vedette.post("/api/v1/monitoring/events", {
            "source": "billing", "event_type": "run", "data": {"status": "success", "result": None}}).json()
        anomaly = self.found("event rules")
        evidence = self.asked(anomaly)
        self.assertEqual((evidence["language"], evidence["query"]), ("events", posted["event_id"]))
        self.assertEqual(evidence["result"], posted)
        self.assertEqual(posted["monitoring_result"]["severity_score"], anomaly["observed"])


if __name__ == "__main__":
    unittest.main()
