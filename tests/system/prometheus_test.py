"""Against the real thing: Debian's Prometheus writes to Vedette, Vedette scrapes Debian's node
exporter, and both give the same answers; a CPU burner leads to a page and its end to a resolution."""

import math
import multiprocessing
import re
import shutil
import time
import unittest
import urllib.parse

from tests.harness import Program, Receiver, Vedette, free_port, request, wait_for

# Everything that this release evaluates, on series of different kinds.
QUERIES = [
    "up",
    "node_load1",
    'node_cpu_seconds_total{mode="idle"}',
    'node_cpu_seconds_total{mode!="idle",cpu="0"}',
    'node_cpu_seconds_total{mode=~"user|system"}',
    'node_network_receive_bytes_total{device!~"veth.*"}',
    "rate(node_cpu_seconds_total[20s])",
    "increase(node_cpu_seconds_total[15s])",
    "sum(rate(node_cpu_seconds_total[20s]))",
    "sum by (mode) (rate(node_cpu_seconds_total[20s]))",
    "avg by (cpu) (node_cpu_seconds_total)",
    "min by (mode) (node_cpu_seconds_total)",
    "max without (cpu) (node_cpu_seconds_total)",
    "count by (mode) (node_cpu_seconds_total)",
    "node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes",
    "100 * (1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)",
    "node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.999",
    "node_memory_MemFree_bytes > bool 1e6",
    "-node_load1 + 2 ^ 3 % 5",
    "sum by (device) (rate(node_disk_written_bytes_total[30s])) * 8",
    "node_load1 offset 5s",
    "rate(process_cpu_seconds_total[10s] offset 3s)",
]
# Gauges that never change between two scrapes would hide a wrong step: these do change.
RANGE_QUERIES = ["node_load1", "node_cpu_seconds_total", "rate(node_cpu_seconds_total[20s])",
                 "sum by (mode) (increase(node_cpu_seconds_total[15s]))",
                 "rate(node_vmstat_pgfault[20s])", "increase(node_context_switches_total[10s])",
                 "avg by (job) (node_memory_MemAvailable_bytes)"]


def close(a, b):
    return (math.isnan(a) and math.isnan(b)) or a == b or \
        abs(a - b) <= 1e-9 * max(abs(a), abs(b))


def rows(data):
    """{labels: [(time, value)]} of a vector or matrix."""
    return {frozenset(row["metric"].items()):
            [(float(t), float(v)) for t, v in row.get("values") or [row["value"]]]
            for row in data["result"]}


# More than there are processors, so that the load tells of them too.
BURNERS = 4
BURNER_SERIES = ("node_cpu_", "node_load1", "node_pressure_cpu_", "node_schedstat_")


def burn(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


@unittest.skipUnless(shutil.which("prometheus") and shutil.which("prometheus-node-exporter"),
                     "Debian's prometheus and prometheus-node-exporter are not installed")
class RealPrometheus(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.receiver = Receiver()
        cls.node_port, cls.prometheus_port = free_port(), free_port()
        cls.vedette = Vedette(f"""
scrape_configs:
  - job_name: direct
    scrape_interval: 1s
    static_configs:
      - targets: ["127.0.0.1:{cls.node_port}"]
detection:
  warm_up: 35s
  warm_up_points: 25
  open_after: 5s
  critical_after: 8s
  close_after: 10s
incidents:
  page_severity: warning
  resolve_after: 5s
  reopen_window: 1s
notify:
  receivers:
    - name: test
      webhook: {{url: "{cls.receiver.url}"}}
""")
        folder = cls.vedette.folder
        (folder / "prometheus.yml").write_text(f"""
global: {{scrape_interval: 1s, scrape_timeout: 900ms}}
scrape_configs:
  - job_name: node
    static_configs: [{{targets: ["127.0.0.1:{cls.node_port}"]}}]
remote_write:
  - url: http://127.0.0.1:{cls.vedette.port}/api/v1/write
    queue_config: {{batch_send_deadline: 500ms}}
""")
        cls.programs = [Program(["prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{cls.node_port}"],
                                folder, "node")]
        cls.vedette.start()
        cls.programs.append(Program(
            ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/tsdb",
             f"--web.listen-address=127.0.0.1:{cls.prometheus_port}"], folder, "prometheus"))
        cls.started = time.time()

    @classmethod
    def tearDownClass(cls):
        for program in cls.programs:
            program.kill()
        cls.receiver.close()
        cls.vedette.__exit__(None)

    def ask(self, port, path, **parameters):
        answer = request(port, "GET", path + "?" + urllib.parse.urlencode(parameters))
        self.assertEqual(answer.status, 200, answer.body[:500])
        return rows(answer.json()["data"])

    def off_grid(self, before):
        """A time `before` seconds ago, as far from any scrape as one can be."""
        stamp = self.ask(self.prometheus_port, "/api/v1/query",
                         query='timestamp(up{job="node"})')
        fraction = list(stamp.values())[0][0][1] % 1
        return math.floor(time.time() - before) + (fraction + 0.5) % 1

    def compare(self, path, expression, **times):
        ours = self.ask(self.vedette.port, path, query=expression, **times)
        theirs = self.ask(self.prometheus_port, path, query=expression, **times)
        self.assertEqual(set(ours), set(theirs), expression)
        self.assertTrue(theirs, f"{expression}: nothing to compare")
        for labels, points in theirs.items():
            self.assertEqual([t for t, _ in ours[labels]], [t for t, _ in points], expression)
            for (t, a), (_, b) in zip(ours[labels], points):
                self.assertTrue(close(a, b), f"{expression} at {t}: {a} != {b} for {dict(labels)}")
        return sum(len(points) for points in theirs.values())

    def test_1_answers_equal_those_of_prometheus(self):
        wait_for(lambda: time.time() > self.started + 36, 60, "enough samples", step=1)
        at = self.off_grid(5)

        def caught_up():  # each series has a sample behind that time
            return min(self.vedette.query('min(timestamp({job="node"}))').values(), default=0) > at
        wait_for(caught_up, 60, "remote write caught up")
        compared = 0
        for expression in QUERIES:
            with self.subTest(expression):
                compared += self.compare("/api/v1/query", self.only_node(expression), time=at)
        for expression in RANGE_QUERIES:
            with self.subTest(expression):
                compared += self.compare("/api/v1/query_range", self.only_node(expression),
                                         start=at - 9.6, end=at, step=0.8)
        print(f"{compared} values are equal")
        self.assertGreater(compared, 500)

    @staticmethod
    def only_node(expression):
        """Adds job="node" to every selector: aggregations must not see Vedette's own scrape."""
        def narrow(match):
            name, inner = match.group(1), (match.group(2) or "{}")[1:-1]
            return name + "{" + (inner + "," if inner else "") + 'job="node"}'
        return re.sub(r"\b(up|node_\w+|process_\w+)(\{[^}]*\})?", narrow, expression)

    def test_2_a_burner_leads_to_a_page_and_its_end_resolves_it(self):
        wait_for(lambda: time.time() > self.started + 45, 90, "the baseline has warmed up", step=1)
        wait_for(lambda: not self.vedette.get("/api/v1/incidents", state="open").json()["incidents"],
                 180, "quiet before the burner")
        started = time.time()
        burners = [multiprocessing.Process(target=burn, args=(180,)) for _ in range(BURNERS)]
        for burner in burners:
            burner.start()
        try:
            def incident():
                listed = self.vedette.get("/api/v1/anomalies", state="open", limit=1000).json()["anomalies"]
                if not any(a["labels"].get("__name__", "").startswith(BURNER_SERIES) for a in listed):
                    return []
                listed = self.vedette.get("/api/v1/incidents", state="open").json()["incidents"]
                return [i for i in listed if i["started_at"] >= time.strftime(
                    "%Y-%m-%dT%H:%M:%S", time.gmtime(started - 2))]
            found = wait_for(incident, 150, "an incident while the CPU burns", step=0.5)[0]
            page = wait_for(lambda: [b for b in self.receiver.bodies()
                                     if b["incident_id"] == found["id"] and b["kind"] == "opened"], 60, "its page")
            self.assertEqual(len(page), 1)
            print(f"paged {time.time() - started:.0f} s after the burner's start")
        finally:
            for burner in burners:
                burner.terminate()
                burner.join()
        ended = time.time()
        wait_for(lambda: self.vedette.get(f"/api/v1/incidents/{found['id']}").json()["state"] == "resolved",
                 600, "the incident is resolved after the burner ended", step=0.5)
        wait_for(lambda: [b for b in self.receiver.bodies()
                          if b["incident_id"] == found["id"] and b["kind"] == "resolved"],
                 60, "the page of its end")
        print(f"resolved {time.time() - ended:.0f} s after its end")


if __name__ == "__main__":
    unittest.main()
