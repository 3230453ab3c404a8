#!/usr/bin/env python3
"""From the acknowledgement of a sample that breaks a rule to the webhook, and a storm of alerts.

    bench/paging.py [--samples N] [--polled N] [--storm N] [--peers]

Runs build/release/vedette (or what VEDETTE_BINARY names) with its defaults (but for the receiver, the rule, and that services do
not share incidents, so that each sample pages), and with --peers Debian's prometheus and
prometheus-alertmanager beside it, which see the same samples at the same moments. Times are wall
clock between two moments in this process: the last byte of the 2xx, and the request of the webhook.
Standard library only.
"""

import argparse
import http.server
import json
import os
import pathlib
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(os.environ.get("VEDETTE_BINARY", ROOT / "build/release/vedette"))
sys.path.insert(0, str(ROOT))
from tests.harness import (REMOTE_WRITE_HEADERS, Program, Vedette, free_port, remote_write,  # noqa: E402
                           request, wait_for)

RULES = """groups:
  - name: bench
    rules:
      - alert: Polled
        expr: bench_polled > 0.5
        labels: {severity: critical}
"""


class Hook:
    """A webhook that notes when it first heard of each service."""

    def __init__(self):
        self.first, self.count, outer = {}, 0, self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                now = time.monotonic()
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
                outer.count += 1
                names = list(body.get("entities", []))
                for alert in body.get("alerts", []):
                    names.append(alert.get("labels", {}).get("service", ""))
                for name in names:
                    outer.first.setdefault(name, now)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def write(port, metric, service, value=1.0):
    """The moment of the 2xx."""
    rows = [({"__name__": metric, "service": service}, [(int(time.time() * 1000), value)])]
    answer = request(port, "POST", "/api/v1/write", remote_write(rows), REMOTE_WRITE_HEADERS)
    if answer.status >= 300:
        raise SystemExit(f"write: {answer.status} {answer.body[:200]}")
    return time.monotonic()


def settings(hook, rules=True):
    return f"""
log: {{level: warning}}
rules:
  thresholds:
    - {{name: bench, selector: bench_trigger, above: {{critical: 0.5}}}}
{"rule_files: [rules.yml]" if rules else ""}
incidents: {{group_across_services: false}}
notify:
  receivers:
    - {{name: hook, webhook: {{url: "{hook.url}"}}}}
"""


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def show(name, seconds, unit=1000, suffix="ms"):
    if not seconds:
        print(f"{name:<44} none arrived")
        return
    print(f"{name:<44} n {len(seconds):4d}   p50 {percentile(seconds, .5) * unit:9.2f} {suffix}"
          f"   p99 {percentile(seconds, .99) * unit:9.2f} {suffix}"
          f"   max {max(seconds) * unit:9.2f} {suffix} (no. {seconds.index(max(seconds)) + 1})")


def on_ingest(vedette, hook, samples):
    took = []
    for i in range(samples):
        service = f"ingest-{i}"
        acknowledged = write(vedette.port, "bench_trigger", service)
        wait_for(lambda: service in hook.first, 30, f"a page about {service}", step=0.001)
        took.append(max(0.0, hook.first[service] - acknowledged))
        time.sleep(random.uniform(0, 0.05))  # not in step with any loop
    return took


def polled(port, hook, count, name):
    """Samples spread over a minute; how long each took to be told."""
    sent = {}
    for i in range(count):
        service = f"{name}-{i}"
        sent[service] = write(port, "bench_polled", service)
        time.sleep(60 / count)
    end = time.monotonic() + 240
    last = None
    while time.monotonic() < end and any(service not in hook.first for service in sent):
        if last is None or time.monotonic() - last > 30:  # no series may go stale
            last = time.monotonic()
            for service in sent:
                write(port, "bench_polled", service)
        time.sleep(0.2)
    return [hook.first[s] - at for s, at in sent.items() if s in hook.first]


class PrometheusWithAlertmanager:
    """Debian's two, with their defaults but for what joins them and the grouping by service."""

    def __init__(self, hook):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-paging-"))
        self.port, manager = free_port(), free_port()
        (self.folder / "rules.yml").write_text(RULES)
        (self.folder / "am.yml").write_text(f"""
route: {{receiver: hook, group_by: [service]}}
receivers:
  - name: hook
    webhook_configs: [{{url: "{hook.url}"}}]
""")
        (self.folder / "prometheus.yml").write_text(f"""
rule_files: [rules.yml]
alerting:
  alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{manager}"]}}]}}]
""")
        self.programs = [
            Program(["prometheus-alertmanager", f"--config.file={self.folder}/am.yml",
                     f"--storage.path={self.folder}/am", "--cluster.listen-address=",
                     f"--web.listen-address=127.0.0.1:{manager}"], self.folder, "alertmanager"),
            Program(["prometheus", f"--config.file={self.folder}/prometheus.yml",
                     "--web.enable-remote-write-receiver",
                     f"--storage.tsdb.path={self.folder}/data",
                     f"--web.listen-address=127.0.0.1:{self.port}"], self.folder, "prometheus")]
        for port in (self.port, manager):
            wait_for(lambda p=port: self.ready(p), 60, "prometheus and alertmanager are ready")

    @staticmethod
    def ready(port):
        try:
            return request(port, "GET", "/-/ready", timeout=5).status == 200
        except OSError:
            return False

    def stop(self):
        for program in self.programs:
            program.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def storm(alerts, services=20, seconds=10):
    """Alerts of some services in some seconds: how many notifications, and the first."""
    hook = Hook()
    with Vedette(settings(hook, rules=False), binary=BINARY) as vedette:
        batch, begun = 100, time.monotonic()
        for first in range(0, alerts, batch):
            body = [{"labels": {"alertname": "Storm", "service": f"storm-{n % services}",
                                "instance": str(n), "severity": "critical"}}
                    for n in range(first, min(alerts, first + batch))]
            answer = vedette.post("/api/v2/alerts", body)
            if answer.status >= 300:
                raise SystemExit(f"alerts: {answer.status} {answer.body[:200]}")
            time.sleep(max(0.0, begun + (first + batch) * seconds / alerts - time.monotonic()))
        sent = time.monotonic() - begun
        time.sleep(10)
        first = min(hook.first.values()) - begun if hook.first else float("nan")
        print(f"storm: {alerts} alerts over {services} services in {sent:.1f} s: "
              f"{hook.count} notifications, the first after {first:.3f} s")
    hook.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=150)
    parser.add_argument("--polled", type=int, default=0)
    parser.add_argument("--storm", type=int, default=10_000)
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    hook = Hook()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-paging-"))
    (folder / "rules.yml").write_text(RULES)
    peers = PrometheusWithAlertmanager(hook) if options.peers else None
    results, threads = {}, []
    with Vedette(settings(hook), folder=folder, binary=BINARY) as vedette:
        write(vedette.port, "bench_trigger", "first")  # the first page also makes tables warm
        wait_for(lambda: "first" in hook.first, 30, "the first page")
        show("vedette, rule on ingest", on_ingest(vedette, hook, options.samples))

        def measure(name, port):
            results[name] = polled(port, hook, options.polled, name)

        if options.polled:
            threads.append(threading.Thread(target=measure, args=("vedette", vedette.port)))
            if peers:
                threads.append(threading.Thread(target=measure, args=("prometheus", peers.port)))
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    if peers:
        peers.stop()
    for name, label in (("vedette", "vedette, PromQL rule that is polled"),
                        ("prometheus", "prometheus and alertmanager, the same rule")):
        if name in results:
            show(label, results[name], 1, "s")
    if len(results) == 2 and all(results.values()):
        ratio = statistics.median(results["prometheus"]) / statistics.median(results["vedette"])
        print(f"median of prometheus with alertmanager / vedette: {ratio:.1f}")
    hook.close()
    shutil.rmtree(folder, ignore_errors=True)
    if options.storm:
        storm(options.storm)


if __name__ == "__main__":
    main()
