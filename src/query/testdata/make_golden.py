#!/usr/bin/env python3
"""Writes golden.test: what Debian's Prometheus says to random expressions over random series.

Usage: src/query/testdata/make_golden.py [COUNT [SEED]] > src/query/testdata/golden.test

Needs `prometheus` and `promtool` on the path. Evaluation times are off the sample grid, where the
closed ranges of Prometheus 2 and the left-open ones of Prometheus 3 agree.
"""

import json
import pathlib
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

BASE = 1_700_000_000
BOUNDS = ["0.05", "0.1", "0.5", "1", "+Inf"]


class Series:
    """Random counters with resets, gauges with gaps, an info metric and classic histograms."""

    def __init__(self):
        self.all = {}
        for job in ("api", "db", "web"):
            for instance in ("0", "1"):
                for code in ("200",) if job == "db" else ("200", "500"):
                    self.add("requests_total", self.counter(), job=job, instance=instance, code=code)
        for instance in ("0", "1", "2"):
            gap = range(20, 36) if instance == "1" else ()
            memory = [(t, random.randint(10**6, 10**9)) for t in self.times(gap=gap)]
            self.add("memory_bytes", memory, instance=instance, zone="z" + instance)
            warmth = [(t, round(random.gauss(5, 12), 3)) for t in self.times(skip=0.1)]
            self.add("temperature", warmth, instance=instance)
            self.add("build_info", [(t, 1) for t in self.times()], instance=instance, version="1." + instance)
        for job in ("api", "db"):
            for bound, samples in self.histogram().items():
                self.add("latency_seconds_bucket", samples, job=job, le=bound)

    def add(self, name, samples, **labels):
        self.all[(name, tuple(sorted(labels.items())))] = samples

    @staticmethod
    def times(skip=0.0, gap=()):
        return [round(i * 30 + random.uniform(0, 0.4), 3)
                for i in range(60) if random.random() >= skip and i not in gap]

    def counter(self):
        value = random.randint(3000, 90000)
        samples = []
        for t in self.times(skip=0.03):
            value = random.randint(0, 20) if random.random() < 0.02 else value + random.randint(0, 50)
            samples.append((t, value))
        return samples

    def histogram(self):
        counts = [1000, 2000, 5000, 7000, 7100]
        samples = {bound: [] for bound in BOUNDS}
        for t in self.times():
            grown = 0
            for i, bound in enumerate(BOUNDS):
                grown += random.randint(0, 9)
                counts[i] += grown
                samples[bound].append((t, counts[i]))
        return samples

    def open_metrics(self):
        lines = []
        for (name, labels), samples in sorted(self.all.items()):
            text = ",".join(f'{k}="{v}"' for k, v in labels)
            lines += [f"{name}{{{text}}} {v!r} {BASE + t:.3f}" for t, v in samples]
        return "\n".join(lines + ["# EOF", ""])

    def script(self):
        lines = [f"samples {BASE}"]
        for (name, labels), samples in self.all.items():
            text = ", ".join(f'{k}="{v}"' for k, v in labels)
            lines.append(f"  {name}{{{text}}} " + " ".join(f"{t}:{v!r}" for t, v in samples))
        return lines


def pick(*choices):
    return random.choice(choices)


def counter():
    return pick("requests_total", 'requests_total{job="api"}', 'requests_total{code=~"2.."}',
                'requests_total{instance!="0",job!~"w.*"}', '{__name__=~"requests_.*",job="db"}')


def gauge():
    return pick("memory_bytes", "temperature", 'temperature{instance="1"}', 'memory_bytes{zone=~"z[01]"}')


def window():
    return pick("45s", "2m", "5m", "7m30s", "10m")


def modifier():
    return pick("", "", "", " offset 3m", " offset -2m", f" @ {BASE + 900}.5", " @ end()", " @ start() offset 1m")


def rate():
    return f'{pick("rate", "rate", "increase", "irate")}({counter()}[{window()}]{modifier()})'


def over_time():
    name = pick("avg_over_time", "min_over_time", "max_over_time", "sum_over_time", "count_over_time",
                "last_over_time", "stddev_over_time", "stdvar_over_time", "present_over_time", "delta",
                "idelta", "deriv", "changes", "resets")
    return f"{name}({gauge()}[{window()}]{modifier()})"


def aggregate(inner, labels):
    group = ", ".join(random.sample(labels, random.randint(0, 2)))
    clause = pick(f"by ({group})", f"without ({group})", "")
    return f'{pick("sum", "avg", "min", "max", "count", "stddev", "stdvar", "group")} {clause} ({inner})'


def expression():
    operator = pick("+", "-", "*", "/", "%", "^")
    number = pick("2", "0.5", "-3", "1e3", "(1+1)")
    by_job = ["job", "instance", "code"]
    reference = pick("0", "5", 'scalar(temperature{instance="1"})')
    comparison = pick(">", "<", ">=", "<=", "==", "!=") + pick("", " bool")
    total = "sum by (job) (rate(requests_total"
    buckets = pick("rate(latency_seconds_bucket[5m])", "latency_seconds_bucket",
                   "sum by (le) (increase(latency_seconds_bucket[4m]))")
    inner = pick(rate(), aggregate(rate(), by_job), "memory_bytes", "temperature > 3")
    function = pick("abs", "ceil", "floor", "exp", "sgn", "sqrt", "ln", "log2", "round")
    return pick(
        counter() + modifier(),
        gauge() + modifier(),
        rate(),
        aggregate(rate(), by_job),
        over_time(),
        aggregate(over_time(), ["instance", "zone"]),
        f"{gauge()} {operator} {number}",
        f"{number} {operator} {gauge()}",
        f"temperature {comparison} {reference}",
        f'{total}{{code="500"}}[{window()}])) / {total}[{window()}]))',
        "requests_total * on (instance) group_left (version) build_info",
        f"memory_bytes {operator} on (instance) temperature",
        f'histogram_quantile({pick("0.05", "0.5", "0.9", "0.99")}, {buckets})',
        f'{pick("topk", "bottomk")} {pick("", "by (job) ")}({random.randint(1, 4)}, {rate()})',
        f'quantile by (job) ({pick("0.1", "0.5", "0.83")}, {counter()})',
        f'{pick("max", "avg", "min", "sum", "count", "last")}_over_time(({inner})[{pick("5m", "10m")}:'
        f'{pick("", "30s", "47s")}])',
        f'{gauge()} {pick("and", "or", "unless")} on (instance) (temperature > {random.randint(-5, 15)})',
        f"{function}(temperature / 7)",
        f'predict_linear({gauge()}[{window()}], {pick("600", "3600")})',
        f"timestamp({gauge()}{modifier()})",
        f'quantile_over_time({pick("0.2", "0.5", "0.95")}, {gauge()}[{window()}])',
        f'absent(temperature{{instance="9"}}) or label_replace(sum by (instance) ({rate()}), "n", "i$1", '
        f'"instance", "(.*)")',
    )


class Prometheus:
    """A server over the series in a temporary folder, on a free port of 127.0.0.1."""

    def __init__(self, folder, series):
        self.folder = pathlib.Path(folder)
        (self.folder / "in.om").write_text(series.open_metrics())
        (self.folder / "prometheus.yml").write_text("global:\n  evaluation_interval: 1m\n")
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "in.om", "tsdb"],
                       cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"

    def __enter__(self):
        self.process = subprocess.Popen(
            ["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--log.level=error",
             f"--web.listen-address={self.address}", "--storage.tsdb.retention.time=100y"], cwd=self.folder)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"http://{self.address}/-/ready").close()
                return self
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("prometheus is not ready after 30 s")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def ask(self, path, **parameters):
        url = f"http://{self.address}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)


def metric(labels):
    name = labels.pop("__name__", "")
    text = ", ".join(f"{k}={json.dumps(v)}" for k, v in sorted(labels.items()))
    return name + (f"{{{text}}}" if text or not name else "")


def instant_case(server, query):
    at = BASE + random.randint(200, 1900) + 0.437
    answer = server.ask("query", query=query, time=f"{at:.3f}")
    lines = [f"eval instant at {at:.3f} {query}"]
    for item in answer.get("data", {}).get("result", []):
        lines.append(f'  {metric(item["metric"])} {item["value"][1]}')
    return answer, lines


def range_case(server, query):
    step, count = pick(37, 60, 113), random.randint(3, 8)
    start = BASE + random.randint(100, 1200) + 0.437
    end = start + step * count
    answer = server.ask("query_range", query=query, start=f"{start:.3f}", end=f"{end:.3f}", step=step)
    lines = [f"eval range from {start:.3f} to {end:.3f} step {step} {query}"]
    for item in answer.get("data", {}).get("result", []):
        values = {round(t * 1000): value for t, value in item["values"]}
        row = [values.get(round((start + i * step) * 1000), "_") for i in range(count + 1)]
        lines.append(f'  {metric(item["metric"])} ' + " ".join(row))
    return answer, lines


def main(count, seed):
    random.seed(seed)
    series = Series()
    out = [f"# Made by make_golden.py {count} {seed} with Debian's Prometheus: see there.", "", *series.script(), ""]
    seen = set()
    with tempfile.TemporaryDirectory() as folder, Prometheus(folder, series) as server:
        while len(seen) < count:
            query = expression()
            if query in seen:
                continue
            answer, lines = pick(instant_case, range_case)(server, query)
            if answer["status"] == "success":
                seen.add(query)
                out += [*lines, ""]
    sys.stdout.write("\n".join(out))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 140, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
