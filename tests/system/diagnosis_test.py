"""Diagnosis from outside: a system with a planted fault goes in by remote write, spans and changes; the
incident's first hypothesis names the service, and each claim's evidence shows the numbers of the claim."""

import datetime
import json
import math
import random
import statistics
import time
import unittest

from tests.harness import REMOTE_WRITE_HEADERS, Vedette, remote_write, wait_for

STEP = 15
HISTORY = 90 * 60  # seconds before the fault
FAULT = 8 * 60     # seconds since
# Who calls whom: the front door on the left, databases on the right.
CALLS = [("gateway", "checkout"), ("gateway", "catalog"), ("checkout", "payment"), ("checkout", "stock"),
         ("payment", "payment-db"), ("catalog", "catalog-db")]
SERVICES = sorted({name for call in CALLS for name in call})
OWN_MS = {"gateway": 8, "checkout": 12, "catalog": 10, "payment": 15, "stock": 9, "payment-db": 6, "catalog-db": 5}
REGIONS = ("eu", "us")


class Plant:
    """Counters and gauges of seven services; from `fault_at` on one of them takes `slow` times as long."""

    def __init__(self, start, seed=1, fault_at=None, culprit="payment-db", slow=12):
        self.time, self.random = start, random.Random(seed)
        self.fault_at, self.culprit, self.slow = fault_at, culprit, slow
        self.counters = {}

    def latency(self, service):
        own = OWN_MS[service] * math.exp(0.05 * self.random.gauss(0, 1))
        if service == self.culprit and self.broken():
            own *= self.slow
        return own + sum(self.latency(callee) for caller, callee in CALLS if caller == service)

    def broken(self):
        return self.fault_at is not None and self.time >= self.fault_at

    def add(self, name, labels, value):
        key = (name, tuple(sorted(labels.items())))
        self.counters[key] = self.counters.get(key, 0) + value
        return self.counters[key]

    def row(self):
        """{labels: value} of one moment."""
        samples = {}
        for service in SERVICES:
            rate = 40 * math.exp(0.03 * self.random.gauss(0, 1))
            latency = self.latency(service)
            for region in REGIONS:
                count = rate * STEP / 2
                failing = service == "gateway" and region == "eu" and self.broken()
                failed = count * (0.2 if failing else 0.002)
                for code, number in (("200", count - failed), ("500", failed)):
                    labels = {"service": service, "region": region, "code": code}
                    samples[("http_requests_total", *labels.items())] = self.add("http_requests_total", labels, number)
            labels = {"service": service}
            samples[("http_request_duration_seconds_sum", *labels.items())] = self.add("sum", labels, rate * STEP * latency / 1000)
            samples[("http_request_duration_seconds_count", *labels.items())] = self.add("count", labels, rate * STEP)
            samples[("process_cpu_usage", *labels.items())] = 0.4 + 0.02 * self.random.gauss(0, 1)
        self.time += STEP
        return samples


def spans(start, count):
    """OTLP JSON of `count` requests that go through all calls."""
    by_service = {}
    for i in range(count):
        trace, begin = f"{i + 1:032x}", int((start + i * 10) * 1e9)
        ids = {service: f"{i * 100 + n + 1:016x}" for n, service in enumerate(SERVICES)}
        parents = {callee: ids[caller] for caller, callee in CALLS}
        for service in SERVICES:
            by_service.setdefault(service, []).append({
                "traceId": trace, "spanId": ids[service], "parentSpanId": parents.get(service, ""), "name": "handle",
                "kind": 2, "startTimeUnixNano": str(begin), "endTimeUnixNano": str(begin + 20_000_000)})
    return {"resourceSpans": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]},
        "scopeSpans": [{"spans": list_of}]} for service, list_of in by_service.items()]}


class Diagnosis(unittest.TestCase):
    def send(self, vedette, plant, until):
        while plant.time < until:
            series = {}
            for _ in range(100):
                if plant.time >= until:
                    break
                at = plant.time
                for (name, *labels), value in plant.row().items():
                    series.setdefault((name, *labels), []).append((at * 1000, value))
            body = remote_write([({"__name__": name, **dict(labels)}, samples) for (name, *labels), samples in series.items()])
            self.assertEqual(vedette.post("/api/v1/write", body, REMOTE_WRITE_HEADERS).status // 100, 2)

    def diagnosed(self, vedette, accept, seconds=120):
        """The incident and its diagnosis, once one is accepted."""
        def look():
            for incident in vedette.get("/api/v1/incidents").json()["incidents"]:
                diagnosis = vedette.get(f"/api/v1/incidents/{incident['id']}/diagnosis").json()
                if diagnosis["status"] != "pending" and accept(incident, diagnosis):
                    return incident, diagnosis
            return None
        return wait_for(look, seconds, "a diagnosis", 0.5)

    def check_claim(self, vedette, claim):
        answer = vedette.get(f"/api/v1/evidence/{claim['evidence_id']}", again="true")
        self.assertEqual(answer.status, 200, claim)
        evidence = answer.json()
        self.assertTrue(evidence["again"]["same"], (claim, json.dumps(evidence)[:2000]))
        if evidence["language"] == "edges":
            self.assertIn(str(evidence["result"]["calls"]), claim["text"])
            return
        if evidence["language"] == "changes":
            self.assertEqual(evidence["result"]["id"], claim["subject"])
            return
        reading = evidence["result"]["reading"]
        for name in ("before", "after", "deviation"):
            self.assertEqual(reading[name], claim[name], claim)
        # By hand: the same question over Prometheus' API, and the median of its incident's rows.
        asked = vedette.get("/api/v1/query_range", query=evidence["query"], start=evidence["from"], end=evidence["to"],
                            step=evidence["step_seconds"]).json()["data"]["result"]
        self.assertEqual(len(asked), 1, claim)
        begin, end = (self.seconds(reading[name]) for name in ("from", "to"))
        rows = [float(value) for at, value in asked[0]["values"] if begin <= at < end]
        self.assertAlmostEqual(statistics.median(rows), claim["after"], delta=1e-9 * abs(claim["after"]))

    def seconds(self, text):
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()

    def start_plant(self, vedette, now, **plant):
        fault_at = now - FAULT
        start = fault_at - HISTORY
        plant = Plant(start, fault_at=fault_at, **plant)
        self.assertEqual(vedette.post("/v1/traces", spans(fault_at - 600, 60)).status, 200)
        changes = [{"id": f"ch-{service}", "service": service, "kind": "deployment", "version": "v2", "title": f"{service} v2",
                    "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(fault_at - before))}
                   for service, before in (("catalog", 90), ("gateway", 45))]
        self.assertEqual(vedette.post("/api/v1/changes", changes).status // 100, 2)
        self.send(vedette, plant, fault_at)
        return plant

    def test_names_the_slow_database_and_not_the_change_before_it(self):
        with Vedette() as vedette:
            now = int(time.time()) // STEP * STEP
            plant = self.start_plant(vedette, now)
            self.send(vedette, plant, now)
            incident, diagnosis = self.diagnosed(
                vedette, lambda _, d: d["hypotheses"] and d["hypotheses"][0]["entity"] == "payment-db")
            first = diagnosis["hypotheses"][0]
            self.assertIn(diagnosis["status"], ("confirmed", "likely"), diagnosis)
            self.assertEqual(first["status"], diagnosis["status"])
            self.assertLess(abs(self.seconds(diagnosis["onset"]) - (now - FAULT)), 120, diagnosis["onset"])
            for hypothesis in diagnosis["hypotheses"]:
                self.assertTrue(hypothesis["claims"], hypothesis)
                for claim in hypothesis["claims"]:
                    self.check_claim(vedette, claim)
            self.check_changes(vedette, incident)
            self.check_impact(vedette, incident, now)
            self.check_verdicts(vedette, incident)

    def check_changes(self, vedette, incident):
        changes = vedette.get(f"/api/v1/incidents/{incident['id']}/changes").json()["changes"]
        self.assertEqual({change["id"] for change in changes}, {"ch-catalog", "ch-gateway"})
        for change in changes:
            self.assertNotEqual(change["opinion"], "suspect", change)

    def check_impact(self, vedette, incident, now):
        impact = vedette.get(f"/api/v1/incidents/{incident['id']}/impact").json()
        self.assertEqual(impact["status"], "ready")
        roles = {entity["entity"]: entity["role"] for entity in impact["entities"]}
        self.assertEqual(roles.get("payment-db"), "origin", impact["entities"])
        for entity in impact["entities"]:
            self.assertLess(abs(self.seconds(entity["first_seen"]) - (now - FAULT)), 180, entity)
            self.assertEqual(vedette.get(f"/api/v1/evidence/{entity['evidence_id']}").status, 200)
        line = next(line for line in impact["report"] if (line["entity"], line["kind"]) == ("payment-db", "latency"))
        self.assertAlmostEqual(line["percent"], 100 * (line["during"] - line["normal"]) / line["normal"], 6)
        self.assertGreater(line["percent"], 500)
        reading = vedette.get(f"/api/v1/evidence/{line['evidence_id']}").json()["result"]["reading"]
        self.assertEqual((reading["before"], reading["after"]), (line["normal"], line["during"]))
        self.assertEqual(impact["requests"]["entity"], "gateway", impact["requests"])
        share = impact["requests"]["failed"] / impact["requests"]["total"]
        self.assertAlmostEqual(share, 0.101, delta=0.03)  # a fifth of one region of two
        worst = impact["differences"][0]
        self.assertEqual((worst["entity"], worst["dimension"], worst["value"]), ("gateway", "region", "eu"))
        self.assertGreater(worst["inside"], 0.95)

    def check_verdicts(self, vedette, incident):
        path = f"/api/v1/incidents/{incident['id']}/diagnosis/verdicts"
        self.assertEqual(vedette.post(path, {"verdict": "perhaps"}).json()["error"]["field"], "verdict")
        said = vedette.post(path, {"verdict": "agree", "why": "the disk was full", "by": "ada"})
        self.assertEqual(said.status, 200, said.body)
        self.assertEqual(said.json()["verdicts"][0]["by"], "ada")
        score = vedette.get("/api/v1/diagnosis/score").json()
        self.assertEqual((score["judged"], score["right"], score["top_1"]), (1, 1, 1))
        vedette.post(path, {"verdict": "wrong", "cause": "nobody-knows", "by": "ada"})
        score = vedette.get("/api/v1/diagnosis/score").json()
        self.assertEqual((score["judged"], score["right"], score["top_3"]), (1, 0, 0))

    def test_says_unknown_where_nothing_is_to_blame(self):
        with Vedette() as vedette:
            now = int(time.time()) // STEP * STEP
            plant = self.start_plant(vedette, now, slow=1, culprit="nobody")
            plant.fault_at = None
            self.send(vedette, plant, now)
            alert = {"labels": {"alertname": "CustomersComplain", "service": "gateway", "severity": "critical"},
                     "startsAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 240))}
            self.assertEqual(vedette.post("/api/v2/alerts", [alert]).status, 200)
            _, diagnosis = self.diagnosed(vedette, lambda incident, _: "CustomersComplain" in json.dumps(incident))
            self.assertEqual(diagnosis["status"], "unknown", diagnosis)
            self.assertTrue(diagnosis["summary"].startswith("Unknown"), diagnosis["summary"])
            for hypothesis in diagnosis["hypotheses"]:
                self.assertIn(hypothesis["status"], ("inconclusive", "ruled_out"))


if __name__ == "__main__":
    unittest.main()
