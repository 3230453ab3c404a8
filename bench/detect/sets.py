"""The public sets, and one that is made up: where they are, reading and writing their rows."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import minutes

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DATA = pathlib.Path(os.environ.get("VEDETTE_DATA", ROOT / "../shared/data")) / "ad"
SCORERS = pathlib.Path(os.environ.get("VEDETTE_BENCH", ROOT / "../shared/bench")) / "ad"
SEED = 7  # of what is made up; the detector's constants have not seen it
METRICS = {"nab": "nab", "mscloud": "ops", "kpi": "ops", "minutes": "ops"}  # of the scorer; the others are hosts


def missing(name):
    """What a set lacks, or None; said aloud."""
    archive = [] if name == "minutes" else [DATA / f"{name}.open.tar.zst"]
    for needed in (*archive, SCORERS / "score.py"):
        if not needed.exists():
            print(f"skipped {name}: {needed} is missing", file=sys.stderr)
            return needed
    return None


@contextlib.contextmanager
def extracted(name):
    """A folder with labels.json and the series, gone when the `with` ends."""
    with tempfile.TemporaryDirectory() as folder:
        if name == "minutes":
            series = pathlib.Path(folder) / "open"
            series.mkdir()
            minutes.write(series, SEED)
            yield series
            return
        subprocess.run(["tar", "--zstd", "-xf", DATA / f"{name}.open.tar.zst", "-C", folder], check=True)
        yield next(pathlib.Path(folder).rglob("labels.json")).parent


def labels_of(series):
    return json.loads((series / "labels.json").read_text())


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


def write_columns(file, folder):
    """A file for each column of a wide one, in order."""
    lines = [line.split(",") for line in file.read_text().splitlines()]
    if not lines[0][0].replace(".", "").isdigit():
        lines.pop(0)
    for column in range(1, len(lines[0])):
        part = folder / f"{file.stem}.{column - 1}.csv"
        part.write_text("".join(f"{cells[0]},{cells[column]}\n" for cells in lines))
        yield part
