"""Mutated input at every door: whatever comes, the answer is 2xx or 4xx, nothing crashes, no
sanitizer speaks, and the server goes on. Seeded; 10,000 mutations a door with VEDETTE_FULL=1."""

import http.client
import json
import random
import time
import unittest
import urllib.parse

from tests.harness import FULL, PATIENCE, ROOT, REMOTE_WRITE_HEADERS, Vedette, snappy_literal

MUTATIONS = 10_000 if FULL else 200
SEED = 20261121
NOW = int(time.time())

JSON = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain"}
PROTOBUF = {"Content-Type": "application/x-protobuf"}
REMOTE_WRITE_2 = {"Content-Type": "application/x-protobuf;proto=io.prometheus.write.v2.Request",
                  "Content-Encoding": "snappy", "X-Prometheus-Remote-Write-Version": "2.0.0"}


def corpus(name):
    """The seeds of a fuzz target; some targets take a byte of options first, which does no harm."""
    folder = ROOT / "fuzz/corpus" / name
    return [file.read_bytes() for file in sorted(folder.iterdir())] if folder.is_dir() else []


def as_json(*values):
    return [json.dumps(value).encode() for value in values]


LOG = {"service": "a", "level": "error", "message": "boom", "timestamp": NOW, "k": {"n": [1, None]}}
EVENT = {"service": "a", "type": "t", "message": "m", "data": {"x": 1.5}, "severity": "critical"}
CHANGE = {"service": "a", "kind": "deployment", "title": "v2", "version": "2", "time": NOW}
OTLP_RESOURCE = {"attributes": [{"key": "service.name", "value": {"stringValue": "a"}}]}
OTLP_POINT = {"timeUnixNano": str(NOW * 10**9), "asDouble": 1.5,
              "attributes": [{"key": "k", "value": {"arrayValue": {"values": [{"intValue": "1"}]}}}]}
OTLP_METRICS = {"resourceMetrics": [{"resource": OTLP_RESOURCE, "scopeMetrics": [{"metrics": [
    {"name": "m.x", "unit": "s", "gauge": {"dataPoints": [OTLP_POINT]}},
    {"name": "h", "histogram": {"aggregationTemporality": 2, "dataPoints": [
        {"timeUnixNano": str(NOW * 10**9), "count": "3", "sum": 4, "bucketCounts": ["1", "2"],
         "explicitBounds": [1.0]}]}},
    {"name": "e", "exponentialHistogram": {"aggregationTemporality": 2, "dataPoints": [
        {"timeUnixNano": str(NOW * 10**9), "count": "3", "scale": 2, "zeroCount": "1",
         "positive": {"offset": -1, "bucketCounts": ["1", "1"]}}]}}]}]}]}
OTLP_LOGS = {"resourceLogs": [{"resource": OTLP_RESOURCE, "scopeLogs": [{"logRecords": [
    {"timeUnixNano": str(NOW * 10**9), "severityNumber": 17, "body": {"stringValue": "boom"}}]}]}]}
OTLP_TRACES = {"resourceSpans": [{"resource": OTLP_RESOURCE, "scopeSpans": [{"spans": [
    {"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331", "name": "GET /",
     "kind": 2, "startTimeUnixNano": str(NOW * 10**9), "endTimeUnixNano": str(NOW * 10**9 + 5),
     "status": {"code": 2}}]}]}]}
ALERT = {"version": "4", "status": "firing", "receiver": "r", "groupKey": "g", "alerts": [
    {"status": "firing", "labels": {"alertname": "X", "severity": "critical"}, "annotations": {},
     "startsAt": "2026-11-21T00:00:00Z", "fingerprint": "ab"}]}
LOKI = {"streams": [{"stream": {"service": "a"}, "values": [[str(NOW * 10**9), "line", {"k": "v"}]]}]}
LINES = [f"cpu,host=a,path=/x\\ y usage=1.5,n=3i,ok=t,s=\"q\\\"\" {NOW}000000000\nm v=1\n".encode()]

# (name, path, headers, bodies, how the body is wrapped before it is sent)
BODIES = [
    ("remote_write", "/api/v1/write", REMOTE_WRITE_HEADERS, corpus("remote_write"), None),
    ("remote_write inside", "/api/v1/write", REMOTE_WRITE_HEADERS, [
        b"\x0a\x2b\x0a\x11\x0a\x08__name__\x12\x05m_one\x0a\x06\x0a\x01a\x12\x01b\x12\x0e\x09"
        b"\0\0\0\0\0\0\xf0\x3f\x10\x80\xd0\xa9\xdf\xb6\x33"], snappy_literal),
    ("remote_write 2", "/api/v1/write", REMOTE_WRITE_2, corpus("remote_write_2"), None),
    ("remote_write 2 inside", "/api/v1/write", REMOTE_WRITE_2, [
        b"\x22\x00\x22\x08__name__\x22\x05m_two\x2a\x12\x0a\x02\x01\x02\x12\x0c\x09"
        b"\0\0\0\0\0\0\xf0\x3f\x10\x80\x01"], snappy_literal),
    ("remote read", "/api/v1/read", REMOTE_WRITE_HEADERS, [
        b"\x0a\x1d\x08\x01\x10\xe8\x07\x1a\x15\x12\x08__name__\x1a\x09something"], snappy_literal),
    ("otlp metrics json", "/v1/metrics", JSON, as_json(OTLP_METRICS), None),
    ("otlp logs json", "/v1/logs", JSON, as_json(OTLP_LOGS), None),
    ("otlp traces json", "/v1/traces", JSON, as_json(OTLP_TRACES), None),
    ("otlp metrics", "/v1/metrics", PROTOBUF, corpus("otlp_metrics"), None),
    ("otlp logs", "/v1/logs", PROTOBUF, corpus("otlp_logs"), None),
    ("otlp traces", "/v1/traces", PROTOBUF, corpus("otlp_traces"), None),
    ("exposition", "/api/v1/import/prometheus", TEXT, corpus("exposition"), None),
    ("influx", "/api/v2/write?bucket=b", TEXT, LINES + corpus("influx"), None),
    ("loki", "/loki/api/v1/push", JSON, as_json(LOKI), None),
    ("logs", "/api/v1/logs", JSON, as_json(LOG, [LOG, LOG]) + corpus("logs"), None),
    ("events", "/api/v1/events", JSON, as_json(EVENT, [EVENT]) + corpus("events"), None),
    ("changes", "/api/v1/changes", JSON, as_json(CHANGE, [CHANGE]), None),
    ("alertmanager", "/api/v1/events/alertmanager", JSON, as_json(ALERT), None),
    ("opsbuddy logs", "/api/analytics/logs", JSON, as_json([LOG]), None),
    ("opsbuddy query", "/api/analytics/logs/query", JSON, as_json({"service": "a", "limit": 5}), None),
]

RANGE = {"start": NOW - 3600, "end": NOW, "step": 60}
PROMQL = [
    "sum by (job) (rate(http_requests_total{code=~\"5..\"}[5m])) / on (job) group_left () up > 0.1",
    "histogram_quantile(0.99, sum by (le) (rate(x_bucket[5m] offset -1h @ start())))",
    "{\"my.metric\", a!=\"\\u00e9\"}[1h:30s] or absent(label_replace(m, \"d\", \"$1\", \"s\", \"(.*)\"))",
    "topk(3, quantile_over_time(0.5, m[10m:1m])) unless bool 1e3 ^ -0x1f % Inf"]
LOG_QUERIES = ["level>=warn AND service=\"a\" (\"out of memory\" OR timeout) NOT path=~\"/x.*\" "
               "| count by (level) | sort | limit 5"]
# (name, path, parameter, seeds, other parameters)
PARAMETERS = [
    ("query", "/api/v1/query", "query", PROMQL, {}),
    ("query_range", "/api/v1/query_range", "query", PROMQL, RANGE),
    ("query time", "/api/v1/query", "time", ["1763683200.123", "2026-11-21T00:00:00Z"], {"query": "up"}),
    ("format_query", "/api/v1/format_query", "query", PROMQL, {}),
    ("parse_query", "/api/v1/parse_query", "query", PROMQL, {}),
    ("series", "/api/v1/series", "match[]", ["{job=~\"a|b\",x!=\"\"}", "m"], {}),
    ("exemplars", "/api/v1/query_exemplars", "query", PROMQL, {"start": NOW - 3600, "end": NOW}),
    ("log query", "/api/v1/logs/query", "query", LOG_QUERIES, {}),
]

DICTIONARY = [b"\x00", b"\xff", b"\x80", b"\xff" * 10, b"{", b"}", b"[", b"]", b"\"", b"\\", b",", b":",
              b"1e999", b"-1", b"9223372036854775808", b"NaN", b"\xf0\x9f\x92\xa9", b"\xc0\x80", b"null",
              b"\r\n", b"\n", b"#", b"=", b" ", b"((((", b"[1y:1ms]", b"\x0a\xff\xff\xff\xff\x0f", b"A" * 5000]


def mutate(random_source, seed):
    data = bytearray(seed)
    for _ in range(random_source.choice((1, 1, 2, 4, 16))):
        kind = random_source.randrange(6)
        at = random_source.randrange(len(data) + 1)
        if kind == 0 and data:
            data[at % len(data)] ^= 1 << random_source.randrange(8)
        elif kind == 1:
            del data[at:at + random_source.randrange(1, 9)]
        elif kind == 2:
            data[at:at] = random_source.choice(DICTIONARY)
        elif kind == 3:
            data[at:at] = data[at:at + random_source.randrange(1, 64)]
        elif kind == 4:
            del data[at:]
        else:
            data[at:at + 4] = random_source.randbytes(4)
    return bytes(data[:1 << 16])


class Mutations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.vedette = Vedette("").start()
        cls.connection = None

    @classmethod
    def tearDownClass(cls):
        cls.vedette.__exit__(None)

    def send(self, method, path, body, headers):
        """One request on a kept connection; the status."""
        for attempt in (1, 2):
            if Mutations.connection is None:
                Mutations.connection = http.client.HTTPConnection("127.0.0.1", self.vedette.port, timeout=PATIENCE)
            try:
                Mutations.connection.request(method, path, body=body, headers=headers)
                answer = Mutations.connection.getresponse()
                answer.read()
                return answer.status
            except (http.client.HTTPException, ConnectionError):
                # The server may close after an error; a new connection must be answered.
                Mutations.connection.close()
                Mutations.connection = None
                if attempt == 2:
                    raise
        return None

    def run_door(self, name, seeds, call):
        self.assertTrue(seeds, f"no seeds for {name}")
        source = random.Random(f"{SEED} {name}")
        seen = {}
        for number in range(MUTATIONS):
            body = source.choice(seeds)
            if number >= len(seeds):
                body = mutate(source, body)
            try:
                status = call(body)
            except (OSError, http.client.HTTPException) as error:
                self.fail(f"{name}, mutation {number} {body[:200]!r}: {error!r}\n"
                          f"{self.vedette.program.output()[-3000:]}")
            seen[status] = seen.get(status, 0) + 1
            if not (200 <= status < 300 or 400 <= status < 500):
                self.fail(f"{name}, mutation {number}: status {status} for {body[:300]!r}")
        self.assertNotIn(404, seen, f"{name}: the door is not there")
        self.assertNotIn(415, seen, f"{name}: the door does not take this type")
        self.assertTrue(self.vedette.program.running())

    def test_bodies(self):
        for name, path, headers, seeds, wrap in BODIES:
            with self.subTest(name):
                self.run_door(name, seeds, lambda body: self.send(
                    "POST", path, wrap(body) if wrap else body, headers))

    def test_parameters(self):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        for name, path, parameter, seeds, others in PARAMETERS:
            with self.subTest(name):
                method = "GET" if path == "/api/v1/logs/query" else "POST"

                def call(value):
                    text = urllib.parse.urlencode({**others, parameter: value})
                    if method == "GET":
                        return self.send("GET", f"{path}?{text[:6000]}", None, {})
                    return self.send("POST", path, text, form)
                self.run_door(name, [seed.encode() for seed in seeds], call)


if __name__ == "__main__":
    unittest.main()
