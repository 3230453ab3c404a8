#!/usr/bin/env python3
"""What `vedette diagnose` makes of public incidents with known causes, beside simple methods and published scores.

    bench/diagnosis.py [--vedette build/release/vedette] [--only petshop,...] [--json]

The sets are VEDETTE_DATA/rca/*.open.tar.zst (default ../shared/data); a set that is missing is named and skipped. One setting of the
engine for all. A case on which it abstains counts as wrong, unless the truth is "none". "Half A" and "half B" are the cases by a hash of
their names: what was chosen, was chosen on A. Lines with (here) are small versions of known methods run on the same cases;
(published) are the authors' figures on the whole set, of which this is a part. Only the standard library is needed.
"""

import argparse
import collections
import csv
import hashlib
import json
import math
import os
import pathlib
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = pathlib.Path(os.environ.get("VEDETTE_DATA", ROOT / "../shared/data")) / "rca"
SETS = {"petshop": ["petshop.open", "petshop.normal"], "sockshop": ["rcd_sockshop.open"],
        "rcbench": ["rcbench.open"],
        "nezha": ["nezha.open.metrics", "nezha.normal.metrics", "nezha.open.tt-spanslogs",
                  "nezha.open.ob-spanslogs", "nezha.normal.spanslogs"]}


def extract(name, target):
    """False when an archive of the set is missing."""
    archives = [DATA / f"{part}.tar.zst" for part in SETS[name]]
    if not all(archive.exists() for archive in archives):
        return False
    target.mkdir()
    for archive in archives:
        subprocess.run(["tar", "--zstd", "-xf", archive, "-C", target], check=True)
    return True


class Table:
    """time, then a column per `entity|metric[|statistic]`; None is missing."""

    def __init__(self, file):
        with open(file, newline="") as text:
            rows = csv.reader(text)
            self.names = next(rows)[1:]
            cells = [[float(cell) if cell else None for cell in row] for row in rows]
        self.times = [row[0] for row in cells]
        self.columns = {name: [row[i + 1] for row in cells] for i, name in enumerate(self.names)}

    def values(self, name, keep=lambda time: True):
        column = self.columns.get(name, [])
        return [value for at, value in zip(self.times, column) if value is not None and keep(at)]


class Case:
    def __init__(self, folder):
        self.folder = folder
        self.meta = json.loads((folder / "meta.json").read_text())
        self.truth = json.loads((folder / "truth.json").read_text())
        self.name = self.meta["case"]
        self.cause = self.truth["root_cause"]
        self.half = "half " + "AB"[int(hashlib.sha256(self.name.encode()).hexdigest(), 16) & 1]

    def read(self):
        self.table = Table(self.folder / "metrics.csv")
        baseline = self.meta.get("baseline")
        self.usual = Table(self.folder.parent.parent / baseline) if baseline else None
        graph = self.folder / "graph.json"
        self.calls = json.loads(graph.read_text())["edges"] if graph.exists() else []
        return self


def cases_of(target):
    return [Case(folder) for folder in sorted((target / "open").iterdir())]


class Engine:
    def __init__(self, binary):
        self.binary = binary
        self.seconds = []

    def ask(self, folder):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([self.binary, "diagnose", "--case", folder, "--json"],
                              capture_output=True, text=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return json.loads(done.stdout)

    def entities(self, folder, name=lambda entity: entity):
        answer = self.ask(folder)
        if answer["abstained"]:
            return []
        return list(dict.fromkeys(name(one["entity"]) for one in answer["hypotheses"] if one["status"] != "ruled_out"))

    def take_seconds(self):
        """Processor time per run since the last call: start, reading and all."""
        seconds, self.seconds = self.seconds, []
        return statistics.mean(seconds) if seconds else 0.0


# --- the simple methods -------------------------------------------------------------------------

def median_iqr(values):
    quarters = statistics.quantiles(values, n=4, method="inclusive")
    return quarters[1], quarters[2] - quarters[0]


def rank(scores):
    return [entity for entity, _ in sorted(scores.items(), key=lambda item: -item[1])]


def nsigma_and_baro(case, at, name=lambda entity: entity, skip=(), unit=lambda column: 1.0):
    """Per metric the largest |x - mean| / sd and (x - median) / IQR (1 where it is 0) after `at`; per entity the best metric."""
    nsigma, baro = {}, {}
    for column in case.table.names:
        entity, metric = column.split("|")[:2]
        if metric in skip or "->" in entity or entity.startswith("@"):
            continue
        factor = unit(column)
        usual = case.usual.values(column) if case.usual else case.table.values(column, lambda t: t < at)
        after = [value * factor for value in case.table.values(column, lambda t: t >= at)]
        usual = [value * factor for value in usual]
        if len(usual) < 5 or not after:
            continue
        mean, deviation = statistics.fmean(usual), statistics.pstdev(usual) or 1
        middle, iqr = median_iqr(usual)
        entity = name(entity)
        nsigma[entity] = max(nsigma.get(entity, -math.inf), max(abs(x - mean) for x in after) / deviation)
        baro[entity] = max(baro.get(entity, -math.inf), max(x - middle for x in after) / (iqr or 1))
    return rank(nsigma), rank(baro)


def traversal(case, threshold=5):
    """PetShop's: anomalous nodes without an anomalous callee, on an anomalous path from the alert."""
    alert = case.meta["alert"]
    score = {}
    for column in case.table.names:
        entity, metric, statistic = (column.split("|") + [None])[:3]
        if (metric, statistic) != (alert["metric"], alert["stat"]):
            continue
        usual = case.usual.values(column)
        now = case.table.values(column, lambda t: t >= case.meta["detect_time"] - 150)
        if len(usual) >= 5 and now:
            middle = statistics.median(usual)
            spread = 1.4826 * statistics.median(abs(x - middle) for x in usual) or 1e-9
            score[entity] = min(max(abs(x - middle) for x in now) / spread, 1e6)
    callees = collections.defaultdict(list)
    for caller, callee in case.calls:
        callees[caller].append(callee)
    found, todo = {}, [(alert["entity"], 0.0)]
    while todo:
        entity, sum_before = todo.pop()
        if score.get(entity, 0) <= threshold or found.get(entity, -1) >= sum_before + score[entity]:
            continue
        found[entity] = sum_before + score[entity]
        todo += [(callee, found[entity]) for callee in callees[entity] if callee not in found]
    return rank({entity: total for entity, total in found.items()
                 if not any(score.get(callee, 0) > threshold for callee in callees[entity])})


def shuffled(case):
    entities = sorted({column.split("|")[0] for column in case.table.names})
    random.Random(case.name).shuffle(entities)
    return entities


# --- scores ---------------------------------------------------------------------------------------

class Scores:
    """Method and group to the ranks of the true cause (0: not found)."""

    def __init__(self):
        self.ranks = collections.defaultdict(list)

    def add(self, method, case, ranking, groups=()):
        at = ranking.index(case.cause) + 1 if case.cause in ranking else 0
        for group in ("all", case.half, *groups):
            self.ranks[method, group].append(at)

    def show(self):
        print(f"  {'method':34}{'group':28}{'cases':>6}{'top-1':>8}{'top-3':>8}{'top-5':>8}{'Avg@5':>8}")
        # All cases first, then the halves, then what is special.
        order = {"all": 0, "half A": 1, "half B": 2}
        for (method, group), ranks in sorted(self.ranks.items(), key=lambda one: order.get(one[0][1], 3)):
            share = [sum(1 for at in ranks if 0 < at <= k) / len(ranks) for k in range(1, 6)]
            print(f"  {method:34}{group:28}{len(ranks):6}{share[0]:8.3f}{share[2]:8.3f}{share[4]:8.3f}"
                  f"{statistics.fmean(share):8.3f}")


def published(lines):
    for line in lines:
        print(f"  {line} (published)")


def show_time(engine):
    print(f"  processor time of a run, start and reading included: {engine.take_seconds() * 1000:.1f} ms")


def quiet_cases(target, rows):
    """Fault-free stretches of the baselines as cases, measured against the rest: any cause named is a false one."""
    for system in ("high_traffic", "low_traffic"):
        lines = (target / "normal" / f"{system}.csv").read_text().splitlines()
        graph = next(case.folder for case in cases_of(target) if case.meta["system"] == system) / "graph.json"
        header, body = lines[0], lines[1:]
        for first in range(0, len(body) - rows + 1, max(rows, 24)):
            part = body[first:first + rows]
            rest = body[:max(0, first - 12)] + body[first + rows + 12:]
            with tempfile.TemporaryDirectory() as scratch:
                folder = pathlib.Path(scratch) / "set" / "open" / "one"
                folder.mkdir(parents=True)
                (folder / "metrics.csv").write_text("\n".join([header, *part]) + "\n")
                (folder.parent.parent / "rest.csv").write_text("\n".join([header, *rest]) + "\n")
                shutil.copy(graph, folder)
                for metric in ("latency", "availability"):
                    at = float(part[min(2, rows - 1)].split(",", 1)[0]) - 70
                    alert = {"entity": "PetSite", "metric": metric, "stat": "Average"}
                    (folder / "meta.json").write_text(json.dumps(
                        {"alert": alert, "baseline": "rest.csv", "detect_time": at}))
                    yield system, metric, folder


def petshop(engine, target):
    print("PetShop: 5-minute metrics and a call graph")
    scores = Scores()
    for case in cases_of(target):
        if case.meta["baseline_substituted"]:
            continue
        groups = (f"{case.meta['system']} {case.meta['alert']['metric']}",)
        scores.add("vedette", case, engine.entities(case.folder), groups)
        case.read()
        scores.add("MAD traversal (here)", case, traversal(case))
        nsigma, baro = nsigma_and_baro(case, case.meta["detect_time"])
        scores.add("NSigma (here)", case, nsigma)
        scores.add("BARO's scorer (here)", case, baro)
        scores.add("random (here)", case, shuffled(case))
    scores.show()
    published(["official traversal, low and high traffic, 52 cases: top-1 .654, top-3 .827"])
    show_time(engine)
    quiet = collections.defaultdict(list)
    for system, metric, folder in quiet_cases(target, 5):
        quiet[system, metric].append(engine.ask(folder)["abstained"])
    for (system, metric), silent in quiet.items():
        print(f"  specificity, {system} {metric}: {sum(silent) / len(silent):.3f} of {len(silent)} fault-free stretches of 25 minutes")
    published(["specificity of the traversal: latency .167 (low), .333 (high), availability 1.0"])
    engine.take_seconds()


def variant(case, scratch, change):
    """The case with its meta.json or metrics.csv changed."""
    folder = scratch / "set" / "open" / case.name
    shutil.copytree(case.folder, folder)
    change(folder)
    return folder


def without_time(folder):
    meta = json.loads((folder / "meta.json").read_text())
    (folder / "meta.json").write_text(json.dumps({**meta, "detect_time": None}))


def late(folder):
    meta = json.loads((folder / "meta.json").read_text())
    (folder / "meta.json").write_text(json.dumps({**meta, "detect_time": meta["detect_time"] + 60}))


def in_other_units(folder):
    """Memory in GiB instead of bytes, processor in thousandths, latencies in milliseconds."""
    factors = {"mem": 2.0 ** -30, "cpu": 1000.0}
    with open(folder / "metrics.csv", newline="") as text:
        rows = list(csv.reader(text))
    scale = [1.0] + [factors.get(name.split("|")[1], 1000.0) for name in rows[0][1:]]
    for row in rows[1:]:
        row[1:] = [repr(float(cell) * factor) if cell else "" for cell, factor in zip(row[1:], scale[1:])]
    with open(folder / "metrics.csv", "w", newline="") as text:
        csv.writer(text).writerows(rows)


def sockshop(engine, target):
    print("Sock Shop 1: metrics of every second, faults of processor and memory; X-db counts as X")
    scores = Scores()

    def service(entity):
        return entity.removesuffix("-db")

    dropped = ("lat_50", "lat_99")
    for case in cases_of(target):
        scores.add("vedette", case, engine.entities(case.folder, service), (case.truth["metric"],))
        with tempfile.TemporaryDirectory() as scratch:
            for method, change in (("vedette, onset found", without_time), ("vedette, told 60 s late", late),
                                   ("vedette, other units", in_other_units)):
                folder = variant(case, pathlib.Path(scratch) / change.__name__, change)
                scores.add(method, case, engine.entities(folder, service))
        case.read()
        for text, at in (("", 0), (", 60 s late", 60)):
            nsigma, baro = nsigma_and_baro(case, case.meta["detect_time"] + at, service, dropped)
            scores.add(f"NSigma{text} (here)", case, nsigma)
            scores.add(f"BARO's scorer{text} (here)", case, baro)
        _, baro = nsigma_and_baro(case, case.meta["detect_time"], service, dropped,
                                  lambda column: 2.0 ** -30 if "|mem" in column else 1.0)
        scores.add("BARO's scorer, GiB (here)", case, baro)
        scores.add("random (here)", case, [service(entity) for entity in shuffled(case)])
    scores.show()
    published(["Avg@5 of processor / memory: BARO .99 / .99 (60 s late .98 / .98), NSigma .98 / .99 (.15 / .33), CausalRCA .84 / .84,",
               "CIRCA .70 / .80, RCD .63 / .66, e-Diagnosis .50 / .55, RUN .48 / .42, random .36 / .33"])
    show_time(engine)


# --- changes ----------------------------------------------------------------------------------------

def rcbench(engine, target):
    print("RootCauseBench: which deployed commit, or none")
    results = collections.defaultdict(lambda: [0, 0, 0])

    def add(method, case, answer):
        right = answer == case.truth["root_cause_change"]
        for name in (method, f"{method}, {case.half}"):
            results[name][0] += 1
            results[name][1] += right
            results[name][2] += answer in case.truth["decoys"]

    for case in cases_of(target):
        answer = engine.ask(case.folder)
        best = answer["hypotheses"][0]["region"] if answer["hypotheses"] else None
        add("vedette", case, "none" if answer["abstained"] else best or "none")
        alert = json.loads((case.folder / "alert.json").read_text())
        deploys = [one for one in json.loads((case.folder / "deploys.json").read_text()) if one["timestamp"] <= alert["fired_at"]]
        deploys.sort(key=lambda one: one["timestamp"])
        own = [one for one in deploys if one["service"] == alert["service"]]
        add("latest deploy (here)", case, deploys[-1]["commit_sha"] if deploys else "none")
        add("latest deploy of the alerting service (here)", case, own[-1]["commit_sha"] if own else "none")
        add("always none (here)", case, "none")
    for method, (cases, right, decoys) in results.items():
        print(f"  {method:56}{right:3} of {cases:2} right, {decoys} decoys blamed")
    published(["of 24: latest deploy 1 (22 decoys), alerting service's deploy 5 (18), best script 7 (17); language models 29 % to 100 %"])
    show_time(engine)


# --- spans and logs -----------------------------------------------------------------------------------

def region_matches(truth, region):
    """Inner level: the resource, or the pair of events; the order within the pair counts."""
    if not region:
        return False
    if truth["fault_class"] == "cpu":
        return "cpu" in region.lower()
    if truth["fault_class"] == "network":
        return "net" in region.lower()
    return region == truth["inner_label"]


def nezha(engine, target):
    print("Nezha: metrics, spans and logs; AS@k on the service, AIS@1 on the code region or resource")
    scores, inner = Scores(), collections.defaultdict(list)
    for case in cases_of(target):
        system = case.meta["system"]
        answer = engine.ask(case.folder)
        hypotheses = [] if answer["abstained"] else answer["hypotheses"]
        ranking = list(dict.fromkeys(one["entity"] for one in hypotheses))
        scores.add(f"vedette, {system}", case, ranking, (case.truth["fault_class"],))
        best = hypotheses[0] if hypotheses else {"entity": None, "region": None}
        inner[system].append(best["entity"] == case.cause and region_matches(case.truth, best["region"]))
        case.read()
        nsigma, baro = nsigma_and_baro(case, case.meta["detect_time"] - 30)
        scores.add(f"NSigma, {system} (here)", case, nsigma)
        scores.add(f"BARO's scorer, {system} (here)", case, baro)
        scores.add(f"random, {system} (here)", case, [one for one in shuffled(case) if "->" not in one and one[0] != "@"])
    scores.show()
    for system, right in inner.items():
        print(f"  AIS@1, {system}: {sum(right) / len(right):.3f}")
    published(["TrainTicket, 45 faults: Nezha AS@1 .867, AS@3 .978, AIS@1 .867; without logs .422; PDiagnose .089; MicroRCA .200",
               "OnlineBoutique, 56 faults: Nezha AS@1 .929; without logs .643; MicroRank .411; MicroRCA .161 / .625 / .928 (top-1/3/5)"])
    show_time(engine)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--vedette", default=ROOT / "build/release/vedette")
    arguments.add_argument("--only", help="some of " + ",".join(SETS))
    options = arguments.parse_args()
    engine = Engine(options.vedette)
    runs = {"petshop": petshop, "sockshop": sockshop, "rcbench": rcbench, "nezha": nezha}
    with tempfile.TemporaryDirectory() as scratch:
        for name, run in runs.items():
            if options.only and name not in options.only.split(","):
                continue
            target = pathlib.Path(scratch) / name
            if not extract(name, target):
                print(f"{name}: skipped, {DATA} does not have it")
                continue
            run(engine, target)
            print()


if __name__ == "__main__":
    sys.exit(main())
