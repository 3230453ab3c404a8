"""Native histograms and exemplars on their way from a client library's protobuf page: scraped by
Debian's Prometheus and sent by remote write, and scraped by Vedette itself. Both are the same."""

import http.server
import shutil
import struct
import threading
import time
import unittest

from tests.harness import Program, Vedette, free_port, varint, wait_for

TYPE = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 1) + struct.pack("<d", value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def label(name, value):
    return field(1, field(1, name) + field(2, value))


def page(rounds):
    """A histogram of schema 0 with 2, 3 and 1 times `rounds` observations, and a counter."""
    exemplar = label("trace_id", f"t{rounds}") + field(2, 1.5) + field(3, field(1, int(time.time())))
    deltas = b"".join(varint(d << 1 if d >= 0 else (-d << 1) - 1) for d in
                      (2 * rounds, rounds, -2 * rounds))
    histogram = (field(1, 6 * rounds) + field(2, 7.5 * rounds) + field(5, 0) + field(6, 0.001) +
                 field(12, field(1, 0) + field(2, 3)) + field(13, deltas) +
                 field(3, field(1, 6 * rounds) + field(2, 4.0) + field(3, exemplar)))
    metric = label("route", "/pay") + field(7, histogram)
    family = field(1, "latency_seconds") + field(2, "How long.") + field(3, 4) + field(4, metric)
    counter = field(4, field(3, field(1, float(rounds))))
    return b"".join(varint(len(f)) + f for f in
                    (family, field(1, "rounds_total") + field(3, 0) + counter))


class Target(http.server.BaseHTTPRequestHandler):
    started = time.time()

    def do_GET(self):
        body = page(int(time.time() - self.started) + 1)
        if "application/vnd.google.protobuf" not in self.headers.get("Accept", ""):
            self.send_error(406)
            return
        self.send_response(200)
        self.send_header("Content-Type", TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@unittest.skipUnless(shutil.which("prometheus"), "Debian's prometheus is not installed")
class NativeHistograms(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.target = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Target)
        threading.Thread(target=cls.target.serve_forever, daemon=True).start()
        address = f"127.0.0.1:{cls.target.server_address[1]}"
        cls.vedette = Vedette(f"""
scrape_configs:
  - job_name: direct
    scrape_interval: 1s
    scrape_native_histograms: true
    static_configs: [{{targets: ["{address}"]}}]
""")
        folder, port = cls.vedette.folder, free_port()
        (folder / "prometheus.yml").write_text(f"""
global: {{scrape_interval: 1s, scrape_timeout: 900ms}}
scrape_configs:
  - job_name: sent
    static_configs: [{{targets: ["{address}"]}}]
remote_write:
  - url: http://127.0.0.1:{cls.vedette.port}/api/v1/write
    send_exemplars: true
    send_native_histograms: true
    queue_config: {{batch_send_deadline: 500ms}}
    metadata_config: {{send_interval: 1s}}
""")
        cls.vedette.start()
        cls.program = Program(
            ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/tsdb",
             f"--web.listen-address=127.0.0.1:{port}",
             "--enable-feature=native-histograms,exemplar-storage"], folder, "prometheus")

    @classmethod
    def tearDownClass(cls):
        cls.program.kill()
        cls.target.shutdown()
        cls.target.server_close()
        cls.vedette.__exit__(None)

    def value(self, expression):
        """Once there is one: a scrape that took too long leaves a gap."""
        rows = wait_for(lambda: self.vedette.query(expression, time.time()), 60,
                        f"{expression}: {self.program.output()[-1500:]}")
        return list(rows.values())[0]

    def test_both_ways_give_the_same_histogram(self):
        for job in ("direct", "sent"):
            with self.subTest(job):
                selector = f'latency_seconds{{job="{job}"}}'
                self.assertAlmostEqual(self.value(f"histogram_avg({selector})"), 7.5 / 6, places=9)
                self.assertAlmostEqual(self.value(f"histogram_fraction(0, 1, {selector})"), 2 / 6, places=9)
                rate = f"histogram_quantile(0.9, rate({selector}[10s]))"
                wait_for(lambda: self.value(rate) > 1, 60, f"the quantile of {job}")
                self.assertEqual(self.vedette.query(f'latency_seconds_bucket{{job="{job}"}}', time.time()), {})

    def test_exemplars_and_metadata_come_along(self):
        def exemplars(job):
            answer = self.vedette.get("/api/v1/query_exemplars", query=f'latency_seconds{{job="{job}"}}',
                                      start=time.time() - 60, end=time.time() + 60).json()
            return [e for row in answer["data"] for e in row["exemplars"]]
        for job in ("direct", "sent"):
            with self.subTest(job):
                found = wait_for(lambda: exemplars(job), 60, f"exemplars of {job}")
                self.assertTrue(found[0]["labels"]["trace_id"].startswith("t"))
        found = wait_for(lambda: self.vedette.get("/api/v1/metadata").json()["data"].get("latency_seconds"), 60,
                         "metadata")
        self.assertEqual(found[0], {"type": "histogram", "help": "How long.", "unit": ""})
        targets = wait_for(
            lambda: self.vedette.get("/api/v1/targets/metadata", metric="latency_seconds").json().get("data"), 60,
            "metadata of the target")
        self.assertEqual(targets[0]["type"], "histogram")


if __name__ == "__main__":
    unittest.main()
