#!/usr/bin/env python3
"""What a log line costs over HTTP (Loki push) and on disk, and how fast lines are found, beside
ripgrep over the same lines as plain text.

    bench/logs.py [--mb N] [--rounds N]

The lines are those of `logload` (VEDETTE_LOADGEN): 200 streams, four formats. ripgrep reads its file
from the page cache; its counts must be the same as Vedette's.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import tempfile
import time
import urllib.parse

import peers

PHRASE = "dial tcp 10.4.3.2:5432: connect: connection refused"


def compiled(folder):
    program = folder / "logload"
    subprocess.run(["g++", "-O2", "-std=c++20", "-o", program,
                    peers.LOAD_GENERATORS / "logload.cpp", *peers.LIBRARIES], check=True)
    return program


def median_ms(rounds, ask):
    """The median time of `ask` in ms, and its last answer."""
    spent = []
    for _ in range(rounds):
        begin = time.perf_counter()
        answer = ask()
        spent.append((time.perf_counter() - begin) * 1000)
    return sorted(spent)[len(spent) // 2], answer


def vedette_count(server, query):
    path = "/api/v1/logs/query?" + urllib.parse.urlencode({"query": query + " | count"})
    series = peers.request(server.port, "GET", path, timeout=60).json()["stats"]["series"]
    return int(series[0]["total"]) if series else 0


def rg_count(lines, text):
    out = subprocess.run(["rg", "--count", "--fixed-strings", text, lines], text=True,
                         stdout=subprocess.PIPE, check=False).stdout
    return int(out or 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    peer = peers.ALL["vedette"]
    if not peer.installed():
        raise SystemExit("build/release/vedette is missing: ./run --build")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        logload, lines = compiled(folder), folder / "lines.txt"
        end = str(int(time.time() * 1000))
        subprocess.run([logload, "gen", "--mb", str(options.mb), "--out", lines, "--end-ms", end],
                       check=True)
        # One line in the middle, by a value that no other line has.
        with lines.open("rb") as file:
            file.seek(lines.stat().st_size // 2)
            file.readline()
            needle = file.readline()
            while b"correlation=" not in needle:
                needle = file.readline()
        needle = needle.split(b"correlation=")[1].strip().decode()
        with peers.server(peer) as server:
            report = json.loads(subprocess.run(
                [logload, "push", "--url", f"http://127.0.0.1:{server.port}/loki/api/v1/push",
                 "--mb", str(options.mb), "--conns", "2", "--pid", str(server.pid), "--settle",
                 "60", "--end-ms", end], check=True, stdout=subprocess.PIPE, text=True).stdout)
            print(f"ingest: {report['lines']} lines, {report['errors']} errors, "
                  f"{report['lines_per_s']:.0f}/s, {report['cpu_us_per_line']:.2f} us CPU a line, "
                  f"{report['cpu_us_per_line_settled']:.2f} settled, "
                  f"{report['rss_max_mb']:.0f} MB resident")
            print(f"disk: {peers.folder_bytes(server.folder / 'data') / 1e6:.0f} MB "
                  f"of {lines.stat().st_size / 1e6:.0f} MB")
            for name, text in (("rare word", needle), ("frequent phrase", PHRASE)):
                ms, count = median_ms(options.rounds, lambda t=text: vedette_count(server, f'"{t}"'))
                print(f"{name}: vedette {ms:.1f} ms, {count} lines", end="")
                if shutil.which("rg"):
                    ms, other = median_ms(options.rounds, lambda t=text: rg_count(lines, t))
                    print(f"; ripgrep {ms:.1f} ms, {other} lines")
                else:
                    print("; ripgrep is not installed")


if __name__ == "__main__":
    main()
