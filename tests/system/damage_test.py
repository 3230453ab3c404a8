"""Damaged bytes in the state database of a server that is not running: it starts all the same, says so
and pages, shows what was not hit and nothing that was never there, and pages what is new. One run
with damage in the middle and some at random; 100 with VEDETTE_FULL=1. VEDETTE_SEED repeats one."""

import os
import random
import shutil
import time
import unittest

from tests.harness import (FULL, REMOTE_WRITE_HEADERS, Receiver, Vedette, remote_write, wait_for)

RUNS = 100 if FULL else 3
INCIDENTS = 30
SETTINGS = """
rules:
  thresholds:
    - name: damage
      selector: damage_trigger
      above: {{critical: 0.5}}
incidents: {{group_across_services: false}}
notify:
  receivers:
    - name: test
      webhook: {{url: "{url}"}}
"""


class Damage(unittest.TestCase):
    def setUp(self):
        self.seed = int(os.environ.get("VEDETTE_SEED", random.randrange(1 << 30)))
        print(f"VEDETTE_SEED={self.seed}")
        random.seed(self.seed)
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)
        self.vedette = Vedette(SETTINGS.format(url=self.receiver.url))
        self.addCleanup(self.vedette.__exit__, None)

    def trigger(self, services):
        now = int(time.time() * 1000)
        rows = [({"__name__": "damage_trigger", "service": s}, [(now, 1.0)]) for s in services]
        return self.vedette.post("/api/v1/write", remote_write(rows), REMOTE_WRITE_HEADERS).status

    def incidents(self):
        listed = self.vedette.get("/api/v1/incidents", limit=500).json()["incidents"]
        return {one["id"]: one for one in listed}

    def paged(self, word):
        return any(word in str(body) for body in self.receiver.bodies())

    def test_the_server_starts_tells_and_goes_on(self):
        self.vedette.start()
        services = [f"svc-{n}" for n in range(INCIDENTS)]

        def all_opened():
            self.trigger(services)
            return len(self.incidents()) >= INCIDENTS
        wait_for(all_opened, 60, "incidents", step=0.3)
        wait_for(lambda: all(self.paged(s) for s in services), 60, "pages")
        before = self.incidents()
        self.assertEqual(self.vedette.stop(), 0)
        whole = self.vedette.folder / "whole"
        shutil.copytree(self.vedette.data, whole)
        size = (whole / "state.db").stat().st_size
        for run in range(RUNS):
            at = size // 2 if run == 0 else random.randrange(size)
            with self.subTest(run=run, byte=at, size=size):
                shutil.rmtree(self.vedette.data)
                shutil.copytree(whole, self.vedette.data)
                self.flip(at)
                self.one_start(before, f"new-{run}")

    def flip(self, at):
        with open(self.vedette.data / "state.db", "r+b") as file:
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ random.randrange(1, 256)]))

    def one_start(self, before, service):
        with self.receiver.lock:
            self.receiver.requests.clear()
        self.vedette.start()
        after = self.incidents()
        for incident, shown in after.items():
            if incident in before:
                self.assertEqual(shown["title"], before[incident]["title"], "a wrong value")
        metrics = self.vedette.get("/metrics").body
        if b"vedette_storage_quarantined_states 0" in metrics:  # a page that nothing was in
            self.assertEqual(set(after), set(before))
        else:
            self.assertIn(b"vedette_storage_quarantined_states 1", metrics)
            kept = self.vedette.data / "quarantine" / "state-1" / "state.db"
            self.assertTrue(kept.exists())
            wait_for(lambda: self.paged("state database was damaged"), 60, "a page about it")
            print(f"{len(set(after) & set(before))} of {len(before)} incidents are there")

        def new_page():
            self.trigger([service])
            return self.paged(service)
        wait_for(new_page, 60, "a page for what is new", step=0.3)
        self.assertEqual(self.vedette.stop(), 0)


if __name__ == "__main__":
    unittest.main()
