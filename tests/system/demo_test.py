"""The demonstration: every critical fault that it makes is paged once, within a minute of simulated
time after it could be seen; nothing else is; Ctrl-C ends it."""

import datetime
import json
import signal
import time
import unittest

from tests.harness import Receiver, Vedette, wait_for

# The clock runs ten times as fast, so that 60 s of simulated time are 6 s on the machine. This seed
# makes a cascading failure at once and a memory leak ten minutes later.
SPEED, SEED, CRITICAL = 10, 7, 2
SETTINGS = """
notify:
  receivers:
    - name: test
      webhook: {{url: "{url}"}}
"""


def seconds(text):
    return datetime.datetime.fromisoformat(text).timestamp()


class Demonstration(unittest.TestCase):
    def setUp(self):
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)
        self.vedette = Vedette(SETTINGS.format(url=self.receiver.url), command="demo")
        self.truth = self.vedette.folder / "truth.json"
        self.vedette.arguments = [
            "--config", self.vedette.config, "--seed", str(SEED), "--speed", str(SPEED),
            "--truth", self.truth, "--incidents-per-hour", "20"]

    def simulated_now(self):
        return self.vedette.get("/api/v1/query", query="time()").json()["data"]["result"][0]

    def over(self):
        """The critical incidents of which everything has been seen."""
        if not self.truth.exists():
            return []
        try:
            incidents = json.loads(self.truth.read_text())
        except json.JSONDecodeError:  # while it is written
            return []
        return [i for i in incidents if i["severity"] == "critical" and i["affected"] and
                seconds(i["ended_at"]) + 30 < self.simulated_now()]

    def pages(self):
        """What called somebody: an opening, or a further fault of an incident that goes on."""
        with self.receiver.lock:
            requests = list(self.receiver.requests)
        bodies = [{**json.loads(r["body"]), "arrived": r["time"]} for r in requests]
        return [b for b in bodies if b["kind"] in ("opened", "severity_raised")]

    def test_every_critical_incident_is_paged_once_and_soon(self):
        with self.vedette:
            asked = time.time()
            offset = self.simulated_now() - SPEED * asked
            over = wait_for(lambda: len(self.over()) >= CRITICAL and self.over(), 300,
                            f"{CRITICAL} critical incidents", step=0.5)
            for incident in over:
                with self.subTest(incident["id"]):
                    self.check(incident, lambda wall: offset + SPEED * wall)
            self.nothing_else_is_paged()
            self.vedette.program.signal(signal.SIGINT)
            self.assertEqual(self.vedette.stop(), 0, self.vedette.program.output()[-2000:])

    def check(self, incident, simulated):
        """One page, decided and delivered within 60 s after the first effect."""
        pages = [p for p in self.pages() if seconds(incident["started_at"])
                 <= seconds(p["decided_at"]) <= seconds(incident["ended_at"]) + 120]
        self.assertEqual(len(pages), 1, (incident, pages))
        visible = min(seconds(a["first_effect_at"]) for a in incident["affected"])
        decided = seconds(pages[0]["decided_at"]) - visible
        arrived = simulated(pages[0]["arrived"]) - visible
        print(f"{incident['type']} in {incident['service']}: paged {decided:.0f} s after its first "
              f"effect, received after {arrived:.0f} s")
        self.assertLessEqual(arrived, 60, (incident, pages))
        entities = {a["service"] for a in incident["affected"]}
        self.assertTrue(entities & set(pages[0]["entities"]), (entities, pages[0]))

    def nothing_else_is_paged(self):
        truth = json.loads(self.truth.read_text())
        for page in self.pages():
            at = seconds(page["decided_at"])
            self.assertTrue([i for i in truth
                             if seconds(i["started_at"]) <= at <= seconds(i["ended_at"]) + 120],
                            f"a page without a fault: {page}")


if __name__ == "__main__":
    unittest.main()
