"""Release verdicts from outside: two versions' counters by remote write, a posted deployment, the verdict by
API, by `vedette judge`, by Flagger's webhook; and a scheduled comparison run by hand."""

import random
import subprocess
import time
import unittest

from tests.harness import PATIENCE, REMOTE_WRITE_HEADERS, Vedette, remote_write, wait_for

SETTINGS = "ingest: {out_of_order_window: unlimited}\nstorage: {retention: 0s}\n"
STEP = 30  # seconds between two samples
BEFORE, SINCE = 7200, 900  # seconds of the old version alone, and of both


class Counters:
    """The cumulative counters of one process of a version."""

    def __init__(self, service, version, seed):
        self.labels = {"service": service, "version": version, "pod": f"{service}-{version}"}
        self.random = random.Random(seed)
        self.ok = self.failed = 0
        self.samples = {"200": [], "500": []}

    def serve(self, begin, end, a_second, errors):
        for at in range(int(begin), int(end) + 1, STEP):
            requests = int(a_second * STEP)
            failed = sum(self.random.random() < errors for _ in range(requests))
            self.ok, self.failed = self.ok + requests - failed, self.failed + failed
            self.samples["200"].append((at * 1000, float(self.ok)))
            if self.failed:
                self.samples["500"].append((at * 1000, float(self.failed)))
        return self

    def series(self):
        return [({"__name__": "http_requests_total", "code": code, **self.labels}, samples)
                for code, samples in self.samples.items() if samples]


class Releases(unittest.TestCase):
    def setUp(self):
        self.vedette = self.enterContext(Vedette(SETTINGS))
        self.released = int(time.time()) - SINCE

    def send(self, *counters):
        series = [one for each in counters for one in each.series()]
        answer = self.vedette.post("/api/v1/write", remote_write(series), REMOTE_WRITE_HEADERS)
        self.assertEqual(answer.status // 100, 2, answer.body)

    def release(self, service, new_errors, a_second):
        """Two versions of a service, the second since the release; returns the judged release."""
        now = self.released + SINCE
        self.send(Counters(service, "v1", 1).serve(now - BEFORE - SINCE, now, 10, 0.005),
                  Counters(service, "v2", 2).serve(self.released, now, a_second, new_errors))
        posted = self.vedette.post("/api/v1/changes", {
            "service": service, "kind": "deployment", "version": "v2", "title": f"{service} v2",
            "time": self.released * 1000})
        self.assertEqual(posted.status, 200, posted.body)
        answer = self.vedette.get("/api/v1/judge", service=service, version="v2")
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()

    def judge(self, *arguments):
        return subprocess.run(
            [self.vedette.binary, "judge", "--url", f"http://127.0.0.1:{self.vedette.port}", *arguments],
            capture_output=True, text=True, timeout=PATIENCE)

    def test_a_doubled_share_of_errors_is_bad_with_evidence_and_an_incident(self):
        release = self.release("checkout", 0.012, 10)
        self.assertEqual(release["verdict"], "bad", release["summary"])
        self.assertEqual(release["previous_version"], "v1")
        errors = next(c for c in release["judgement"]["checks"] if c["signal"] == "errors")
        self.assertEqual(errors["outcome"], "worse")
        self.assertGreater(errors["e_value"], errors["threshold"])
        self.assertEqual([side["name"] for side in errors["sides"][:2]], ["release", "old_version"])
        side = errors["sides"][0]
        evidence = self.vedette.get(f"/api/v1/evidence/{side['evidence_id']}")
        self.assertEqual(evidence.status, 200, evidence.body)
        self.assertEqual(evidence.json()["query"], side["query"])
        self.assertEqual(evidence.json()["result"]["bad"], side["bad"])

        asked = self.judge("--service", "checkout", "--version", "v2")
        self.assertEqual(asked.returncode, 1, asked.stdout + asked.stderr)
        self.assertIn("bad: checkout v2", asked.stdout)
        self.assertIn(release["summary"], asked.stdout)

        incidents = wait_for(lambda: self.vedette.get("/api/v1/incidents").json()["incidents"], 60, "an incident")
        self.assertIn("checkout", incidents[0]["entities"])
        listed = self.vedette.get("/api/v1/releases", verdict="bad").json()["releases"]
        self.assertEqual([r["id"] for r in listed], [release["id"]])

        for gate, status in (("rollout", 409), ("confirm-promotion", 409), ("rollback", 200)):
            answer = self.vedette.post("/api/v1/judge/flagger", {
                "name": "checkout", "namespace": "shop", "phase": "Progressing",
                "metadata": {"version": "v2", "gate": gate}})
            self.assertEqual(answer.status, status, (gate, answer.body))

        self.vedette.program.kill()
        self.vedette.start()
        self.assertEqual(self.judge("--service", "checkout").returncode, 1)

    def test_flagger_asks_of_the_canarys_namespace(self):
        self.release("checkout", 0.012, 10)
        answer = self.vedette.post("/api/v1/changes", {
            "service": "checkout", "version": "v3", "labels": {"namespace": "shop-staging"}})
        self.assertEqual(answer.status, 200, answer.body)
        for space, status in (("shop-staging", 200), ("shop", 409)):
            answer = self.vedette.post("/api/v1/judge/flagger",
                                       {"name": "checkout", "namespace": space, "metadata": {"gate": "rollout"}})
            self.assertEqual(answer.status, status, (space, answer.body))

    def test_each_number_has_evidence_that_shows_it_and_can_be_asked_for_again(self):
        now, week = self.released + SINCE, 7 * 86400
        for ago in (1, 2):
            earlier = Counters("checkout", "v0", 10 + ago)
            earlier.labels["pod"] = f"week-{ago}"
            self.send(earlier.serve(now - BEFORE - SINCE - ago * week, now - ago * week, 10, 0.004))
        for other in ("mail", "search", "user"):
            self.send(Counters(other, "v1", len(other)).serve(now - BEFORE - SINCE, now, 5, 0.01))

        release = self.release("checkout", 0.012, 10)

        sides = {side["name"]: side for check in release["judgement"]["checks"] for side in check["sides"]}
        self.assertLessEqual({"release", "old_version", "old_version_beside", "previous_weeks",
                              "previous_weeks_before", "other_services"}, set(sides))
        for name, side in sides.items():
            evidence = self.vedette.get("/api/v1/evidence/" + side["evidence_id"], again="true").json()
            with self.subTest(name):
                self.assertEqual([evidence["result"][key] for key in ("total", "bad", "value")],
                                 [side["total"], side["bad"], side["value"]])
                self.assertTrue(evidence["result"]["result"], "no rows")
                self.assertIs(evidence["again"]["same"], True, evidence["again"])

    def test_an_equal_version_is_good(self):
        release = self.release("cart", 0.005, 10)
        self.assertEqual(release["verdict"], "good", release["summary"])
        asked = self.judge("--service", "cart", "--version", "v2", "--json")
        self.assertEqual(asked.returncode, 0, asked.stdout + asked.stderr)

    def test_thin_traffic_says_how_much_more_it_needs(self):
        release = self.release("mail", 0.005, 0.1)
        self.assertEqual(release["verdict"], "not_enough_traffic")
        self.assertRegex(release["summary"], r"needs about [0-9,]+ more requests")
        self.assertEqual(self.judge("--service", "mail", "--version", "v2").returncode, 2)

    def test_what_is_not_known_is_no_data(self):
        self.assertEqual(self.judge("--service", "nobody", "--version", "v1").returncode, 3)
        self.assertEqual(self.vedette.get("/api/v1/judge").status, 400)

    def test_a_comparison_with_last_week_finds_errors_from_zero(self):
        now = int(time.time())
        week = 7 * 86400
        self.send(Counters("pay", "v1", 3).serve(now - week - 3600, now - week, 10, 0))
        self.send(Counters("pay", "v1", 4).serve(now - 3600, now, 10, 0.01))
        answer = self.vedette.post("/api/v1/comparisons/weekly/run")
        self.assertEqual(answer.status, 200, answer.body)
        report = answer.json()["report"]
        found = [f for f in report["findings"] if f["row"] == "pay" and f["what"] == "5xx"]
        self.assertIn("unseen", [f["kind"] for f in found], report["findings"])
        listed = self.vedette.get("/api/v1/comparisons").json()["comparisons"]
        self.assertEqual(listed[0]["last_run"]["id"], answer.json()["id"])


if __name__ == "__main__":
    unittest.main()
