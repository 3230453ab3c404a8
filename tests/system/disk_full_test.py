"""A full disk, filled and freed again and again under load: writes are refused with 503 and never
acknowledged, queries and pages go on, ingest is back within 10 s without a restart, and what was
acknowledged is there after kill -9. 3 rounds; 20 with VEDETTE_FULL=1. Needs root, for a tmpfs."""

import os
import pathlib
import subprocess
import tempfile
import threading
import time
import unittest

from tests.harness import (FULL, REMOTE_WRITE_HEADERS, Receiver, Vedette, remote_write, request,
                           wait_for)

ROUNDS = 20 if FULL else 3
SIZE_MB = 256
SERIES = 50
SETTINGS = """
ingest: {{out_of_order_window: 1h}}
rules:
  thresholds:
    - name: full
      selector: full_trigger
      above: {{critical: 0.5}}
incidents: {{group_across_services: false}}
notify:
  receivers:
    - name: test
      webhook: {{url: "{url}"}}
"""


class Writer(threading.Thread):
    """Writes as fast as it is let; keeps what was acknowledged, and every answer with its time."""

    def __init__(self, port):
        super().__init__()
        self.port, self.done = port, threading.Event()
        self.acknowledged, self.answers, self.strange = [], [], []

    def run(self):
        t = int(time.time() * 1000) - 1_800_000
        while not self.done.is_set():
            t += 100
            rows = [({"__name__": "full_total", "series": str(n)}, [(t, float(t % 1000 + n))])
                    for n in range(SERIES)]
            try:
                answer = request(self.port, "POST", "/api/v1/write", remote_write(rows), REMOTE_WRITE_HEADERS)
            except OSError as error:
                self.strange.append(repr(error))
                continue
            self.answers.append((time.monotonic(), answer.status, answer.headers.get("Retry-After")))
            if answer.status < 300:
                self.acknowledged.append(t)
            else:
                time.sleep(0.05)


def fill(path):
    """Takes all the space there is; the number of bytes that were taken."""
    taken = 0
    with open(path, "ab", buffering=0) as ballast:
        for block in (1 << 20, 4096):
            try:
                while True:
                    taken += ballast.write(b"\0" * block)
            except OSError:
                pass
    return taken


class DiskFull(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vedette-full-"))
        self.addCleanup(os.rmdir, self.folder)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "vedette-test", str(self.folder)]
        try:
            mounted = subprocess.run(mount, capture_output=True, check=False)
        except FileNotFoundError:
            self.skipTest("there is no mount(8)")
        if mounted.returncode != 0:
            self.skipTest(f"a tmpfs cannot be mounted: {mounted.stderr.decode().strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.folder)], check=True)

    def test_nothing_is_acknowledged_in_vain_and_all_goes_on_when_there_is_space(self):
        receiver = Receiver()
        self.addCleanup(receiver.close)
        vedette = Vedette(SETTINGS.format(url=receiver.url))
        vedette.data = self.folder / "data"
        self.addCleanup(vedette.__exit__, None)
        vedette.start()
        writer = Writer(vedette.port)
        writer.start()
        self.addCleanup(writer.join)
        self.addCleanup(writer.done.set)
        wait_for(lambda: len(writer.acknowledged) > 20, 30, "load")
        for number in range(ROUNDS):
            with self.subTest(round=number):
                self.one_round(vedette, writer, receiver, number)
        writer.done.set()
        writer.join()
        vedette.kill()
        vedette.start()
        self.check(vedette, writer)

    def one_round(self, vedette, writer, receiver, number):
        ballast = self.folder / "ballast"
        fill(ballast)
        end = time.monotonic() + 60

        def refused():
            if time.monotonic() < end:
                fill(ballast)  # what the server gave back meanwhile
            self.assertTrue(vedette.program.running(), vedette.program.output()[-3000:])
            return writer.answers[-1][1] == 503
        wait_for(refused, 30, f"writes are refused {writer.strange}")
        self.assertIsNotNone(writer.answers[-1][2], "503 without Retry-After")
        self.assertEqual(vedette.get("/readyz").status, 200)
        self.assertEqual(vedette.get("/api/v1/query", query="count(full_total)").status, 200)
        full_until = len(writer.answers)
        time.sleep(1.5)
        os.unlink(ballast)
        freed = time.monotonic()
        wait_for(lambda: writer.answers[-1][1] < 300, 10, "ingest is back", step=0.02)
        print(f"round {number}: ingest was back {time.monotonic() - freed:.1f} s after there was space")
        self.assertEqual(writer.strange, [])
        self.assertLessEqual({status for _, status, _ in writer.answers[:full_until]}, {200, 204, 503})
        # Pages go out as before.
        service = f"svc-{number}"
        row = [({"__name__": "full_trigger", "service": service}, [(int(time.time() * 1000), 1.0)])]

        def paged():
            vedette.post("/api/v1/write", remote_write(row), REMOTE_WRITE_HEADERS)
            return any(service in str(body) for body in receiver.bodies())
        wait_for(paged, 30, "a page after the disk was full", step=0.5)

    def check(self, vedette, writer):
        self.assertGreater(len(writer.acknowledged), 100)
        first, last = writer.acknowledged[0] / 1000, writer.acknowledged[-1] / 1000
        answer = vedette.get("/api/v1/query", query=f"full_total[{int(last - first) + 10}s]", time=last + 1)
        stored = {(row["metric"]["series"], round(float(t) * 1000)): float(v)
                  for row in answer.json()["data"]["result"] for t, v in row["values"]}
        lost = [t for t in writer.acknowledged for n in range(SERIES)
                if stored.get((str(n), t)) != float(t % 1000 + n)]
        self.assertEqual(len(lost), 0, f"acknowledged samples are lost, the first at {lost[:1]}")
        print(f"{len(writer.acknowledged) * SERIES} samples were acknowledged and are there")


if __name__ == "__main__":
    unittest.main()
