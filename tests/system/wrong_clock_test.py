"""Samples as senders should not send them: from a clock that is ahead, infinite, no numbers. Limits, absence and rules on
ingest see what a query would: one wrong sample blinds none of them and makes none of them lie."""

import math
import time
import unittest

from tests.harness import REMOTE_WRITE_HEADERS, Vedette, remote_write, wait_for

SETTINGS = """
rule_files: [rules.yml]
evaluation_interval: 1h
ingest: {out_of_order_window: 0s}
rules:
  thresholds:
    - {name: limit, selector: load, above: {critical: 5}}
    - {name: speed, selector: jobs_done, below: {warning: 5}, rate: true}
  absence:
    - {name: gone, selector: load, after: 4s}
"""
RULES = """
groups:
  - name: load
    rules:
      - {alert: High, expr: load > 5, labels: {severity: critical}}
"""
AHEAD_S = 590


class WrongClock(unittest.TestCase):
    def setUp(self):
        self.vedette = Vedette(SETTINGS)
        self.addCleanup(lambda: self.vedette.__exit__(None))
        (self.vedette.folder / "rules.yml").write_text(RULES)
        self.vedette.start()
        time.sleep(3)  # the shards know what time it is

    def send(self, values, ahead_s=0):
        """One sample of each series, named by its host; the answer's status."""
        t_ms = int((time.time() + ahead_s) * 1000)
        body = remote_write([({"__name__": name, "service": host}, [(t_ms, value)])
                             for (name, host), value in values.items()])
        return self.vedette.post("/api/v1/write", body, REMOTE_WRITE_HEADERS).status

    def found(self, detector, state=None):
        listed = self.vedette.get("/api/v1/anomalies", limit=1000).json()["anomalies"]
        return {a["entity"]: a for a in listed if a["detector"] == detector and state in (None, a["state"])}

    def test_a_sample_from_ahead_blinds_nothing(self):
        calm = {("load", "a"): 1, ("load", "b"): 1}
        done = 0
        for _ in range(4):
            done += 10
            self.assertEqual(self.send({**calm, ("jobs_done", "a"): done}) // 100, 2)
            time.sleep(0.5)
        self.assertEqual(self.send({("load", "a"): 1, ("jobs_done", "a"): done + 10}, AHEAD_S) // 100, 2)
        for _ in range(14):  # longer than it takes to be gone
            done += 10
            self.assertEqual(self.send({**calm, ("jobs_done", "a"): done}) // 100, 2, "what is on time is stored")
            time.sleep(0.5)
        for detector in ("limit", "speed", "gone", "High"):
            self.assertEqual(self.found(detector), {}, detector)

        begin = time.time()
        self.assertEqual(self.send({("load", "a"): 9, ("load", "b"): 9}) // 100, 2)
        for detector in ("limit", "High"):
            there = wait_for(lambda: len(self.found(detector)) == 2 and self.found(detector), 30, detector)
            self.assertEqual(sorted(there), ["a", "b"])
        self.assertLess(time.time() - begin, 25, "they were not polled")
        wait_for(lambda: len(self.found("gone")) == 2, 60, "what stopped is gone")
        ahead = {a["started_at"] for a in self.found("gone").values()}
        self.assertTrue(all(at < time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 1)) for at in ahead), ahead)
        self.send({("load", "a"): 1, ("load", "b"): 1})
        wait_for(lambda: len(self.found("gone", "closed")) == 2, 30, "what comes again is not gone")

    def test_a_value_from_ahead_counts_as_of_now(self):
        for _ in range(3):
            self.send({("load", "a"): 1})
            time.sleep(0.5)
        self.send({("load", "a"): 9}, AHEAD_S)
        limit = wait_for(lambda: self.found("limit"), 30, "the limit")["a"]
        self.assertLess(limit["started_at"], time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 2)))
        self.assertEqual(self.found("High"), {}, "a query does not see it yet")

    def test_infinities_are_values_and_no_number_is_none(self):
        self.send({("load", host): 1 for host in "abc"})
        time.sleep(0.1)
        self.send({("load", "a"): math.inf, ("load", "b"): math.nan, ("load", "c"): -math.inf})
        for detector in ("limit", "High"):
            self.assertEqual(list(wait_for(lambda: self.found(detector), 30, detector)), ["a"])
        limit = self.found("limit")["a"]
        self.assertIn("is +Inf, the limit is 5", limit["summary"])
        self.assertIsNone(limit["observed"], "JSON has no infinity")
        evidence = self.vedette.get(f"/api/v1/evidence/{limit['evidence_id']}", again="true")
        self.assertEqual(evidence.status, 200, evidence.body)
        self.assertEqual(evidence.json()["query"], 'load{service="a"}')
        incidents = self.vedette.get("/api/v1/incidents").json()["incidents"]
        self.assertTrue(incidents and all("inf" not in i["title"] for i in incidents), incidents)


if __name__ == "__main__":
    unittest.main()
