"""Alertmanager's API v2 from outside: amtool, Prometheus, a receiver, and what survives a kill."""

import json
import shutil
import subprocess
import time
import unittest

from tests import harness


@unittest.skipUnless(shutil.which("amtool"), "needs amtool (Debian: prometheus-alertmanager)")
class AlertmanagerTest(unittest.TestCase):
    def setUp(self):
        self.receiver = harness.Receiver()
        self.addCleanup(self.receiver.close)
        self.server = harness.Vedette()
        self.addCleanup(shutil.rmtree, self.server.folder, ignore_errors=True)
        self.addCleanup(lambda: self.server.stop() if self.server.program else None)
        self.configure("")
        self.server.start()

    def configure(self, more):
        self.server.config.write_text(
            f"notify:\n  receivers:\n    - name: hook\n      webhook:"
            f" {{url: \"http://127.0.0.1:{self.receiver.port}/hook\"}}\n{more}")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.port}"

    def pages(self):
        with self.receiver.lock:
            return [json.loads(request["body"]) for request in self.receiver.requests]

    def kinds(self):
        return [page["kind"] for page in self.pages()]

    def ask(self, method, path, body=None):
        answer = harness.request(self.server.port, method, path, body)
        self.assertEqual(answer.status, 200, answer.body)
        return json.loads(answer.body) if answer.body else None

    def amtool(self, *arguments, check=True):
        done = subprocess.run(
            ["amtool", f"--alertmanager.url={self.url}", *arguments], capture_output=True,
            text=True, timeout=harness.PATIENCE, check=False)
        if check:
            self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        return done.stdout

    def post(self, *alerts):
        self.ask("POST", "/api/v2/alerts", list(alerts))

    def test_amtool_adds_and_queries_alerts_and_silences(self):
        self.amtool("alert", "add", "alertname=Slow", "service=payment",
                    "--annotation=summary=p99 is 3 s")
        self.assertIn("Slow", self.amtool("alert", "query"))
        self.assertIn("payment", self.amtool("-o", "extended", "alert", "query", "service=payment"))
        self.assertNotIn("Slow", self.amtool("alert", "query", "service=order"))

        silence = self.amtool("silence", "add", "service=payment", "--comment=known",
                              "--duration=1h", "--author=ann").strip()
        self.assertIn(silence, self.amtool("silence", "query"))
        self.assertNotIn("Slow", self.amtool("alert", "query"))
        self.assertIn("Slow", self.amtool("alert", "query", "--silenced"))
        self.amtool("silence", "update", "--duration=3h", silence)
        self.assertIn(silence, self.amtool("silence", "query", "-q", "service=payment"))
        self.amtool("silence", "expire", silence)
        self.assertNotIn(silence, self.amtool("silence", "query", "-q"))
        self.assertIn(silence, self.amtool("silence", "query", "-q", "--expired"))
        self.assertIn("Slow", self.amtool("alert", "query"))
        self.amtool("config", "show")

    def test_an_alert_is_told_once_and_its_end_too(self):
        alert = {"labels": {"alertname": "Down", "service": "order", "severity": "critical"}}
        for _ in range(5):
            self.post(alert)
        harness.wait_for(lambda: self.kinds() == ["opened"], 60, "a page")
        ends = {"endsAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 1)),
                "startsAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60))}
        self.post({**alert, **ends})
        self.assertEqual(self.ask("GET", "/api/v2/alerts"), [])
        page = self.pages()[0]
        self.assertEqual(page["labels"]["alertname"], "Down")
        self.assertEqual(len(page["alerts"]), 1)

    def test_what_is_silenced_is_not_told_and_survives_a_kill(self):
        silence = self.amtool("silence", "add", "service=payment", "--comment=known").strip()
        self.server.kill()
        self.server.start()
        self.assertIn(silence, self.amtool("silence", "query", "-q"))
        self.post({"labels": {"alertname": "Slow", "service": "payment", "severity": "critical"}})
        self.post({"labels": {"alertname": "Slow", "service": "order", "severity": "critical"}})
        harness.wait_for(lambda: self.pages(), 60, "a page")
        hidden = self.ask("GET", "/api/v2/alerts?active=false")
        self.assertEqual([alert["status"]["silencedBy"] for alert in hidden], [[silence]])
        self.server.kill()
        self.server.start()
        self.assertEqual(len(self.ask("GET", "/api/v2/alerts")), 2)

    def test_groups_wait_and_inhibition_holds_back(self):
        self.server.stop()
        self.configure("  group_by: [alertname]\n  group_wait: 5s\n  group_interval: 2s\n"
                       "  inhibit_rules:\n    - source_matchers: ['alertname=\"Cluster\"']\n"
                       "      target_matchers: ['severity=\"warning\"']\n      equal: [cluster]\n")
        self.server.start()
        pods = [{"labels": {"alertname": "Pod", "pod": str(pod), "cluster": "b"}} for pod in range(20)]
        begun = time.time()
        self.post(*pods[:10])
        self.post(*pods[10:],
                  {"labels": {"alertname": "Cluster", "cluster": "a", "severity": "critical"}},
                  {"labels": {"alertname": "Held", "cluster": "a", "severity": "warning"}})
        harness.wait_for(lambda: len(self.pages()) >= 2, 60, "two pages")
        time.sleep(3)
        self.assertEqual(self.kinds(), ["opened", "opened"])
        self.assertGreater(self.receiver.requests[0]["time"] - begun, 4.5)
        names = sorted(page["group_labels"]["alertname"] for page in self.pages())
        self.assertEqual(names, ["Cluster", "Pod"])
        groups = self.ask("GET", "/api/v2/alerts/groups")
        self.assertEqual(sorted(group["labels"]["alertname"] for group in groups),
                         ["Cluster", "Held", "Pod"])

    @unittest.skipUnless(shutil.which("prometheus"), "needs prometheus")
    def test_a_prometheus_alerts_here(self):
        rules = self.server.folder / "rules.yml"
        with open(rules, "w", encoding="utf-8") as file:
            file.write("groups: [{name: g, interval: 1s, rules: [{alert: Always, expr: vector(1),"
                       " labels: {severity: critical, service: shop}}]}]")
        config = self.server.folder / "prometheus.yml"
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"rule_files: ['{rules}']\nalerting: {{alertmanagers: [{{static_configs:"
                       f" [{{targets: ['{self.url.split('//')[1]}']}}]}}]}}\n")
        port = harness.free_port()
        prometheus = subprocess.Popen(
            ["prometheus", f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}",
             f"--storage.tsdb.path={self.server.folder}/tsdb"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            harness.wait_for(lambda: "opened" in self.kinds(), 90, "a page")
        finally:
            prometheus.terminate()
            prometheus.wait()
        alerts = self.ask("GET", "/api/v2/alerts?filter=alertname%3D%22Always%22")
        self.assertEqual(len(alerts), 1)
        self.assertEqual(alerts[0]["labels"]["service"], "shop")


if __name__ == "__main__":
    unittest.main()
