"""The servers that the benchmarks put side by side: how each is started, written to and asked.

Every server is fresh, in a folder of its own, on a free port of 127.0.0.1, and gone when the `with`
ends. A peer that is not installed is named and skipped. Standard library only.
"""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.harness import Program, free_port, request, wait_for  # noqa: E402

BINARY = ROOT / "build/release/vedette"
LOAD_GENERATORS = pathlib.Path(os.environ.get("VEDETTE_LOADGEN", ROOT.parent / "shared/bench"))
LIBRARIES = ["-lsnappy", "-lpthread"]


class Peer:
    """One kind of server: its program, and where it takes what."""

    name = ""
    program = ""
    ready = "/ready"
    write = "/api/v1/write"  # remote write 1.0
    query = "/api/v1"        # Prometheus' HTTP API; empty when it has none

    def installed(self):
        return shutil.which(self.program) is not None

    def argv(self, folder, port):
        raise NotImplementedError

    def prepare(self, port):
        """What must be made before the first write."""

    def settle(self, port, folder):
        """Brings memory to disk; the folder to measure."""
        return folder / "data"


class Vedette(Peer):
    name, ready = "vedette", "/readyz"
    # Peers count any number of series in one query.
    config = "log: {level: warning}\nlimits: {query_series_max: 10000000}\n"

    def installed(self):
        return BINARY.exists()

    def argv(self, folder, port):
        config = folder / "vedette.yaml"
        config.write_text(self.config)
        return [BINARY, "serve", "--config", config, "--data", folder / "data",
                "--listen", f"127.0.0.1:{port}"]

    def settle(self, port, folder):
        time.sleep(60)  # nothing but what it does by itself
        return folder / "data"


class Prometheus(Peer):
    name = program = "prometheus"
    ready = "/-/ready"

    def argv(self, folder, port):
        (folder / "prometheus.yml").write_text("global: {}\n")
        return ["prometheus", f"--config.file={folder}/prometheus.yml",
                "--web.enable-remote-write-receiver", "--web.enable-admin-api",
                f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}"]

    def settle(self, port, folder):
        answer = request(port, "POST", "/api/v1/admin/tsdb/snapshot", timeout=300)
        return folder / "data/snapshots" / answer.json()["data"]["name"]


class VictoriaMetrics(Peer):
    name = program = "victoria-metrics"
    ready = "/health"

    def argv(self, folder, port):
        return ["victoria-metrics", f"-storageDataPath={folder}/data",
                f"-httpListenAddr=127.0.0.1:{port}", "-retentionPeriod=100y",
                "-search.disableCache"]

    def settle(self, port, folder):
        request(port, "GET", "/internal/force_flush", timeout=300)
        request(port, "GET", "/internal/force_merge", timeout=600)
        time.sleep(30)
        return folder / "data"


class InfluxDb(Peer):
    name, program = "influxdb", "influxd"
    ready, write, query = "/ping", "/api/v1/prom/write?db=bench", ""

    def argv(self, folder, port):
        config = folder / "influxdb.conf"
        config.write_text(f"""reporting-disabled = true
bind-address = "127.0.0.1:{free_port()}"
[meta]
  dir = "{folder}/data/meta"
[data]
  dir = "{folder}/data/data"
  wal-dir = "{folder}/data/wal"
  index-version = "tsi1"
  max-series-per-database = 0
  max-values-per-tag = 0
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
""")
        return ["influxd", "-config", config]

    def prepare(self, port):
        request(port, "POST", "/query?q=CREATE+DATABASE+bench", timeout=30)

    def settle(self, port, folder):
        time.sleep(30)
        return folder / "data"


ALL = {peer.name: peer for peer in (Vedette(), Prometheus(), VictoriaMetrics(), InfluxDb())}


def present(names):
    """Those of `names` that are installed; says which are not."""
    unknown = sorted(set(names) - set(ALL))
    if unknown:
        raise SystemExit(f"no such peer: {', '.join(unknown)}; known: {', '.join(ALL)}")
    found = [ALL[name] for name in names if ALL[name].installed()]
    for name in names:
        if not ALL[name].installed():
            print(f"skipped: {name} is not installed")
    return found


class Server:
    """A running peer, which can be killed and started again on its data."""

    def __init__(self, peer, folder):
        self.peer, self.folder, self.port = peer, folder, free_port()
        self.start()

    def start(self):
        """Starts and waits; the seconds until it was ready."""
        begin = time.monotonic()
        self.program = Program(self.peer.argv(self.folder, self.port), self.folder, self.peer.name)
        wait_for(self._ready, 600, f"{self.peer.name} is ready", step=0.005)
        took = time.monotonic() - begin
        self.peer.prepare(self.port)
        return took

    def _ready(self):
        if not self.program.running():
            raise SystemExit(f"{self.peer.name} ended:\n{self.program.output()[-2000:]}")
        try:
            return request(self.port, "GET", self.peer.ready, timeout=5).status in (200, 204)
        except OSError:
            return False

    @property
    def pid(self):
        return self.program.process.pid

    def kill(self):
        self.program.kill()

    def write_url(self):
        return f"http://127.0.0.1:{self.port}{self.peer.write}"

    def query_url(self):
        return f"http://127.0.0.1:{self.port}{self.peer.query}"

    def resident_mb(self):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
        return 0.0

    def cpu_seconds(self):
        return sum(self.cpu_split())

    def cpu_split(self):
        """Seconds of CPU in the program, and in the kernel for it."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return tuple(int(field) / os.sysconf("SC_CLK_TCK") for field in fields[11:13])


@contextlib.contextmanager
def server(peer):
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"bench-{peer.name}-"))
    running = None
    try:
        running = Server(peer, folder)
        yield running
    finally:
        if running is not None:
            running.kill()
        shutil.rmtree(folder, ignore_errors=True)


def load_generator(name):
    """Builds ../shared/bench/NAME.cpp (or VEDETTE_LOADGEN); None, said aloud, when it is missing."""
    source, out = LOAD_GENERATORS / f"{name}.cpp", ROOT / "build/bench" / name
    if not source.exists():
        print(f"skipped: the load generator {source} is not here (VEDETTE_LOADGEN names its folder)")
        return None
    if not out.exists() or out.stat().st_mtime < source.stat().st_mtime:
        out.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["g++", "-O3", "-march=native", "-std=c++20", "-o", out, source, *LIBRARIES],
                       check=True)
    return out


def run_load(argv):
    """Runs a generator; the JSON object on its last line."""
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"the load generator failed: {done.stderr[-500:]}{done.stdout[-300:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def folder_bytes(folder):
    """What the files take on disk."""
    total = 0
    for path in pathlib.Path(folder).rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            if path.is_file() and not path.is_symlink():
                total += path.stat().st_blocks * 512
    return total


def table(title, columns, rows):
    """Prints rows {name: {column: number}}."""
    print(f"\n{title}")
    print("peer".ljust(18) + "".join(c[:22].rjust(24) for c in columns))
    for name, row in rows.items():
        print(name.ljust(18) + "".join(f"{row[c]:24.3f}" for c in columns))
