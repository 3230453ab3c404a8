#!/usr/bin/env python3
"""What the detector finds on public data: `vedette detect --csv` over the sets of VEDETTE_DATA, scored.

    bench/detection.py [--vedette build/release/vedette] [--python python3] [--jobs 2]

The sets are VEDETTE_DATA/ad/*.open.tar.zst (default ../shared/data), the scorers those beside it in
bench/ad (VEDETTE_BENCH, default ../shared/bench). One setting for all; NAB and the recall at a number
of false alarms use one threshold per set and column, chosen on the set. Hosts: point F1 of a
row's highest score at the best threshold, and the recall of events.
Prints JSON lines. A set or a scorer that is missing is named and skipped. `--python` is an
interpreter with numpy, and numba if it should be quick.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = pathlib.Path(os.environ.get("VEDETTE_DATA", ROOT / "../shared/data")) / "ad"
SCORERS = pathlib.Path(os.environ.get("VEDETTE_BENCH", ROOT / "../shared/bench")) / "ad"
METRICS = {"nab": "nab", "mscloud": "ops", "kpi": "ops"}  # of the scorer


def detect(vedette, source, target):
    """Writes `unix seconds,score` of each row."""
    done = subprocess.run([vedette, "detect", "--csv", source], capture_output=True, text=True, check=True)
    rows = (line.rpartition(",")[0] for line in done.stdout.splitlines())
    target.write_text("".join(row + "\n" for row in rows))


def detect_all(options, series, scores):
    scores.mkdir()
    files = sorted(series.glob("*.csv"))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        list(pool.map(lambda file: detect(options.vedette, file, scores / file.name), files))


def score(options, metric, series, scores):
    """The lines of the scorer as numbers."""
    done = subprocess.run([options.python, SCORERS / "score.py", metric, series, scores],
                          capture_output=True, text=True, check=True)
    if metric == "nab":
        found = re.findall(r"^(\w+)\s+(-?[\d.]+)\s+threshold (\S+)", done.stdout, re.M)
        return {name: {"score": float(value), "threshold": float(at)} for name, value, at in found}
    found = re.findall(r"budget (\S+)\s+recall (\S+).*delay (\S+) samples\s+threshold (\S+)", done.stdout)
    return {f"{budget} false alarms a day": {"recall": float(recall), "delay": float(delay), "threshold": float(at)}
            for budget, recall, delay, at in found}


def read_scores(file):
    rows = (line.split(",") for line in file.read_text().splitlines())
    return [(int(float(time)), float(value)) for time, value in rows]


def hosts(series, scores):
    """Rows and events after the training rows, at the threshold with the best F1 of rows."""
    labels = json.loads((series / "labels.json").read_text())
    rows, events = [], []
    for name, meta in labels.items():
        judged = read_scores(scores / f"{name}.csv")[meta["train_rows"]:]
        spans = [(begin, end) for begin, end in meta["windows"]]
        rows += [(value, any(begin <= t <= end for begin, end in spans)) for t, value in judged]
        events += [max((value for t, value in judged if begin <= t <= end), default=0) for begin, end in spans]
    rows.sort(key=lambda row: -row[0])
    positives = sum(inside for _, inside in rows)
    best, hits = {"point_f1": 0.0}, 0
    for i, (value, inside) in enumerate(rows):
        hits += inside
        if i + 1 < len(rows) and rows[i + 1][0] == value:
            continue
        f1 = 2 * hits / (i + 1 + positives)
        if f1 > best["point_f1"]:
            best = {"point_f1": f1, "threshold": value}
    found = sum(value >= best.get("threshold", 1e9) for value in events)
    return best | {"event_recall": found / max(1, len(events))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vedette", default=ROOT / "build/release/vedette")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    for name in (*METRICS, "asd"):
        archive = DATA / f"{name}.open.tar.zst"
        if not archive.exists():
            print(f"skipped {name}: {archive} is missing", file=sys.stderr)
            continue
        if name in METRICS and not (SCORERS / "score.py").exists():
            print(f"skipped {name}: {SCORERS}/score.py is missing", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["tar", "--zstd", "-xf", archive, "-C", folder], check=True)
            series = next(pathlib.Path(folder).rglob("labels.json")).parent
            scores = pathlib.Path(folder) / "scores"
            detect_all(options, series, scores)
            result = score(options, METRICS[name], series, scores) if name in METRICS else hosts(series, scores)
            print(json.dumps({"set": name, **result}), flush=True)


if __name__ == "__main__":
    main()
