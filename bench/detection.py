#!/usr/bin/env python3
"""What the detector finds on public data, in the server as shipped: the sets of VEDETTE_DATA go in by
remote write, anomalies are read back from /api/v1/anomalies and scored.

    bench/detection.py [--engine server,csv,z] [--vedette build/release/vedette] [--python python3]
                       [--sets nab,mscloud,asd] [--jobs 2]

Engines: `server`; `csv`, the surprise of every value by `vedette detect --csv`; `z`, a running
z-score over all values so far, for comparison. Each set is scored twice: with the thresholds that are
best for it ("fitted"), and with thresholds of every other file on the rest ("held_out"). The server's
anomalies count with their score at the row where they began, as they are read back at the end. Hosts:
point F1 of a row's highest score (server: of the anomalies open at that row), and recall of events.

The sets are VEDETTE_DATA/ad/*.open.tar.zst (default ../shared/data), the scorers those beside it in
bench/ad (VEDETTE_BENCH, default ../shared/bench). Prints JSON lines. A set or a scorer that is missing
is named and skipped. `--python` is an interpreter with numpy, and numba if it should be quick.
"""

import argparse
import calendar
import concurrent.futures
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.harness import REMOTE_WRITE_HEADERS, Vedette, remote_write, wait_for  # noqa: E402

DATA = pathlib.Path(os.environ.get("VEDETTE_DATA", ROOT / "../shared/data")) / "ad"
SCORERS = pathlib.Path(os.environ.get("VEDETTE_BENCH", ROOT / "../shared/bench")) / "ad"
METRICS = {"nab": "nab", "mscloud": "ops", "kpi": "ops"}  # of the scorer; the others are hosts
ROWS_PER_WRITE = 5000
SETTINGS = "storage: {retention: 0s}\n"


def read_table(file):
    """[(unix seconds, [value or None, ...]), ...] without the header."""
    rows = []
    for line in file.read_text().splitlines():
        cells = line.split(",")
        try:
            t = float(cells[0])
        except ValueError:
            continue
        rows.append((t, [float(cell) if cell else None for cell in cells[1:]]))
    return rows


def write_scores(file, rows):
    file.write_text("".join(f"{t:.0f},{score!r}\n" for t, score in rows))


# --- engines: each writes scores/<series>.csv with `unix seconds,score` of each row


def by_csv(options, files, scores):
    def one(file):
        done = subprocess.run([options.vedette, "detect", "--csv", file], capture_output=True, text=True, check=True)
        rows = (line.rpartition(",")[0] for line in done.stdout.splitlines())
        (scores / file.name).write_text("".join(row + "\n" for row in rows))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        list(pool.map(one, files))


def running_z(values):
    """|value - mean| / deviation of all values before."""
    count, mean, squares = 0, 0.0, 0.0
    for value in values:
        if value is None:
            yield 0.0
            continue
        deviation = math.sqrt(squares / count) if count > 1 else 0
        yield abs(value - mean) / deviation if deviation > 0 else 0.0
        count += 1
        step = value - mean
        mean += step / count
        squares += step * (value - mean)


def by_z(_, files, scores):
    for file in files:
        rows = read_table(file)
        columns = [list(running_z([row[1][i] for row in rows])) for i in range(len(rows[0][1]))]
        write_scores(scores / file.name, [(t, max(column[i] for column in columns)) for i, (t, _) in enumerate(rows)])


def labels_of(file, column):
    return {"__name__": f"measured_{column}", "service": file.stem}


def send(vedette, batch):
    answer = vedette.post("/api/v1/write", remote_write(batch), REMOTE_WRITE_HEADERS)
    assert answer.status in (200, 204), (answer.status, answer.body[:300])


def advancing(rows):
    """Without rows whose time was there before: a clock that was set back in NAB; a store keeps the first."""
    newest = -math.inf
    for t, cells in rows:
        if t > newest:
            newest = t
            yield t, cells


def send_all(vedette, tables):
    """Every series' first value, so that the budget knows how many there are; then one after another."""
    for file, rows in tables.items():
        columns = range(len(rows[0][1]))
        send(vedette, [(labels_of(file, c), [(int(rows[0][0] * 1000), rows[0][1][c] or 0.0)]) for c in columns])
    time.sleep(2.5)  # a tick of every shard
    for file, rows in tables.items():
        columns = range(len(rows[0][1]))
        rows = list(advancing(rows))
        step = max(1, ROWS_PER_WRITE // len(columns))
        for begin in range(1, len(rows), step):
            part = rows[begin:begin + step]
            send(vedette, [(labels_of(file, c), [(int(t * 1000), cells[c]) for t, cells in part if cells[c] is not None])
                           for c in columns])


def settled(vedette):
    text = vedette.get("/metrics").body.decode()
    return re.search(r"^vedette_detect_reports_unkept 0$", text, re.M) is not None


def all_anomalies(vedette):
    found, cursor = [], ""
    while True:
        page = vedette.get("/api/v1/anomalies", limit=1000, **({"cursor": cursor} if cursor else {})).json()
        found += page["anomalies"]
        cursor = page.get("next_cursor") or ""
        if not cursor:
            return found


def unix(text):
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))


def by_server(options, files, scores):
    tables = {file: read_table(file) for file in files}
    with Vedette(SETTINGS, binary=options.vedette) as vedette:
        send_all(vedette, tables)
        wait_for(lambda: settled(vedette), 600, "all findings are kept")
        anomalies = [a for a in all_anomalies(vedette) if a["kind"] == "baseline"]
        process = pathlib.Path(f"/proc/{vedette.program.process.pid}/stat").read_text().split()
    spent = (int(process[13]) + int(process[14])) / os.sysconf("SC_CLK_TCK")
    values = sum(cell is not None for rows in tables.values() for _, cells in rows for cell in cells)
    levels = {severity: sum(a["severity"] == severity for a in anomalies) for severity in ("info", "warning", "critical")}
    print(json.dumps({"anomalies": levels, "values": values, "cpu_seconds": round(spent, 2)}), file=sys.stderr)
    for file, rows in tables.items():
        wide = len(rows[0][1]) > 1
        of_file = [(unix(a["started_at"]), unix(a["ended_at"]) if a.get("ended_at") else math.inf, a["score"])
                   for a in anomalies if a["entity"] == file.stem]
        begun = {}
        for start, _, score in of_file:
            begun[start] = max(score, begun.get(start, 0.0))
        if wide:
            marked = [(t, max((score for start, end, score in of_file if start <= t < end), default=0.0)) for t, _ in rows]
        else:
            marked = [(t, begun.get(int(t), 0.0)) for t, _ in rows]
        write_scores(scores / file.name, marked)


ENGINES = {"server": by_server, "csv": by_csv, "z": by_z}


# --- scores


def halves(series):
    """Two folders with every other file and its labels."""
    labels = json.loads((series / "labels.json").read_text())
    names = sorted(labels)
    for number in (0, 1):
        folder = series.parent / f"half{number}"
        folder.mkdir(exist_ok=True)
        mine = {name: labels[name] for name in names[number::2]}
        (folder / "labels.json").write_text(json.dumps(mine))
        for name in mine:
            target = folder / f"{name}.csv"
            if not target.exists():
                target.symlink_to(series / f"{name}.csv")
        yield folder


def run_scorer(options, metric, series, scores, thresholds=None):
    """What the scorer prints: nab {profile: (score, threshold)}, ops {budget: (recall, threshold, false, delay)}."""
    more = ["--thresholds", ",".join(map(str, thresholds))] if thresholds else []
    done = subprocess.run([options.python, SCORERS / "score.py", metric, series, scores, *more],
                          capture_output=True, text=True, check=True)
    if metric == "nab":
        found = re.findall(r"^(\w+)\s+(-?[\d.]+)\s+threshold (\S+)", done.stdout, re.M)
        return {name: (float(value), float(at)) for name, value, at in found}
    found = re.findall(r"budget (\S+)\s+recall (\S+)\s+false alarms/series-day (\S+)\s+median delay (\S+) samples\s+threshold (\S+)",
                       done.stdout)
    return {budget: (float(recall), float(at), float(rate), float(delay)) for budget, recall, rate, delay, at in found}


def held_out(options, metric, series, scores):
    folders = list(halves(series))
    result = {}
    for tuned, judged in (folders, folders[::-1]):
        best = run_scorer(options, metric, tuned, scores)
        if metric == "nab":
            found = {name: run_scorer(options, metric, judged, scores, [at])[name][0] for name, (_, at) in best.items()}
        else:
            kept = run_scorer(options, metric, judged, scores, [at for _, at, *_ in best.values()])
            found = {budget: {"recall": r, "false_alarms_a_day": f, "delay": d} for budget, (r, _, f, d) in kept.items()}
        result[f"thresholds of {tuned.name}, files of {judged.name}"] = found
    return result


def point_f1(judged, at=None):
    """Rows [(score, inside), ...]: the best F1 and its threshold, or the F1 at a threshold."""
    positives = sum(inside for _, inside in judged)
    if at is not None:
        fired = [inside for value, inside in judged if value >= at]
        return 2 * sum(fired) / max(1, len(fired) + positives), at
    best, hits, ordered = (0.0, math.inf), 0, sorted(judged, key=lambda row: -row[0])
    for i, (value, inside) in enumerate(ordered):
        hits += inside
        if i + 1 < len(ordered) and ordered[i + 1][0] == value:
            continue
        best = max(best, (2 * hits / (i + 1 + positives), value))
    return best


def hosts(series, scores):
    """Rows and events after the training rows."""
    labels = json.loads((series / "labels.json").read_text())

    def gather(names):
        rows, events = [], []
        for name in names:
            judged = [(int(t), cells[0]) for t, cells in read_table(scores / f"{name}.csv")][labels[name]["train_rows"]:]
            spans = labels[name]["windows"]
            rows += [(value, any(begin <= t <= end for begin, end in spans)) for t, value in judged]
            events += [max((value for t, value in judged if begin <= t <= end), default=0) for begin, end in spans]
        return rows, events

    def tell(names, at=None):
        rows, events = gather(names)
        f1, at = point_f1(rows, at)
        found = sum(value >= at for value in events) / max(1, len(events))
        return {"point_f1": round(f1, 3), "event_recall": round(found, 3), "threshold": at}

    names = sorted(labels)
    result = {"fitted": tell(names)}
    for tuned, judged in ((0, 1), (1, 0)):
        at = point_f1(gather(names[tuned::2])[0])[1]
        result[f"thresholds of half{tuned}, files of half{judged}"] = tell(names[judged::2], at)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vedette", type=pathlib.Path, default=ROOT / "build/release/vedette")
    parser.add_argument("--engine", default="server,csv,z")
    parser.add_argument("--sets", default="nab,mscloud,kpi,asd")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    options.vedette = options.vedette.resolve()
    for name in options.sets.split(","):
        archive = DATA / f"{name}.open.tar.zst"
        missing = archive if not archive.exists() else SCORERS / "score.py" if not (SCORERS / "score.py").exists() else None
        if missing:
            print(f"skipped {name}: {missing} is missing", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["tar", "--zstd", "-xf", archive, "-C", folder], check=True)
            series = next(pathlib.Path(folder).rglob("labels.json")).parent
            for engine in options.engine.split(","):
                scores = pathlib.Path(folder) / f"scores-{engine}"
                scores.mkdir()
                ENGINES[engine](options, sorted(series.glob("*.csv")), scores)
                if name in METRICS:
                    result = {"fitted": run_scorer(options, METRICS[name], series, scores),
                              "held_out": held_out(options, METRICS[name], series, scores)}
                else:
                    result = hosts(series, scores)
                print(json.dumps({"set": name, "engine": engine, **result}), flush=True)


if __name__ == "__main__":
    main()
