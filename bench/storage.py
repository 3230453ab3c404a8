#!/usr/bin/env python3
"""What a sample costs on disk, what a series costs in memory, and what kill -9 costs, side by side.

    bench/storage.py [bytes] [memory] [start] [--peers LIST] [--series N] [--scrapes N]

bytes   10,000 series x 960 scrapes (4 h): bytes per sample with index after each server's own way
        to settle (Vedette: a minute of rest; Prometheus: a snapshot; VictoriaMetrics: flush and
        merge); then 2,000 series of full-mantissa noise and of constants
memory  1,000,000 series x 5 scrapes: resident memory per series
start   100,000 series x 40 scrapes, killed right after the last acknowledgement: seconds to ready
        and to the first answer, and how many acknowledged samples are gone
"""

import argparse
import json
import sys
import time
import urllib.parse

import peers

STEP_MS = 15000


def write(server, loadgen, series, scrapes, mix="k8s", spr=1):
    """Writes scrapes that end now; (samples acknowledged, the time of the last in ms)."""
    end = int(time.time()) // 15 * 15000
    report = peers.run_load([loadgen, "write", "--url", server.write_url(), "--series", series,
                             "--scrapes", scrapes, "--spr", spr, "--mix", mix, "--conns", 2,
                             "--end-ms", end, "--pid", server.pid])
    return report, end


def bytes_per_sample(present, loadgen, series, scrapes):
    rows = {}
    for peer in present:
        row = {}
        for mix, count in (("k8s", series), ("hard", series // 5), ("const", series // 5)):
            with peers.server(peer) as server:
                write(server, loadgen, count, scrapes, mix, spr=10)
                folder = peer.settle(server.port, server.folder)
                row[mix] = peers.folder_bytes(folder) / (count * scrapes)
        rows[peer.name] = row
    peers.table(f"bytes per sample on disk, {series} series x {scrapes} scrapes",
                ["k8s", "hard", "const"], rows)


def memory_per_series(present, loadgen, series, scrapes):
    rows = {}
    for peer in present:
        with peers.server(peer) as server:
            empty = server.resident_mb()
            write(server, loadgen, series, scrapes)
            time.sleep(10)
            settled = server.resident_mb()
            rows[peer.name] = {"resident MB": settled,
                               "bytes per series": (settled - empty) * 2**20 / series}
    peers.table(f"memory, {series} series x {scrapes} scrapes", ["resident MB", "bytes per series"], rows)


def ask(server, path, **parameters):
    answer = peers.request(server.port, "GET", f"{server.peer.query}/{path}?"
                           + urllib.parse.urlencode(parameters), timeout=300)
    if answer.status != 200:
        raise SystemExit(f"{server.peer.name}: {path}: {answer.body[:300]}")
    return json.loads(answer.body)["data"]


def count_samples(server, end, scrapes):
    """How many samples the server has of the run."""
    window = f"[{(scrapes + 2) * STEP_MS // 1000}s]"
    total = 0
    for name in ask(server, "label/__name__/values"):
        result = ask(server, "query", query=f"sum(count_over_time({name}{window}))",
                     time=end // 1000 + 1)["result"]
        total += int(float(result[0]["value"][1])) if result else 0
    return total


def start_after_kill(present, loadgen, series, scrapes):
    rows = {}
    for peer in (p for p in present if p.query):
        with peers.server(peer) as server:
            _, end = write(server, loadgen, series, scrapes)
            server.kill()
            ready = server.start()
            begin = time.monotonic()
            ask(server, "query", query="count(up)", time=end // 1000)
            answered = ready + time.monotonic() - begin
            rows[peer.name] = {"ready s": ready, "first answer s": answered,
                               "lost samples": series * scrapes - count_samples(server, end, scrapes)}
    peers.table(f"kill -9 right after the last acknowledgement, {series} series x {scrapes} scrapes",
                ["ready s", "first answer s", "lost samples"], rows)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("what", nargs="*", default=["bytes", "memory", "start"])
    arguments.add_argument("--peers", default="vedette,prometheus,victoria-metrics")
    arguments.add_argument("--series", type=int, default=0)
    arguments.add_argument("--scrapes", type=int, default=0)
    options = arguments.parse_args()
    runs = {"bytes": (bytes_per_sample, 10_000, 960), "memory": (memory_per_series, 1_000_000, 5),
            "start": (start_after_kill, 100_000, 40)}
    loadgen = peers.load_generator("rwload")
    if loadgen is None:
        return 0
    present = peers.present(options.peers.split(","))
    for what in options.what:
        if what not in runs:
            raise SystemExit(f"no such measurement: {what}; known: {', '.join(runs)}")
        run, series, scrapes = runs[what]
        run(present, loadgen, options.series or series, options.scrapes or scrapes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
