"""The OpenTelemetry SDK for Node.js, unmodified, against Vedette: metrics, logs and traces, in
protobuf and in JSON, with and without gzip. Its packages come from the npm registry, by the lock
file in tests/clients/otel, into build/clients/otel."""

import gzip
import json
import shutil
import subprocess
import time
import unittest

from tests.harness import ROOT, Vedette, wait_for

CLIENT = ROOT / "tests/clients/otel"
INSTALLED = ROOT / "build/clients/otel"


def install():
    """The client with its packages; nothing is fetched when they are there already."""
    INSTALLED.mkdir(parents=True, exist_ok=True)
    lock = INSTALLED / "installed-lock.json"
    for program in CLIENT.glob("*.js"):
        shutil.copy(program, INSTALLED)
    wanted = (CLIENT / "package-lock.json").read_bytes()
    if lock.exists() and lock.read_bytes() == wanted:
        return
    for name in ("package.json", "package-lock.json"):
        shutil.copy(CLIENT / name, INSTALLED)
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=INSTALLED, check=True, timeout=600)
    lock.write_bytes(wanted)


class OpenTelemetry(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        install()
        cls.vedette = Vedette().start()
        cls.addClassCleanup(cls.vedette.__exit__, None)

    def query(self, text):
        answer = self.vedette.get("/api/v1/query", query=text, time=time.time() + 1).json()
        self.assertEqual(answer["status"], "success", answer)
        return answer["data"]["result"]

    def value(self, text):
        result = self.query(text)
        self.assertEqual(len(result), 1, f"{text}: {result}")
        return float(result[0]["value"][1])

    def send(self, *arguments, program="client.js"):
        run = subprocess.run(["node", program, str(self.vedette.port), *arguments],
                             cwd=INSTALLED, capture_output=True, text=True, timeout=300)
        self.assertEqual(run.returncode, 0, run.stderr)
        sent = json.loads(run.stdout.splitlines()[-1])
        self.assertEqual(sent["failed"], [])
        return sent

    def check_metrics(self, service):
        job = f'job="eu/{service}",instance="i-1"'
        self.assertEqual(self.value(f'checkout_requests_total{{{job},http_method="POST"}}'), 7)
        self.assertEqual(self.value(f"queue_length{{{job}}}"), -3)
        self.assertEqual(self.value(f'memory_use_bytes{{{job},service_name="{service}"}}'), 4096)
        self.assertEqual(self.value(f'latency_milliseconds_bucket{{{job},le="50"}}'), 2)
        self.assertEqual(self.value(f'latency_milliseconds_bucket{{{job},le="+Inf"}}'), 3)
        self.assertEqual(self.value(f"latency_milliseconds_sum{{{job}}}"), 721)
        self.assertEqual(self.value(f'target_info{{{job},host_name="otel-host"}}'), 1)
        scope = 'otel_scope_name="shop.meter",otel_scope_version="1.2.3"'
        self.assertEqual(self.value(f"checkout_requests_total{{{job},{scope}}}"), 7)
        self.assertEqual(self.value(f"histogram_count(payload_size_bytes{{{job}}})"), 3)
        self.assertEqual(self.value(f"histogram_sum(payload_size_bytes{{{job}}})"), 721)

    def check_log(self, sent):
        logs = self.vedette.get("/api/v1/logs/query", service=sent["service"]).json()["logs"]
        self.assertEqual(len(logs), 1, logs)
        log = logs[0]
        self.assertEqual(log["message"], "card was declined")
        self.assertEqual(log["level"], "error")
        self.assertEqual(log["trace_id"], sent["traceId"])
        self.assertEqual(log["fields"]["card.kind"], "debit")
        self.assertEqual(log["fields"]["tries"], "3")
        self.assertEqual(log["fields"]["span_id"], sent["spanId"])

    def check_trace(self, sent):
        answer = self.vedette.get(f"/api/v1/traces/{sent['traceId']}")
        self.assertEqual(answer.status, 200, answer.body)
        text = answer.body.decode()
        for part in ("checkout", "charge card", sent["spanId"], "declined", "order.id", "paid"):
            self.assertIn(part, text)

    def check(self, form, compression):
        sent = self.send(form, compression)
        wait_for(lambda: self.query(f'target_info{{job="eu/{sent["service"]}"}}'), 60, "metrics")
        self.check_metrics(sent["service"])
        self.check_log(sent)
        self.check_trace(sent)

    def test_protobuf(self):
        self.check("proto", "none")

    def test_protobuf_with_gzip(self):
        self.check("proto", "gzip")

    def test_json(self):
        self.check("http", "none")

    def test_json_with_gzip(self):
        self.check("http", "gzip")

    def sums(self, service):
        """All series of a service without the label that names it: {labels: value}."""
        found = {}
        for row in self.query(f'{{job="{service}",__name__!="target_info"}}'):
            labels = {n: v for n, v in row["metric"].items() if n not in ("job", "service_name")}
            found[tuple(sorted(labels.items()))] = float(row["value"][1])
        return found

    def test_sums_of_deltas_are_the_cumulative_ones(self):
        for form in ("proto", "http"):
            with self.subTest(form):
                self.send(form, program="temporality.js")
                want = self.sums(f"cumulative-{form}")
                # Three methods, pages and queue; sum, count and three buckets of two methods.
                self.assertEqual(len(want), 15)
                self.assertEqual(self.sums(f"delta-{form}"), want)
                posts = f'checkout_requests_total{{job="delta-{form}",http_method="POST"}}'
                self.assertEqual(self.value(posts), 24)
                self.assertEqual(self.value(f"count_over_time({posts}[10m])"), 3)

    def test_answers_as_the_protocol_says(self):
        post = self.vedette.post
        json_type = {"Content-Type": "application/json"}
        self.assertEqual(post("/v1/logs", b"{}", json_type).body, b"{}")
        broken = post("/api/v1/otlp/v1/metrics", b"{", json_type)
        self.assertEqual((broken.status, broken.json()["code"]), (400, 3))
        self.assertEqual(post("/v1/traces", b"", {"Content-Type": "text/plain"}).status, 415)
        packed = {**json_type, "Content-Encoding": "gzip"}
        self.assertEqual(post("/v1/traces", gzip.compress(b"{}"), packed).status, 200)
        other = {**json_type, "Content-Encoding": "br"}
        self.assertEqual(post("/v1/traces", b"x", other).status, 415)


if __name__ == "__main__":
    unittest.main()
