"""A full disk, filled to the last byte and freed again and again under load: writes are refused with
503 and never acknowledged, queries, commands and pages go on, ingest is back within 10 s without a
restart, and what was acknowledged is there after kill -9. 2 rounds; 20 with VEDETTE_FULL=1. The
server also starts on such a disk. And the watermark: telemetry stops before the disk is full, and
somebody is told. Needs root, for a tmpfs."""

import os
import pathlib
import subprocess
import tempfile
import threading
import time
import unittest

from tests.harness import (FULL, REMOTE_WRITE_HEADERS, Receiver, Vedette, remote_write, request,
                           wait_for)

ROUNDS = 20 if FULL else 2
SIZE_MB = 256
SERIES = 50
SETTINGS = """
storage: {{min_free_bytes: {min_free}}}
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

    def start(self, receiver, min_free):
        self.addCleanup(receiver.close)
        vedette = Vedette(SETTINGS.format(url=receiver.url, min_free=min_free))
        vedette.data = self.folder / "data"
        self.addCleanup(vedette.__exit__, None)
        return vedette.start()

    def trigger(self, vedette, service):
        row = [({"__name__": "full_trigger", "service": service}, [(int(time.time() * 1000), 1.0)])]
        return vedette.post("/api/v1/write", remote_write(row), REMOTE_WRITE_HEADERS)

    def test_telemetry_stops_at_the_watermark_and_somebody_is_told(self):
        receiver = Receiver()
        vedette = self.start(receiver, 64 << 20)
        self.assertLess(self.trigger(vedette, "svc").status, 300)
        with open(self.folder / "ballast", "wb") as ballast:
            room = os.statvfs(self.folder)
            os.posix_fallocate(ballast.fileno(), 0, room.f_bavail * room.f_frsize - (32 << 20))
        refused = self.trigger(vedette, "svc")
        self.assertEqual(refused.status, 503)
        self.assertIsNotNone(refused.headers.get("Retry-After"))
        self.assertIn(b"storage.min_free_bytes", refused.body)
        wait_for(lambda: any("Telemetry is refused" in str(body) for body in receiver.bodies()), 60,
                 "a page about the disk")
        os.unlink(self.folder / "ballast")
        self.assertLess(self.trigger(vedette, "svc").status, 300)

    def test_nothing_is_acknowledged_in_vain_and_all_goes_on_when_there_is_space(self):
        self.open_for_pages = True
        receiver = Receiver(lambda _: 200 if self.open_for_pages else 503)
        vedette = self.start(receiver, 0)  # so that the disk fills under the server's hands
        writer = Writer(vedette.port)
        writer.start()
        self.addCleanup(writer.join)
        self.addCleanup(writer.done.set)
        wait_for(lambda: len(writer.acknowledged) > 20, 60, "load")
        for number in range(ROUNDS):
            with self.subTest(round=number):
                self.one_round(vedette, writer, receiver, number)
        writer.done.set()
        writer.join()
        vedette.kill()
        vedette.start()
        self.check(vedette, writer)

    def test_the_server_starts_on_a_full_disk(self):
        self.open_for_pages = True
        receiver = Receiver(lambda _: 200 if self.open_for_pages else 503)
        vedette = self.start(receiver, 0)
        ballast = self.folder / "ballast"
        for number, end in enumerate([vedette.kill, vedette.stop]):
            with self.subTest(end=end.__name__):
                service = f"svc-{number}"
                self.order_a_page(vedette, receiver, service)
                fill(ballast)
                end()
                fill(ballast)
                vedette.start()

                def refused():
                    fill(ballast)  # what the start gave back
                    return self.trigger(vedette, service).status == 503
                wait_for(refused, 60, "writes are refused")
                self.assertEqual(vedette.get("/api/v1/query", query="count(full_trigger)").status, 200)
                self.pages_go_on(vedette, receiver, service, ballast)
                os.unlink(ballast)
                wait_for(lambda: self.trigger(vedette, service).status < 300, 60, "ingest is back")

    def order_a_page(self, vedette, receiver, service):
        """One that cannot be delivered yet."""
        self.open_for_pages = False

        def tried():
            self.trigger(vedette, service)
            return any(service in str(body) for body in receiver.bodies(accepted_only=False))
        wait_for(tried, 60, "a page", step=0.2)

    def one_round(self, vedette, writer, receiver, number):
        service = f"svc-{number}"
        self.order_a_page(vedette, receiver, service)
        ballast = self.folder / "ballast"
        fill(ballast)
        end = time.monotonic() + 60

        def refused():
            if time.monotonic() < end:
                fill(ballast)  # what the server gave back meanwhile
            self.assertTrue(vedette.program.running(), vedette.program.output()[-3000:])
            return writer.answers[-1][1] == 503
        wait_for(refused, 90, f"writes are refused {writer.strange}")
        latest = next(retry_after for _, status, retry_after in reversed(writer.answers) if status == 503)
        self.assertIsNotNone(latest, "503 without Retry-After")
        self.assertEqual(vedette.get("/readyz").status, 200)
        self.assertEqual(vedette.get("/api/v1/query", query="count(full_total)").status, 200)
        self.pages_go_on(vedette, receiver, service, ballast)
        full_until = len(writer.answers)
        os.unlink(ballast)
        freed = time.monotonic()
        wait_for(lambda: writer.answers[-1][1] < 300, 60, "ingest is back", step=0.02)
        print(f"round {number}: ingest was back {time.monotonic() - freed:.1f} s after there was space")
        self.assertEqual(writer.strange, [])
        self.assertLessEqual({status for _, status, _ in writer.answers[:full_until]}, {200, 204, 503})

    def pages_go_on(self, vedette, receiver, service, ballast):
        """What waited is delivered and a person's command is carried out, on a disk without a byte."""
        self.open_for_pages = True

        def delivered():
            fill(ballast)
            return any(got["status"] == 200 and service in str(got["body"])
                       for got in list(receiver.requests))
        wait_for(delivered, 90, "a page while the disk is full")
        incident = next(one for one in vedette.get("/api/v1/incidents").json()["incidents"]
                        if service in str(one))

        def commanded():
            fill(ballast)
            told = vedette.post(f"/api/v1/incidents/{incident['id']}/comments", {"text": "I am at it"})
            self.assertLess(told.status, 300, told.body)
            return fill(ballast) >> 20 == 0  # else the server gave space back meanwhile
        wait_for(commanded, 60, "a command while the disk is full")
        acknowledged = vedette.post(f"/api/v1/incidents/{incident['id']}/acknowledge", {})
        self.assertEqual(acknowledged.status, 200, acknowledged.body)

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
