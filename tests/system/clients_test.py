"""Programs that people already have, unmodified: promtool, a Prometheus that reads from Vedette, the
requests of Grafana's Prometheus data source, and line protocol as Telegraf sends it."""

import gzip
import json
import shutil
import struct
import subprocess
import time
import unittest
import urllib.parse

from tests.harness import (PATIENCE, REMOTE_WRITE_HEADERS, Program, Vedette, field, free_port, remote_write,
                           request, snappy_literal, varint, wait_for)

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
END = int(time.time()) // 60 * 60
START = END - 1800


def write_history(vedette):
    """Half an hour of a counter for three services, a classic histogram and a gauge."""
    series = []
    times = range(START, END + 1, 15)
    for number, service in enumerate(("cart", "pay", "ship")):
        labels = {"job": "shop", "service": service, "instance": f"10.0.0.{number}:80"}
        series.append(({"__name__": "http_requests_total", **labels},
                       [(t * 1000, 10.0 * (number + 1) * i) for i, t in enumerate(times)]))
        series.append(({"__name__": "up", **labels}, [(t * 1000, 1.0) for t in times]))
        for bound, share in (("0.1", 0.5), ("1", 0.9), ("+Inf", 1.0)):
            series.append(({"__name__": "latency_seconds_bucket", "le": bound, **labels},
                           [(t * 1000, share * 100.0 * i) for i, t in enumerate(times)]))
    answer = vedette.post("/api/v1/write", remote_write(series), REMOTE_WRITE_HEADERS)
    assert answer.status == 204, answer.body
    page = (b"# HELP http_requests_total Requests.\n# TYPE http_requests_total counter\n"
            b"http_requests_total{job=\"push\"} 5\n")
    answer = vedette.post("/api/v1/import/prometheus", page, {"Content-Type": "text/plain"})
    assert answer.status == 204, answer.body


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.vedette = Vedette("").start()
        write_history(cls.vedette)

    @classmethod
    def tearDownClass(cls):
        cls.vedette.__exit__(None)

    def success(self, answer):
        self.assertEqual(answer.status, 200, answer.body[:400])
        body = answer.json()
        self.assertEqual(body["status"], "success")
        return body["data"]

    def ask(self, path, **parameters):
        return self.success(self.vedette.get("/api/v1/" + path, **parameters))

    def post(self, path, **parameters):
        form = urllib.parse.urlencode(parameters, doseq=True)
        return self.success(self.vedette.post("/api/v1/" + path, form, FORM))


class Grafana(Clients):
    """What its Prometheus data source asks, in the order in which a person meets it."""

    def test_save_and_test(self):
        self.assertEqual(self.post("query", query="1+1", time=END)["result"][1], "2")
        build = self.ask("status/buildinfo")
        self.assertRegex(build["version"], r"^\d+\.\d+\.\d+")

    def test_the_label_browser(self):
        names = self.ask("labels", start=START, end=END)
        self.assertLessEqual({"__name__", "job", "service", "le"}, set(names))
        only = self.post("labels", start=START, end=END, **{"match[]": '{__name__="up"}'})
        self.assertEqual(only, ["__name__", "instance", "job", "service"])
        metrics = self.ask("label/__name__/values", start=START, end=END)
        self.assertLessEqual({"up", "http_requests_total", "latency_seconds_bucket"}, set(metrics))
        services = self.ask("label/service/values", start=START, end=END, **{"match[]": "up"})
        self.assertEqual(services, ["cart", "pay", "ship"])
        self.assertEqual(len(self.ask("label/service/values", limit=2)), 2)
        series = self.post("series", start=START, end=END, **{"match[]": ['up{service="pay"}', "nothing"]})
        self.assertEqual([row["instance"] for row in series], ["10.0.0.1:80"])

    def test_the_metric_browser_knows_types_and_help(self):
        data = self.ask("metadata", limit=100, metric="http_requests_total")
        self.assertEqual(data["http_requests_total"][0],
                         {"type": "counter", "help": "Requests.", "unit": ""})

    def test_a_panel(self):
        data = self.post("query_range", query="sum by (service) (rate(http_requests_total[1m]))",
                         start=START + 300, end=END, step=15)
        self.assertEqual(data["resultType"], "matrix")
        values = {row["metric"]["service"]: float(row["values"][-1][1]) for row in data["result"]}
        for number, service in enumerate(("cart", "pay", "ship")):
            self.assertAlmostEqual(values[service], 10 * (number + 1) / 15, places=9)

    def test_exemplars_and_rules_are_lists(self):
        self.assertEqual(self.post("query_exemplars", query="http_requests_total", start=START, end=END), [])
        self.assertEqual(self.ask("rules")["groups"], [])
        self.assertEqual(self.ask("alerts")["alerts"], [])

    def test_the_query_builder_formats_and_parses(self):
        query = 'sum by(service)(rate(http_requests_total{job="shop"}[5m]))/2'
        text = self.ask("format_query", query=query)
        self.assertEqual(self.ask("format_query", query=text), text)
        self.assertEqual(self.ask("parse_query", query=query)["type"], "binaryExpr")

    def test_errors_are_those_of_prometheus(self):
        answer = self.vedette.get("/api/v1/query", query="sum(")
        self.assertEqual(answer.status, 400)
        body = answer.json()
        self.assertEqual((body["status"], body["errorType"]), ("error", "bad_data"))
        self.assertIn("parse error", body["error"])


@unittest.skipUnless(shutil.which("promtool"), "Debian's prometheus (promtool) is not installed")
class Promtool(Clients):
    def promtool(self, *arguments):
        done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        return done.stdout

    def test_it_queries(self):
        url = f"http://127.0.0.1:{self.vedette.port}"
        out = self.promtool("query", "instant", "-o", "json", f"--time={END}", url, 'up{service="pay"}')
        self.assertEqual(json.loads(out)[0]["value"][1], "1")
        out = self.promtool("query", "range", f"--start={START}", f"--end={END}", "--step=60s", url, "up")
        self.assertEqual(out.count("=>"), 3)
        out = self.promtool("query", "series", "--match=up", f"--start={START}", f"--end={END}", url)
        self.assertEqual(len(out.splitlines()), 3)
        out = self.promtool("query", "labels", f"--start={START}", f"--end={END}", url, "service")
        self.assertEqual(out.split(), ["cart", "pay", "ship"])

    def test_our_own_metrics_have_its_approval(self):
        page = self.vedette.get("/metrics").body
        done = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 0, (done.stdout + done.stderr).decode()[:2000])


@unittest.skipUnless(shutil.which("prometheus"), "Debian's prometheus is not installed")
class RemoteRead(Clients):
    def test_a_prometheus_answers_from_vedette(self):
        port, folder = free_port(), self.vedette.folder
        (folder / "prometheus.yml").write_text(f"""
remote_read:
  - url: http://127.0.0.1:{self.vedette.port}/api/v1/read
    read_recent: true
""")
        program = Program(["prometheus", f"--config.file={folder}/prometheus.yml",
                           f"--storage.tsdb.path={folder}/tsdb", f"--web.listen-address=127.0.0.1:{port}"],
                          folder, "prometheus")
        try:
            def ready():
                try:
                    return request(port, "GET", "/-/ready").status == 200
                except OSError:
                    return False
            wait_for(ready, 60, "prometheus is ready")
            for query in ("sum by (service) (rate(http_requests_total{job=\"shop\"}[5m]))",
                          "count_over_time(up{service=~\"pay|ship\"}[10m])"):
                path = "/api/v1/query?" + urllib.parse.urlencode({"query": query, "time": END - 7.5})
                theirs, ours = ({tuple(sorted(one["metric"].items())): one["value"]
                                 for one in request(of, "GET", path).json()["data"]["result"]}
                                for of in (port, self.vedette.port))
                self.assertTrue(theirs, program.output()[-2000:])
                self.assertEqual(theirs.keys(), ours.keys())
                for labels, (t, value) in theirs.items():
                    self.assertEqual(ours[labels][0], t)
                    # Prometheus 2 sums without the compensation of 3.
                    self.assertAlmostEqual(float(ours[labels][1]), float(value), delta=1e-9)
        finally:
            program.kill()


def fields(message):
    """The fields of a protobuf message in order: (number, integer or bytes)."""
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at, value, shift = at + 1, value | (byte & 127) << shift, shift + 7
            if byte < 128:
                return value
    while at < len(message):
        tag = number()
        if tag & 7 == 0:
            yield tag >> 3, number()
        else:
            size = number()
            yield tag >> 3, message[at:at + size]
            at += size


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def xor_chunk(data):
    """The samples of a chunk of Prometheus' XOR encoding: [(t_ms, value), ...]."""
    text, at = "".join(f"{byte:08b}" for byte in data), 0

    def bits(count):
        nonlocal at
        at += count
        return int(text[at - count:at] or "0", 2)

    def uvarint():
        value = shift = 0
        while True:
            byte = bits(8)
            value, shift = value | (byte & 127) << shift, shift + 7
            if byte < 128:
                return value

    def change():
        for size in (0, 14, 17, 20):
            if bits(1) == 0:
                value = bits(size)
                return value - (1 << size) if size and value > 1 << size - 1 else value
        value = bits(64)
        return value - (1 << 64) if value >= 1 << 63 else value
    samples, t, delta, word, leading, trailing = [], 0, 0, 0, 0, 0
    for i in range(bits(16)):
        if i == 0:
            zigzag = uvarint()
            t, word = zigzag >> 1 ^ -(zigzag & 1), bits(64)
        else:
            delta = uvarint() if i == 1 else delta + change()
            t += delta
            if bits(1):
                if bits(1):
                    leading, size = bits(5), bits(6)
                    trailing = 64 - leading - (size or 64)
                word ^= bits(64 - leading - trailing) << trailing
        samples.append((t, struct.unpack(">d", struct.pack(">Q", word))[0]))
    return samples


def streamed_chunks(port, matchers, start, end):
    """What a server streams for one query: {labels: samples}, in its order."""
    query = b"".join(field(3, field(2, name.encode()) + field(3, value.encode()))
                     for name, value in matchers.items())
    message = field(1, b"\x08" + varint(start * 1000) + b"\x10" + varint(end * 1000) + query) + b"\x10\x01"
    answer = request(port, "POST", "/api/v1/read", snappy_literal(message),
                     {"Content-Type": "application/x-protobuf", "Content-Encoding": "snappy",
                      "X-Prometheus-Remote-Read-Version": "0.1.0"})
    assert answer.status == 200, (answer.status, answer.body)
    assert answer.headers["Content-Type"] == \
        "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse", answer.headers
    found, rest = {}, answer.body
    while rest:
        size = shift = at = 0
        while True:
            byte = rest[at]
            at, size, shift = at + 1, size | (byte & 127) << shift, shift + 7
            if byte < 128:
                break
        crc, frame, rest = rest[at:at + 4], rest[at + 4:at + 4 + size], rest[at + 4 + size:]
        assert int.from_bytes(crc, "big") == crc32c(frame)
        for number, series in fields(frame):
            assert number == 1, number
            labels = tuple(tuple(text.decode() for _, text in fields(pair))
                           for tag, pair in fields(series) if tag == 1)
            for tag, chunk in fields(series):
                if tag != 2:
                    continue
                chunk = dict(fields(chunk))
                samples = xor_chunk(chunk[4])
                assert chunk[3] == 1
                assert (chunk[1], chunk[2]) == (samples[0][0], samples[-1][0])
                found.setdefault(labels, []).extend(samples)
    return found


@unittest.skipUnless(shutil.which("prometheus"), "Debian's prometheus is not installed")
class StreamedChunks(Clients):
    """Debian's Prometheus asks for samples only, so here a reader of our own asks both servers."""

    def test_vedette_streams_what_a_prometheus_streams(self):
        folder, port = self.vedette.folder, free_port()
        times = range(START, END + 1, 15)
        lines = ["# TYPE up gauge"]
        for number, service in enumerate(("cart", "pay", "ship")):
            lines += [f'up{{instance="10.0.0.{number}:80",job="shop",service="{service}"}} 1 {t}' for t in times]
        lines.append("# TYPE wave gauge")
        wave = [(t * 1000, round(abs((t % 997) - 498.5) * 1.1, 3)) for t in times]
        lines += [f'wave{{job="shop"}} {value} {t // 1000}' for t, value in wave] + ["# EOF\n"]
        answer = self.vedette.post("/api/v1/write", remote_write([({"__name__": "wave", "job": "shop"}, wave)]),
                                   REMOTE_WRITE_HEADERS)
        self.assertEqual(answer.status, 204, answer.body)
        (folder / "page").write_text("\n".join(lines))
        (folder / "prometheus.yml").write_text("")
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", folder / "page",
                        folder / "blocks"], check=True, capture_output=True, timeout=PATIENCE)
        program = Program(["prometheus", f"--config.file={folder}/prometheus.yml",
                           f"--storage.tsdb.path={folder}/blocks", "--storage.tsdb.retention.time=10y",
                           f"--web.listen-address=127.0.0.1:{port}"], folder, "prometheus-blocks")
        try:
            def ready():
                try:
                    return request(port, "GET", "/-/ready").status == 200
                except OSError:
                    return False
            wait_for(ready, 60, "prometheus is ready")
            for matchers in ({"__name__": "up"}, {"__name__": "wave", "job": "shop"}, {"__name__": "no"}):
                theirs, ours = (streamed_chunks(at, matchers, START, END) for at in (port, self.vedette.port))
                # Its chunks may hold more than was asked for.
                theirs = {labels: [s for s in samples if START * 1000 <= s[0] <= END * 1000]
                          for labels, samples in theirs.items()}
                self.assertEqual(list(ours), list(theirs), program.output()[-1000:])
                self.assertEqual(ours, theirs)
                self.assertEqual(sum(map(len, ours.values())),
                                 {"up": 3, "wave": 1, "no": 0}[matchers["__name__"]] * 121)
        finally:
            program.kill()


class Telegraf(Clients):
    """Its outputs.influxdb and outputs.influxdb_v2: gzip, nanoseconds, several fields a line."""

    LINES = (f"cpu,cpu=cpu0,host=web\\ 1 usage_user=1.5,usage_idle=98i,state=\"ok\" {END}000000000\n"
             f"disk,host=web\\ 1,path=/ used=5u,free=7u {END}000000000\n")

    def check(self):
        got = self.vedette.query('{__name__=~"cpu_usage_.*|disk_.*"}', END)
        values = {dict(labels)["__name__"]: value for labels, value in got.items()}
        self.assertEqual(values, {"cpu_usage_user": 1.5, "cpu_usage_idle": 98, "disk_used": 5, "disk_free": 7})
        self.assertEqual({dict(labels)["host"] for labels in got}, {"web 1"})

    def test_version_2(self):
        answer = self.vedette.post("/api/v2/write?bucket=telegraf&org=o&precision=ns",
                                   gzip.compress(self.LINES.encode()),
                                   {"Content-Type": "text/plain; charset=utf-8", "Content-Encoding": "gzip"})
        self.assertEqual(answer.status, 204, answer.body)
        self.check()

    def test_version_1(self):
        self.assertEqual(self.vedette.get("/ping").status, 204)
        answer = self.vedette.post("/write?db=telegraf&precision=s",
                                   self.LINES.replace("000000000\n", "\n").encode(),
                                   {"Content-Type": "text/plain"})
        self.assertEqual(answer.status, 204, answer.body)
        self.check()

    def test_a_bad_line_is_named_and_the_others_stay(self):
        answer = self.vedette.post("/api/v2/write?bucket=b", f"good,host=x v=1 {END}000000000\nbad line here=\n",
                                   {"Content-Type": "text/plain"})
        self.assertEqual(answer.status, 400)
        self.assertIn(b"line 2", answer.body)
        self.assertEqual(len(self.vedette.query("good_v", END)), 1)


del Clients  # the base class has no tests of its own

if __name__ == "__main__":
    unittest.main()
