"""What the detector finds on public data and what it costs, beside Netdata's algorithm and a running
z-score, as the tables of shared/design/detection.md.

    python3 bench/detect [--engine server,csv,netdata,z] [--sets nab,mscloud,minutes,kpi,asd]
                         [--parts accuracy,prefix,cost] [--vedette build/release/vedette]
                         [--python python3] [--jobs 2] [--rounds 3] [--json FILE]

accuracy  Engines: `server`, the server as shipped: data in by remote write, anomalies read back from
          /api/v1/anomalies; `csv`, the surprise of every value by `vedette detect --csv`; `netdata`,
          that algorithm written anew from its description (detect/peers.h); `z`, a running z-score over
          all values so far. Each set is scored with the thresholds that are best for it ("fitted"), and
          with thresholds of every other file on the rest ("held out": half 0 on half 1; the reverse).
          The server's anomalies count with their score at the row where they began, as they are read
          back at the end. Hosts: point F1 of a row's highest score (server: of the anomalies open at
          that row), and for events found, whether a labelled root metric is among the first three of
          the host, by the score of what is open in the event (others: by the greatest score in it);
          beside it how often three metrics drawn at random would do.
prefix    `vedette detect --csv` of the beginning of a file must give bit-equal scores.
cost      nanoseconds of CPU a value and bytes a series, of the detector alone (detector_bench: the step
          of a value, and a shard's way of it with all around) and of the peers (detect_peers); and of
          the server with detection on and off, in turn, medians of --rounds, in the second half of a
          load by the generator rwload.cpp of VEDETTE_LOADGEN.

The sets are VEDETTE_DATA/ad/*.open.tar.zst (default ../shared/data), and `minutes`, which is made up
(detect/minutes.py); the scorers are those beside it in
bench/ad (VEDETTE_BENCH, default ../shared/bench). A set or a scorer that is missing is named and
skipped. `--python` is an interpreter with numpy, and numba if it should be quick. `--programs` is a
folder with detect_peers and detector_bench to be taken as they are; without it they are built.
--json writes what the tables are made of, one line each.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time

import cost
import prefix
import tables
from engines import ENGINES
from scoring import Hosts, held_out, quiet, run_scorer
from sets import METRICS, ROOT, extracted, missing


def judge(options, name, series, scores, ranking, engine):
    if name in METRICS:
        result = {"fitted": run_scorer(options, METRICS[name], series, scores),
                  "held_out": held_out(options, METRICS[name], series, scores)}
    else:
        result = Hosts(series, scores, ranking).results()
    if engine == "server":
        result["quiet"] = quiet(series, ranking)
    return result


def measure_accuracy(options, name, series):
    """{engine: results} of one set."""
    found = {}
    for engine in options.engine.split(","):
        begin = time.monotonic()
        scores = series.parent / f"scores-{engine}"
        scores.mkdir()
        ranking = ENGINES[engine](options, sorted(series.glob("*.csv")), scores)
        found[engine] = judge(options, name, series, scores, ranking, engine)
        options.tell({"set": name, "engine": engine, **found[engine]})
        print(f"{name}, {engine}: {time.monotonic() - begin:.0f} s", file=sys.stderr)
    return found


def measure_sets(options, parts):
    results, prefixes = {}, []
    for name in options.sets.split(","):
        if missing(name):
            continue
        with extracted(name) as series:
            if "accuracy" in parts:
                results[name] = measure_accuracy(options, name, series)
            if "prefix" in parts:
                rows = [{"set": name, **row} for row in prefix.check(options, series)]
                prefixes += rows
                for row in rows:
                    options.tell(row)
    if results:
        tables.show("Accuracy; fitted unless it says held out", tables.accuracy(results))
    if prefixes:
        tables.show("Prefixes: bit-equal scores", tables.prefixes(prefixes))


def measure_cost(options):
    rows = cost.alone(options)
    for row in rows:
        options.tell({"cost": "alone", **row})
    tables.show("Cost alone, CPU a value", tables.cost_alone(rows, cost.PUBLISHED))
    rows = list(cost.in_server(options))
    for row in rows:
        options.tell({"cost": "in the server", **row})
    if rows:
        tables.show(f"Cost in the server, detection on and off in turn, medians of {options.rounds}",
                    tables.cost_in_server(rows))


def build(parts):
    """Builds what the parts need; its folder."""
    folder = ROOT / "build/release"
    targets = ["detect_peers", *(["detector_bench"] if "cost" in parts else [])]
    subprocess.run(["cmake", "--preset", "release"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", folder, *targets], check=True, stdout=subprocess.DEVNULL)
    return folder / "bench"


def teller(file):
    """Writes an object as a line of `file`, or nowhere."""
    out = open(file, "w", encoding="utf-8") if file else None  # closed with the process

    def tell(row):
        if out:
            print(json.dumps(row), file=out, flush=True)
    return tell


def main():
    parser = argparse.ArgumentParser(prog="bench/detect", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vedette", type=pathlib.Path, default=ROOT / "build/release/vedette")
    parser.add_argument("--engine", default="server,csv,netdata,z")
    parser.add_argument("--sets", default="nab,mscloud,minutes,kpi,asd")
    parser.add_argument("--parts", default="accuracy,prefix,cost")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--programs", type=pathlib.Path)
    parser.add_argument("--peer-options", default="", help="of detect_peers netdata")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    options.vedette = options.vedette.resolve()
    options.tell = teller(options.json)
    parts = options.parts.split(",")
    options.programs = (options.programs or build(parts)).resolve()
    if "accuracy" in parts or "prefix" in parts:
        measure_sets(options, parts)
    if "cost" in parts:
        measure_cost(options)


if __name__ == "__main__":
    main()
