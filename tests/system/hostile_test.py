"""Malformed bodies, bombs, slow clients and wrong configurations: clear errors, bounded memory, and
everybody else is served meanwhile."""

import socket
import subprocess
import tempfile
import threading
import time
import unittest
import zlib

from tests.harness import BINARY, PATIENCE, REMOTE_WRITE_HEADERS, Vedette, remote_write, request, varint

SMALL_BOMB = varint(1 << 30) + b"\x00"  # a snappy header that claims 1 GiB


def resident_mb(pid):
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.vedette = Vedette("").start()

    @classmethod
    def tearDownClass(cls):
        cls.vedette.__exit__(None)

    def refused(self, method, path, body, headers=None, status=400):
        answer = request(self.vedette.port, method, path, body, headers)
        self.assertEqual(answer.status, status, (path, answer.body[:300]))
        self.assertTrue(answer.body)
        return answer

    def test_snappy_bombs_cost_no_memory(self):
        before = resident_mb(self.vedette.program.process.pid)
        errors = []

        def send():
            try:
                self.refused("POST", "/api/v1/write", SMALL_BOMB, REMOTE_WRITE_HEADERS)
            except AssertionError as error:
                errors.append(error)
        threads = [threading.Thread(target=send) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(errors, [])
        self.assertLess(resident_mb(self.vedette.program.process.pid) - before, 64)

    def test_samples_at_the_ends_of_64_bits_are_refused(self):
        for t_ms in (-(1 << 63), (1 << 63) - 1):
            body = remote_write([({"__name__": "x"}, [(t_ms & (1 << 64) - 1, 1.0)])])
            answer = self.refused("POST", "/api/v1/write", body, REMOTE_WRITE_HEADERS)
            self.assertIn(f"{t_ms} ms", str(answer.body))
            answer = self.refused("POST", "/api/v1/import/prometheus", f"x 1 {t_ms}\n".encode())
            self.assertIn(f"{t_ms} ms", str(answer.body))
        self.refused("POST", "/write?precision=s", b"m f=1 -9223372036854775")

    def test_gzip_bombs_are_cut_off(self):
        before = resident_mb(self.vedette.program.process.pid)
        squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
        bomb = b"".join(squeeze.compress(b" " * (1 << 20)) for _ in range(200)) + squeeze.flush()
        self.refused("POST", "/api/v1/logs", bomb,
                     {"Content-Type": "application/json", "Content-Encoding": "gzip"}, 413)
        self.assertLess(resident_mb(self.vedette.program.process.pid) - before, 128)

    def test_malformed_bodies_are_named(self):
        json_type = {"Content-Type": "application/json"}
        cases = [
            ("/api/v1/write", b"\xff\xff\xff", REMOTE_WRITE_HEADERS),
            ("/api/v1/write", remote_write([({"job": "no name"}, [(1, 1.0)])]), REMOTE_WRITE_HEADERS),
            ("/api/v1/logs", b"{", json_type),
            ("/api/v1/logs", b'{"message": "no service"}', json_type),
            ("/api/v1/logs", b"[" * 100_000, json_type),
            ("/api/v1/events", b'{"service": 5}', json_type),
            ("/api/v1/events", b'\xff\xfe{}', json_type),
        ]
        for path, body, headers in cases:
            with self.subTest(path=path, body=body[:30]):
                self.refused("POST", path, body, headers)

    def test_samples_from_the_future_are_refused_with_the_limit(self):
        soon = int((time.time() + 3600) * 1000)
        answer = self.refused("POST", "/api/v1/write",
                              remote_write([({"__name__": "future"}, [(soon, 1.0)])]),
                              REMOTE_WRITE_HEADERS)
        self.assertIn(b"future", answer.body)

    def test_hostile_queries_end_with_an_error(self):
        for query in ["((((" * 5000, "sum(" * 1000, "up{a=~\"(a+)+$\"", "rate(up[5m", "up[1y:1ms]",
                      "9" * 70000, "{}"]:
            with self.subTest(query[:20]):
                answer = self.vedette.post("/api/v1/query", "query=" + query,
                                           {"Content-Type": "application/x-www-form-urlencoded"})
                self.assertIn(answer.status, (400, 413, 422), answer.body[:200])
        answer = self.vedette.get("/api/v1/query_range", query="up", start=0, end=1e9, step=1)
        self.assertEqual(answer.status, 400)

    def test_paths_that_two_servers_could_read_differently_are_refused(self):
        for path in ["//api/v1/query", "/api/../metrics", "/api/v1/%2e%2e/x", "/api%2fv1/query",
                     "/metrics;x", "/metrics%00", "/api/./v1/query"]:
            with self.subTest(path):
                self.assertIn(request(self.vedette.port, "GET", path).status, (400, 404))

    def test_slow_clients_do_not_stop_the_others(self):
        sockets = []
        try:
            for _ in range(300):
                s = socket.create_connection(("127.0.0.1", self.vedette.port), timeout=PATIENCE)
                s.sendall(b"POST /api/v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n")
                sockets.append(s)
            for _ in range(20):  # sooner than the server gives the slow ones up
                self.assertEqual(request(self.vedette.port, "GET", "/healthz", timeout=10).status, 200)
        finally:
            for s in sockets:
                s.close()

    def test_a_foreign_page_cannot_use_the_open_loopback(self):
        answer = request(self.vedette.port, "POST", "/api/v1/events", {"service": "x", "type": "y", "message": "z"},
                         {"Origin": "https://evil.example"})
        self.assertEqual(answer.status, 403)
        answer = request(self.vedette.port, "GET", "/api/v1/incidents", headers={"Host": "evil.example"})
        self.assertEqual(answer.status, 403)


class Configuration(unittest.TestCase):
    def check(self, text):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(text)
            file.flush()
            done = subprocess.run([BINARY, "check", file.name], capture_output=True, text=True, timeout=PATIENCE)
            return done.returncode, (done.stdout + done.stderr).replace(file.name, "f.yaml")

    def test_mistakes_are_named_with_line_column_and_a_hint(self):
        for text, want in [
            ("storage:\n  retenton: 1h\n", "f.yaml:2:3: storage.retenton: unknown key"),
            ("listen: nowhere\n", "f.yaml:1:9: listen:"),
            ("storage:\n  durability: maybe\n", "f.yaml:2:15: storage.durability:"),
            ("a: [\n", "f.yaml:"),
            ("scrape_configs:\n  - job_name: x\n    static_config: []\n",
             "f.yaml:3:5: scrape_configs[0].static_config: unknown key (did you mean static_configs?)"),
        ]:
            with self.subTest(text):
                status, output = self.check(text)
                self.assertEqual(status, 1, output)
                self.assertIn(want, output)

    def test_a_folder_is_no_file(self):
        with tempfile.TemporaryDirectory() as folder:
            for command in (["check", folder], ["test", "rules", folder], ["backtest", folder],
                            ["import", "alertmanager", folder], ["replay", "--config", folder],
                            ["detect", "--csv", folder]):
                with self.subTest(command[0]):
                    done = subprocess.run([BINARY, *command], capture_output=True, text=True, timeout=PATIENCE)
                    self.assertEqual(done.returncode, 1, done.stderr)
                    self.assertIn(folder, done.stderr)

    def test_a_good_file_passes(self):
        status, output = self.check("listen: 127.0.0.1:9000\nstorage: {retention: 30d}\n")
        self.assertEqual(status, 0, output)


if __name__ == "__main__":
    unittest.main()
