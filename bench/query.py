#!/usr/bin/env python3
"""PromQL side by side: fifteen queries of dashboards and alerts, the same data in Vedette, Debian's
Prometheus and Debian's VictoriaMetrics (its cache of answers off), one machine.

    bench/query.py [--series 50000] [--scrapes 240] [--rounds 15] [--peers LIST] [--tolerance 1e-9]

All servers run at once and are asked in turn, so that what else the machine does hurts all alike.
For each query: p50 of each server, Vedette's share of it, and how many points differ from
Prometheus'. Evaluation times lie off the scrape grid, where Prometheus 2 and 3 agree. Loopback only.
"""

import argparse
import contextlib
import json
import math
import subprocess
import sys
import time

import peers

STEP_MS = 15000
OFF_GRID_MS = 7300  # into a scrape interval


def measure(reference, others, options, end):
    """Rows of the query generator: {query: {peer: row}}, compared with the first server."""
    servers = [reference, *others]
    argv = [peers.load_generator("qload"), "--n", options.rounds, "--tol", options.tolerance,
            "--end-ms", end - STEP_MS + OFF_GRID_MS]
    for server in servers:
        argv += ["--url", f"http://127.0.0.1:{server.port}", "--pid", server.pid]
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, check=True)
    rows = {}
    for line in done.stdout.splitlines():
        row = json.loads(line)
        rows.setdefault(row["q"], {})[servers[row["server"]].peer.name] = row
    return rows


def mean(ratios):
    return math.exp(sum(math.log(r) for r in ratios) / len(ratios)) if ratios else math.nan


def report(rows, names):
    print(f"\n{'query':22}" + "".join(f"{name + ' ms':>22}" for name in names)
          + "".join(f"{'/ ' + name:>20}" for name in names if name != "vedette")
          + f"{'differing points':>20}")
    ratios = {name: [] for name in names if name != "vedette"}
    for query, by_peer in rows.items():
        mine = by_peer["vedette"]
        line = f"{query:22}" + "".join(f"{by_peer[name]['p50_ms']:22.2f}" for name in names)
        for name, found in ratios.items():
            found.append(mine["p50_ms"] / max(by_peer[name]["p50_ms"], 0.01))
            line += f"{found[-1]:20.2f}"
        wrong = mine.get("error") or (f"{mine['diff'] + mine['missing'] + mine['extra']} of "
                                      f"{mine['pts']}" if "diff" in mine else "-")
        print(line + f"{wrong:>20}")
    for name, found in ratios.items():
        print(f"vedette / {name}: geometric mean of p50 {mean(found):.2f}")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--series", type=int, default=50000)
    arguments.add_argument("--scrapes", type=int, default=240)
    arguments.add_argument("--rounds", type=int, default=15)
    arguments.add_argument("--tolerance", type=float, default=1e-9)
    arguments.add_argument("--peers", default="prometheus,vedette,victoria-metrics")
    options = arguments.parse_args()
    loadgen = peers.load_generator("rwload")
    if loadgen is None or peers.load_generator("qload") is None:
        return 0
    present = peers.present(options.peers.split(","))
    if "vedette" not in [peer.name for peer in present]:
        print("skipped: Vedette is not built")
        return 0
    # The first one is what the others are compared with.
    present.sort(key=lambda peer: peer.name != "prometheus")
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(peers.server(peer)) for peer in present]
        end = int(time.time()) // 15 * 15000
        for server in servers:
            peers.run_load([loadgen, "write", "--url", server.write_url(), "--series",
                            options.series, "--scrapes", options.scrapes, "--spr", 10,
                            "--conns", 2, "--end-ms", end, "--pid", server.pid])
        time.sleep(20)  # for what each does in the background
        rows = measure(servers[0], servers[1:], options, end)
        report(rows, [peer.name for peer in present])
    return 0


if __name__ == "__main__":
    sys.exit(main())
