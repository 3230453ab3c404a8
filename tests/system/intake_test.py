"""What other systems send, as they send it: Telegraf's line protocol, Loki's push, Alertmanager's
webhook, changes, OpsBuddy's records; and targets that relabelling and a list over HTTP decide."""

import gzip
import http.server
import json
import threading
import time
import unittest

from tests.harness import Vedette, wait_for


class Pages(http.server.BaseHTTPRequestHandler):
    """A target with metrics, which also lists itself and another one as targets."""

    def do_GET(self):
        if self.path == "/targets":
            port = self.server.server_address[1]
            body = json.dumps([{"targets": [f"127.0.0.1:{port}", "127.0.0.1:1"],
                                "labels": {"__meta_team": "core"}}]).encode()
            content = "application/json"
        else:
            body = (b'# TYPE jobs counter\njobs_total{queue="a"} 3\n'
                    b'# TYPE noise gauge\nnoise 1\n# EOF\n')
            content = "application/openmetrics-text; version=1.0.0"
        self.send_response(200)
        self.send_header("Content-Type", content)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


SCRAPE = """
scrape_configs:
  - job_name: listed
    scrape_interval: 1s
    http_sd_configs:
      - url: http://127.0.0.1:{port}/targets
    relabel_configs:
      - {{source_labels: [__address__], regex: "127.0.0.1:1", action: drop}}
      - {{source_labels: [__meta_team], target_label: team, replacement: "team-${{1}}"}}
    metric_relabel_configs:
      - {{source_labels: [__name__], regex: noise, action: drop}}
"""


class PushTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.vedette = Vedette().start()

    @classmethod
    def tearDownClass(cls):
        cls.vedette.__exit__(None)

    def test_telegraf_writes_line_protocol(self):
        created = self.vedette.post("/query?q=CREATE+DATABASE+%22telegraf%22")
        self.assertEqual(created.status, 200, created.body)
        now = time.time_ns()
        lines = "".join(
            f"cpu,cpu=cpu{i},host=web-1 usage_idle={90 + i}.5,usage_user={i}i,ok=true,note=\"x\" {now}\n"
            for i in range(4))
        answer = self.vedette.post("/write?db=telegraf&precision=ns", gzip.compress(lines.encode()),
                                   {"Content-Encoding": "gzip", "Content-Type": "text/plain"})
        self.assertEqual(answer.status, 204, answer.body)
        self.assertEqual(set(self.vedette.query('sum(cpu_usage_user{host="web-1"})').values()), {6})
        self.assertEqual(len(self.vedette.query('cpu_ok{db="telegraf"}')), 4)
        answer = self.vedette.post("/api/v2/write?bucket=b&precision=s",
                                   f"mem free=7u {int(time.time())}\nmem free=\n")
        self.assertEqual(answer.status, 400)
        self.assertIn("line 2", answer.json()["message"])
        self.assertEqual(set(self.vedette.query("mem_free").values()), {7})

    def test_promtail_pushes_to_loki(self):
        body = {"streams": [{"stream": {"app": "shop", "level": "error"},
                             "values": [[str(time.time_ns()), "payment failed", {"trace_id": "ab"}]]}]}
        answer = self.vedette.post("/loki/api/v1/push", body)
        self.assertEqual(answer.status, 204, answer.body)
        logs = self.vedette.get("/api/v1/logs/query", service="shop").json()
        self.assertIn("payment failed", json.dumps(logs))

    def test_alertmanager_and_changes(self):
        alert = {"status": "firing", "labels": {"alertname": "Down", "service": "db"},
                 "annotations": {"summary": "db is down"},
                 "startsAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        for _ in range(2):  # a repeated notification is the same event
            answer = self.vedette.post("/api/v1/events/alertmanager",
                                       {"version": "4", "alerts": [alert]})
            self.assertEqual(answer.status, 200, answer.body)
        events = self.vedette.get("/api/v1/events/query", service="db").json()
        self.assertEqual(json.dumps(events).count("db is down\""), 2, events)  # message and data
        answer = self.vedette.post("/api/v1/changes", [{"service": "db", "version": "v2"}, {}])
        self.assertEqual(answer.status, 207, answer.body)
        refused = self.vedette.post("/api/v1/events/cloudwatch",
                                    {"Type": "SubscriptionConfirmation", "SubscribeURL": "http://x"})
        self.assertEqual(refused.status, 403)

    def test_opsbuddy_records(self):
        now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
        logs = [{"timestamp": now, "level": level, "logger": "app", "message": "Upload failed",
                 "service": "file-service", "operation": "upload", "data": {"ms": 10 * i, "k": "v"}}
                for i, level in enumerate(["INFO", "ERROR", "CRITICAL"], 1)]
        posted = self.vedette.post("/api/analytics/logs", logs)
        self.assertEqual((posted.status, posted.json()["logs_processed"]), (200, 3), posted.body)
        found = self.vedette.post("/api/analytics/logs/query",
                                  {"service": "file-service", "level": "CRITICAL"}).json()
        self.assertEqual(found["count"], 1)
        self.assertEqual(found["logs"][0]["numeric_metrics"], {"ms": 30})
        self.assertEqual(found["logs"][0]["service_category"], "storage")
        stats = self.vedette.get("/api/analytics/stats").json()
        self.assertEqual(stats["service_breakdown"]["file-service"]["error_count"], 2)
        rows = self.vedette.post("/api/analytics/analytics/query",
                                 {"metric": "ms", "service": "file-service", "aggregation": "sum"})
        self.assertEqual(sum(row["value"] for row in rows.json()["results"]), 60, rows.body)


class ScrapeTest(unittest.TestCase):
    def test_a_list_over_http_and_relabelling(self):
        pages = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        threading.Thread(target=pages.serve_forever, daemon=True).start()
        try:
            with Vedette(SCRAPE.format(port=pages.server_address[1])) as vedette:
                (labels, value), = wait_for(lambda: vedette.query("jobs_total"), 60, "the target is scraped").items()
                self.assertEqual((dict(labels)["team"], value), ("team-core", 3))
                self.assertEqual(vedette.query("noise"), {})
                kept = wait_for(lambda: vedette.query("scrape_samples_post_metric_relabeling"), 60, "what was kept")
                self.assertEqual(set(kept.values()), {1})
                data = vedette.get("/api/v1/targets").json()["data"]
                self.assertEqual(len(data["activeTargets"]), 1)
                self.assertEqual([t["discoveredLabels"]["__address__"]
                                  for t in data["droppedTargets"]], ["127.0.0.1:1"])
        finally:
            pages.shutdown()
            pages.server_close()


if __name__ == "__main__":
    unittest.main()
