"""What detection costs: the detector alone beside its peers, and the server with it on and off."""

import json
import re
import statistics
import subprocess
import sys
import time

from sets import ROOT

sys.path.insert(0, str(ROOT / "bench"))
import peers  # noqa: E402

# The detector is measured after 100 values of each series: in the second half of this many scrapes.
LOADS = [(1_000, 10_000), (100_000, 240)]  # series, scrapes
POLL_S = 0.1
SETTLE_S = 3  # what was put off until then counts: findings, packing
PUBLISHED = {"netdata": {"ns": "2,000 to 5,000", "bytes": "18,000"}}  # see detect/peers.h


def of_detector(one):
    """A benchmark of detector_bench as a row: the step of a value, or a shard's whole way of it."""
    engine = "shard" if one["name"].startswith("BM_ShardDetector") else "vedette"
    series = next(int(part) for part in one["run_name"].split("/") if part.isdigit())
    return {"engine": engine, "series": series, "ns": 1e9 / one["items_per_second"], "bytes": int(one["bytes/series"])}


def alone(options):
    """[{engine, series, ns, bytes}, ...] of detector_bench and of the peers, one process after the other; medians."""
    bench = [options.programs / "detector_bench", "--benchmark_filter=BM_(Step/(whole|million)|ShardDetector)",
             "--benchmark_format=json", "--benchmark_repetitions=5"]
    report = json.loads(subprocess.run(bench, check=True, capture_output=True, text=True).stdout)
    rows = [of_detector(one) for one in report["benchmarks"]
            if one.get("aggregate_name", "median" if one["repetitions"] == 1 else "") == "median"]
    lines = subprocess.run([options.programs / "detect_peers", "cost"], check=True, capture_output=True, text=True)
    for line in lines.stdout.splitlines():
        row = json.loads(line)
        rows.append({"engine": row.pop("peer"), **row})
    return rows


# --- in the server


def peer_with(detection):
    peer = peers.Vedette()
    peer.config += f"detection: {{enabled: {'true' if detection else 'false'}}}\n"
    return peer


def samples_taken(server):
    text = peers.request(server.port, "GET", "/metrics", timeout=30).body.decode()
    return float(re.search(r"^vedette_ingest_samples_total (\S+)$", text, re.M).group(1))


def anonymous_bytes(server):
    with open(f"/proc/{server.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon:"))


def half_of(server, load, samples):
    """(samples taken, CPU seconds as cpu_split) as soon as half of a load is in; waits for its end."""
    half = None
    while load.poll() is None:
        time.sleep(POLL_S)
        taken = samples_taken(server)
        if half is None and taken >= samples / 2:
            half = (taken, server.cpu_split())
    if load.returncode != 0 or half is None:
        raise SystemExit("the load generator failed, or was done before it was seen")
    return half


def run_once(loadgen, detection, series, scrapes):
    """What a server takes: CPU nanoseconds a sample in the second half of a load, what follows it included, and
    those of them outside of the kernel; bytes in memory."""
    argv = [loadgen, "write", "--series", series, "--scrapes", scrapes, "--conns", 2,
            "--end-ms", int(time.time()) // 15 * 15000]
    with peers.server(peer_with(detection)) as server:
        load = subprocess.Popen([str(a) for a in [*argv, "--url", server.write_url()]],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            half = half_of(server, load, series * scrapes)
        finally:
            load.kill()
            load.wait()
        time.sleep(SETTLE_S)
        taken, spent = samples_taken(server) - half[0], server.cpu_split()
        program, kernel = ((end - begin) * 1e9 / taken for end, begin in zip(spent, half[1]))
        return {"ns": program + kernel, "program_ns": program, "bytes": anonymous_bytes(server)}


def in_server(options):
    """[{series, on_ns, off_ns, added_bytes, ...}, ...], medians of alternating rounds; added_ns and added_program_ns
    are (median, least, most). What the kernel takes differs by more from round to round than all of detection."""
    loadgen = peers.load_generator("rwload")
    if loadgen is None:
        return
    peers.BINARY = options.vedette
    for series, scrapes in LOADS:
        rounds = {True: [], False: []}
        for number in range(options.rounds):
            for detection in (True, False) if number % 2 == 0 else (False, True):
                rounds[detection].append(run_once(loadgen, detection, series, scrapes))
        added = {key: [on[key] - off[key] for on, off in zip(rounds[True], rounds[False])]
                 for key in ("ns", "program_ns", "bytes")}
        yield {"series": series, "scrapes": scrapes, "rounds": options.rounds,
               "on_ns": statistics.median(one["ns"] for one in rounds[True]),
               "off_ns": statistics.median(one["ns"] for one in rounds[False]),
               **{f"added_{key}": (statistics.median(added[key]), min(added[key]), max(added[key]))
                  for key in ("ns", "program_ns")},
               "added_bytes": statistics.median(added["bytes"]) / series}
