"""The engines: each writes SCORES/<series>.csv with `unix seconds,score` of each row, and gives what
ranks the metrics of a host: ranked(series, begin, end) -> columns, the most suspect first."""

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

from sets import ROOT, read_table, write_columns, write_scores

sys.path.insert(0, str(ROOT))
from tests.harness import REMOTE_WRITE_HEADERS, Vedette, remote_write, wait_for  # noqa: E402

ROWS_PER_WRITE = 5000
SETTINGS = "storage: {retention: 0s}\n"


def output_of(argv):
    return subprocess.run([str(a) for a in argv], capture_output=True, text=True, check=True).stdout


class Columns:
    """Scores of each column of hosts: the greatest in a window ranks."""

    def __init__(self, tables):
        self.tables = tables  # {series: [(t, [score, ...]), ...]}

    def ranked(self, series, begin, end):
        inside = [scores for t, scores in self.tables[series] if begin <= t <= end]
        greatest = [max(column) for column in zip(*inside)]
        order = sorted(range(len(greatest)), key=lambda column: -greatest[column])
        return [column for column in order if greatest[column] > 0]


def each_file(options, files, one):
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        return dict(zip((file.stem for file in files), pool.map(one, files)))


def is_wide(file):
    return file.read_text().partition("\n")[0].count(",") > 1


def detect_csv(options, file):
    """[(time as it stands there, score as printed), ...]"""
    lines = output_of([options.vedette, "detect", "--csv", file]).splitlines()
    return [tuple(line.split(",")[:2]) for line in lines]


def by_csv(options, files, scores):
    def one(file):
        (scores / file.name).write_text("".join(f"{t},{score}\n" for t, score in detect_csv(options, file)))
        if not is_wide(file):
            return None
        with tempfile.TemporaryDirectory() as folder:
            parts = [detect_csv(options, part) for part in write_columns(file, pathlib.Path(folder))]
        return [(float(row[0][0]), [float(score) for _, score in row]) for row in zip(*parts)]
    return Columns(each_file(options, files, one))


def by_peer(name):
    def engine(options, files, scores):
        more = options.peer_options.split() if name == "netdata" else []

        def one(file):
            argv = [options.programs / "detect_peers", name, file, *more]
            (scores / file.name).write_text(output_of(argv))
            if not is_wide(file):
                return None
            lines = output_of([*argv, "--columns"]).splitlines()
            cells = [[float(cell) for cell in line.split(",")] for line in lines]
            return [(row[0], row[1:]) for row in cells]
        return Columns(each_file(options, files, one))
    return engine


# --- the server as shipped


def series_labels(file, column):
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
        send(vedette, [(series_labels(file, c), [(int(rows[0][0] * 1000), rows[0][1][c] or 0.0)]) for c in columns])
    time.sleep(2.5)  # a tick of every shard
    for file, rows in tables.items():
        columns = range(len(rows[0][1]))
        rows = list(advancing(rows))
        step = max(1, ROWS_PER_WRITE // len(columns))
        for begin in range(1, len(rows), step):
            part = rows[begin:begin + step]
            send(vedette, [(series_labels(file, c),
                            [(int(t * 1000), cells[c]) for t, cells in part if cells[c] is not None])
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


class Anomalies:
    """What the server listed of each series: (begin, end, score, column, severity)."""

    def __init__(self, anomalies):
        self.of_series = {}
        for a in anomalies:
            ended = unix(a["ended_at"]) if a.get("ended_at") else math.inf
            column = int(a["labels"]["__name__"].removeprefix("measured_"))
            self.of_series.setdefault(a["entity"], []).append(
                (unix(a["started_at"]), ended, a["score"], column, a["severity"]))

    def of(self, series):
        return self.of_series.get(series, [])

    def ranked(self, series, begin, end):
        """By the score of what is open in the window; of equal ones the first to begin."""
        best = {}
        for start, ended, score, column, _ in self.of(series):
            if start <= end and ended > begin:
                best[column] = min(best.get(column, (0, 0)), (-score, start))
        return sorted(best, key=best.get)


def mark(rows, of_series, wide):
    """The score of each row: of what began there; of hosts, of what is open there."""
    if wide:
        return [(t, max((score for start, end, score, *_ in of_series if start <= t < end), default=0.0))
                for t, _ in rows]
    begun = {}
    for start, _, score, *_ in of_series:
        begun[start] = max(score, begun.get(start, 0.0))
    return [(t, begun.get(int(t), 0.0)) for t, _ in rows]


def by_server(options, files, scores):
    tables = {file: read_table(file) for file in files}
    with Vedette(SETTINGS, binary=options.vedette) as vedette:
        send_all(vedette, tables)
        wait_for(lambda: settled(vedette), 600, "all findings are kept")
        anomalies = [a for a in all_anomalies(vedette) if a["kind"] == "baseline"]
        process = pathlib.Path(f"/proc/{vedette.program.process.pid}/stat").read_text().split()
    spent = (int(process[13]) + int(process[14])) / os.sysconf("SC_CLK_TCK")
    values = sum(cell is not None for rows in tables.values() for _, cells in rows for cell in cells)
    levels = {level: sum(a["severity"] == level for a in anomalies) for level in ("info", "warning", "critical")}
    print(json.dumps({"anomalies": levels, "values": values, "cpu_seconds": round(spent, 2)}), file=sys.stderr)
    listed = Anomalies(anomalies)
    for file, rows in tables.items():
        write_scores(scores / file.name, mark(rows, listed.of(file.stem), len(rows[0][1]) > 1))
    return listed


ENGINES = {"server": by_server, "csv": by_csv, "netdata": by_peer("netdata"), "z": by_peer("z")}
