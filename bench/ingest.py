#!/usr/bin/env python3
"""Remote write side by side: Vedette (durable at 2xx, detection on), Debian's Prometheus and
Debian's VictoriaMetrics, fresh servers, interleaved rounds, one machine.

    bench/ingest.py [--series 10000,100000] [--scrapes 40] [--rounds 3] [--loadgen FILE]

For each number of series: samples acknowledged per second, CPU per sample (until the last
acknowledgement, and settled), memory, latency; medians of the rounds, then ratios to Vedette. The
load generator is one C++ file (default ../shared/bench/rwload.cpp); it sends 2,000 samples per
request, one sample per series, as Prometheus does. A peer that is not installed is named and
skipped. Loopback only.
"""

import argparse
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.harness import Program, free_port, request, wait_for  # noqa: E402

BINARY = ROOT / "build/release/vedette"
STEP_MS = 15000


def build_loadgen(source):
    out = ROOT / "build/bench/rwload"
    if not out.exists() or out.stat().st_mtime < source.stat().st_mtime:
        out.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["g++", "-O3", "-march=native", "-std=c++20", "-o", out, source,
                        "-lsnappy", "-lpthread"], check=True)
    return out


def vedette(folder, port):
    config = folder / "vedette.yaml"
    config.write_text("log: {level: warning}\n")
    return [BINARY, "serve", "--config", config, "--data", folder / "data",
            "--listen", f"127.0.0.1:{port}"], "/readyz"


def prometheus(folder, port):
    (folder / "prometheus.yml").write_text("global: {}\n")
    return ["prometheus", f"--config.file={folder}/prometheus.yml", "--web.enable-remote-write-receiver",
            f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}"], "/-/ready"


def victoria_metrics(folder, port):
    return ["victoria-metrics", f"-storageDataPath={folder}/data",
            f"-httpListenAddr=127.0.0.1:{port}", "-retentionPeriod=100y"], "/health"


PEERS = {"vedette": vedette, "prometheus": prometheus, "victoria-metrics": victoria_metrics}


def run_once(name, loadgen, series, scrapes, connections):
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"bench-{name}-"))
    port = free_port()
    argv, ready = PEERS[name](folder, port)
    program = Program(argv, folder, name)
    try:
        def is_ready():
            if not program.running():
                raise SystemExit(f"{name} ended:\n{program.output()[-2000:]}")
            try:
                return request(port, "GET", ready, timeout=2).status == 200
            except OSError:
                return False
        wait_for(is_ready, 60, f"{name} is ready")
        path = "/api/v1/write"
        common = [loadgen, "write", "--url", f"http://127.0.0.1:{port}{path}", "--series", series,
                  "--conns", connections, "--pid", program.process.pid, "--dir", folder / "data"]
        # The first scrape registers the series; what follows is measured, and ends now.
        end = int(time.time()) // 15 * 15000
        registered = load(common + ["--scrapes", 1, "--end-ms", end - scrapes * STEP_MS])
        measured = load(common + ["--scrapes", scrapes, "--end-ms", end, "--settle", 8])
        measured["cpu_us_per_new_series"] = registered["cpu_s"] * 1e6 / series
        return measured
    finally:
        program.kill()
        shutil.rmtree(folder, ignore_errors=True)


def load(argv):
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"the load generator failed: {done.stderr[-500:]}{done.stdout[-300:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


FIGURES = ["samples_per_s", "cpu_us_per_sample", "cpu_us_per_sample_settled", "cpu_us_per_new_series",
           "rss_settled_mb", "lat_ms_p50", "lat_ms_p99", "disk_bytes_per_sample"]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--series", default="10000,100000")
    arguments.add_argument("--scrapes", type=int, default=40)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--connections", type=int, default=4)
    arguments.add_argument("--loadgen", type=pathlib.Path,
                           default=ROOT.parent / "shared/bench/rwload.cpp")
    options = arguments.parse_args()
    if not options.loadgen.exists():
        print(f"skipped: the load generator {options.loadgen} is not here")
        return 0
    loadgen = build_loadgen(options.loadgen)
    peers = [p for p in PEERS if p == "vedette" or shutil.which(p)]
    for missing in sorted(set(PEERS) - set(peers)):
        print(f"skipped: {missing} is not installed")

    for series in (int(s) for s in options.series.split(",")):
        rounds = {peer: [] for peer in peers}
        for _ in range(options.rounds):
            for peer in peers:
                rounds[peer].append(run_once(peer, loadgen, series, options.scrapes, options.connections))
        medians = {peer: {f: statistics.median(r[f] for r in rows) for f in FIGURES}
                   for peer, rows in rounds.items()}
        print(f"\n{series} series x {options.scrapes} scrapes, {options.connections} connections, "
              f"median of {options.rounds}")
        print("peer".ljust(18) + "".join(f[:22].rjust(24) for f in FIGURES))
        for peer in peers:
            print(peer.ljust(18) + "".join(f"{medians[peer][f]:24.3f}" for f in FIGURES))
        for peer in peers[1:]:
            ours, theirs = medians["vedette"], medians[peer]
            print(f"vedette / {peer}: rate {ours['samples_per_s'] / theirs['samples_per_s']:.2f}x, "
                  f"CPU per sample {ours['cpu_us_per_sample'] / theirs['cpu_us_per_sample']:.2f}x "
                  f"(settled {ours['cpu_us_per_sample_settled'] / theirs['cpu_us_per_sample_settled']:.2f}x)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
