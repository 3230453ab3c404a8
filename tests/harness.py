"""Starts real programs for the system tests and speaks HTTP to them. Standard library only.

The program under test is build/test/vedette, or what VEDETTE_BINARY names. Everything listens on
127.0.0.1 on free ports and is ended, with its children, when the test ends.
"""

import http.client
import http.server
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(os.environ.get("VEDETTE_BINARY", ROOT / "build/test/vedette"))
FULL = os.environ.get("VEDETTE_FULL") == "1"


# How long something may take that must happen: far longer than it takes on a busy machine.
PATIENCE = 120
RESERVED = []  # a socket for each port of this process; the kernel drops them with it


def free_port():
    """A free port that stays this process's own, also between two starts of a server: below the kernel's ephemeral
    ones, so that no connection gets it, and reserved by a name that tests which run beside this one look at."""
    while True:
        port = random.randrange(20000, 32000)
        name = socket.socket(socket.AF_UNIX)
        try:
            name.bind(f"\0vedette-test-port-{port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            name.close()
            continue
        RESERVED.append(name)
        return port


def wait_for(condition, seconds, what, step=0.05):
    """The first true value of condition(), or an AssertionError that says what was waited for."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(step)


class Answer:
    """An HTTP answer: status, headers, body."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


def request(port, method, path, body=None, headers=None, timeout=PATIENCE):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers = {"Content-Type": "application/json", **(headers or {})}
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()


class Program:
    """A child process whose output goes to a file; ended at stop()."""

    def __init__(self, argv, folder, name, env=None):
        self.log = pathlib.Path(folder) / f"{name}.log"
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(
                [str(a) for a in argv], stdout=out, stderr=subprocess.STDOUT, cwd=folder,
                start_new_session=True, env={**os.environ, **(env or {})})

    def running(self):
        return self.process.poll() is None

    def output(self):
        return self.log.read_text(errors="replace")

    def signal(self, number):
        os.killpg(self.process.pid, number)

    def kill(self):
        """kill -9, and wait until it is gone."""
        if self.running():
            self.signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=PATIENCE):
        """SIGTERM; returns the exit status, or fails when the program does not end."""
        if self.running():
            self.process.terminate()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.log.name}: did not end within {seconds} s of SIGTERM")


class Vedette:
    """A Vedette server with its own folder. Settings is the text of its configuration file."""

    def __init__(self, settings="", arguments=(), command="serve", folder=None, binary=None):
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="vedette-test-"))
        self.own_folder = folder is None
        self.command, self.arguments = command, list(arguments)
        self.binary = binary or BINARY
        self.port = free_port()
        self.data = self.folder / "data"
        self.config = self.folder / "vedette.yaml"
        self.config.write_text(settings)
        self.program = None

    def start(self, ready_seconds=PATIENCE):
        argv = [self.binary, self.command, "--listen", f"127.0.0.1:{self.port}", "--data", self.data]
        if self.command == "serve":
            argv += ["--config", self.config]
        self.program = Program(argv + self.arguments, self.folder, "vedette")
        try:
            wait_for(self.ready, ready_seconds, "vedette is ready")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.program.output()[-4000:]}") from None
        return self

    def ready(self):
        if not self.program.running():
            raise AssertionError("vedette ended")
        try:
            return request(self.port, "GET", "/readyz", timeout=5).status == 200
        except (OSError, http.client.HTTPException):
            return False

    def get(self, path, **parameters):
        query = "?" + urllib.parse.urlencode(parameters, doseq=True) if parameters else ""
        return request(self.port, "GET", path + query)

    def post(self, path, body=None, headers=None):
        return request(self.port, "POST", path, body, headers)

    def query(self, expression, at=None):
        """The vector of an instant query: {frozenset of labels: value as float}."""
        parameters = {"query": expression, **({"time": at} if at is not None else {})}
        answer = self.get("/api/v1/query", **parameters)
        assert answer.status == 200, (answer.status, answer.body[:500])
        return {frozenset(row["metric"].items()): float(row["value"][1])
                for row in answer.json()["data"]["result"]}

    def kill(self):
        self.program.kill()

    def stop(self):
        status = self.program.stop()
        text = self.program.output()
        for sign in ("ERROR: AddressSanitizer", "runtime error:", "ERROR: LeakSanitizer", "check failed"):
            assert sign not in text, text[-6000:]
        return status

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        try:
            if self.program and self.program.running():
                if kind:
                    print(self.program.output()[-3000:])
                    self.kill()
                else:
                    self.stop()
        finally:
            if self.own_folder:
                shutil.rmtree(self.folder, ignore_errors=True)


class Receiver:
    """A webhook receiver that keeps what it got and answers as told: respond(request) -> status."""

    def __init__(self, respond=lambda request: 200):
        self.requests, self.lock = [], threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                got = {"path": self.path, "headers": dict(self.headers), "body": body,
                       "time": time.time()}
                status = respond(got)
                with outer.lock:
                    outer.requests.append({**got, "status": status})
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook"

    def bodies(self, accepted_only=True):
        with self.lock:
            return [json.loads(r["body"]) for r in self.requests
                    if not accepted_only or r["status"] < 300]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def snappy_literal(data):
    """The simplest valid snappy block: a length and literals. For tests, not for size."""
    out = bytearray(varint(len(data)))
    for start in range(0, len(data), 60):
        part = data[start:start + 60]
        out.append((len(part) - 1) << 2)
        out += part
    return bytes(out)


def varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, payload):
    """A length-delimited protobuf field."""
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def remote_write(series):
    """A remote write 1.0 body from [(labels, [(t_ms, value), ...]), ...]."""
    import struct
    message = b""
    for labels, samples in series:
        row = b""
        for name, value in sorted(labels.items()):
            row += field(1, field(1, name.encode()) + field(2, value.encode()))
        for t_ms, value in samples:
            row += field(2, b"\x09" + struct.pack("<d", value) + b"\x10" + varint(t_ms))
        message += field(1, row)
    return snappy_literal(message)


REMOTE_WRITE_HEADERS = {"Content-Type": "application/x-protobuf", "Content-Encoding": "snappy",
                        "X-Prometheus-Remote-Write-Version": "0.1.0"}
