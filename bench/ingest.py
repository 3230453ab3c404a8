#!/usr/bin/env python3
"""Remote write side by side: Vedette (durable at 2xx, detection on) and Debian's Prometheus,
VictoriaMetrics and InfluxDB; fresh servers, interleaved rounds, one machine.

    bench/ingest.py [--series 10000,100000] [--scrapes 40] [--rounds 3] [--peers LIST] [--spr 1]
                    [--rate SAMPLES_PER_S] [--sync]

For each number of series: samples acknowledged per second, CPU per sample (until the last
acknowledgement, and settled), memory, latency; medians of the rounds, then ratios to Vedette. The
generator sends 2,000 samples per request, one sample per series unless --spr says otherwise, as
Prometheus does; as fast as it can, or with --rate at fixed moments, from which the latency counts
then. --sync has Vedette acknowledge what a power loss cannot take (storage.durability: sync).
Loopback only.
"""

import argparse
import statistics
import sys
import time

import peers

STEP_MS = 15000
FIGURES = ["samples_per_s", "cpu_us_per_sample", "cpu_us_per_sample_settled", "cpu_us_per_new_series",
           "rss_settled_mb", "lat_ms_p50", "lat_ms_p99", "disk_bytes_per_sample"]


def run_once(peer, loadgen, series, options):
    with peers.server(peer) as server:
        common = [loadgen, "write", "--url", server.write_url(), "--series", series,
                  "--conns", options.connections, "--spr", options.spr, "--mix", options.mix,
                  "--pid", server.pid, "--dir", server.folder / "data"]
        # The first scrape registers the series; what follows is measured, and ends now.
        end = int(time.time()) // 15 * 15000
        first = end - options.scrapes * STEP_MS - options.spr * STEP_MS
        registered = peers.run_load(common + ["--scrapes", options.spr, "--end-ms", first])
        measured = peers.run_load(common + ["--scrapes", options.scrapes, "--end-ms", end,
                                            "--settle", 8, "--rate", options.rate])
        measured["cpu_us_per_new_series"] = registered["cpu_s"] * 1e6 / series
        return measured


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--series", default="10000,100000")
    arguments.add_argument("--scrapes", type=int, default=40)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--connections", type=int, default=4)
    arguments.add_argument("--spr", type=int, default=1, help="samples per series and request")
    arguments.add_argument("--mix", default="k8s", help="k8s, hard or const")
    arguments.add_argument("--peers", default="vedette,prometheus,victoria-metrics")
    arguments.add_argument("--rate", type=int, default=0, help="samples a second; 0: all it can")
    arguments.add_argument("--sync", action="store_true")
    options = arguments.parse_args()
    if options.sync:
        peers.Vedette.config += "storage: {durability: sync}\n"
    loadgen = peers.load_generator("rwload")
    if loadgen is None:
        return 0
    present = peers.present(options.peers.split(","))
    for series in (int(s) for s in options.series.split(",")):
        rounds = {peer.name: [] for peer in present}
        for _ in range(options.rounds):
            for peer in present:
                rounds[peer.name].append(run_once(peer, loadgen, series, options))
        medians = {name: {f: statistics.median(r[f] for r in rows) for f in FIGURES}
                   for name, rows in rounds.items()}
        peers.table(f"{series} series x {options.scrapes} scrapes, {options.connections} connections, "
                    f"median of {options.rounds}", FIGURES, medians)
        ours = medians.pop("vedette", None)
        for name, theirs in medians.items() if ours else ():
            print(f"vedette / {name}: rate {ours['samples_per_s'] / theirs['samples_per_s']:.2f}x, "
                  f"CPU per sample {ours['cpu_us_per_sample'] / theirs['cpu_us_per_sample']:.2f}x "
                  f"(settled {ours['cpu_us_per_sample_settled'] / theirs['cpu_us_per_sample_settled']:.2f}x)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
