"""On call from outside: who is on call is told, nobody acknowledges, the next one is; the server is
killed in between, and it goes on where it was. Overrides are there after a kill -9 right after the
answer. The ledger and `vedette why` say who was told and why."""

import subprocess
import time
import unittest

from tests.harness import (BINARY, FULL, PATIENCE, REMOTE_WRITE_HEADERS, Receiver, Vedette,
                           remote_write, wait_for)

KILLS = 100 if FULL else 5
SETTINGS = """
rules:
  thresholds: [{{name: trigger, selector: oncall_trigger, above: {{critical: 0.5}}}}]
notify:
  receivers:
    - {{name: first, webhook: {{url: "{first}"}}}}
    - {{name: second, webhook: {{url: "{second}"}}}}
  users:
    - {{name: ann, contacts: [{{receiver: first, to: "@ann"}}]}}
    - {{name: ben, contacts: [{{receiver: second, to: "@ben"}}]}}
  schedules:
    - name: primary
      time_zone: Europe/Berlin
      layers: [{{start: 2024-01-01 09:00, rotation: weekly, users: [ann]}}]
  policies:
    - name: shop
      steps:
        - {{notify: [schedule primary], wait: 10s}}
        - {{notify: [user ben], wait: 10s}}
  routes:
    - {{name: shop, match: ['service="shop"'], policy: shop}}
"""


class OnCall(unittest.TestCase):
    def setUp(self):
        self.first, self.second = Receiver(), Receiver()
        self.server = Vedette(SETTINGS.format(first=self.first.url, second=self.second.url)).start()

    def tearDown(self):
        self.server.__exit__(None)
        self.first.close()
        self.second.close()

    def restart(self):
        self.server.kill()
        self.server.start()

    def trigger(self):
        rows = [({"__name__": "oncall_trigger", "service": "shop"}, [(int(time.time() * 1000), 1.0)])]
        self.assertLess(self.server.post("/api/v1/write", remote_write(rows), REMOTE_WRITE_HEADERS).status, 300)

    def kinds(self, receiver):
        return [body["kind"] for body in receiver.bodies()]

    def told(self, incident):
        return self.server.get("/api/v1/ledger", alert=incident).json()["told"]

    def test_escalates_over_a_kill_until_it_is_acknowledged(self):
        self.trigger()
        wait_for(lambda: self.kinds(self.first) == ["opened"], 60, "the first one is told")
        self.assertEqual(self.kinds(self.second), [])
        # A kill between the receiver's answer and its record rightly sends the page again.
        incident = self.first.bodies()[0]["incident_id"]
        wait_for(lambda: self.told(incident), 60, "the ledger knows that the first one was told")
        self.restart()
        wait_for(lambda: self.kinds(self.second) == ["opened"], 60, "the next one is told")
        self.assertEqual(self.kinds(self.first), ["opened"])
        self.assertEqual(self.second.bodies()[0]["incident_id"], incident)
        self.assertEqual(self.server.post(f"/api/v1/incidents/{incident}/acknowledge").status, 200)
        wait_for(lambda: self.kinds(self.first) == ["opened", "acknowledged"], 60, "both hear of it")
        wait_for(lambda: self.kinds(self.second) == ["opened", "acknowledged"], 60, "both hear of it")

        ledger = self.server.get("/api/v1/ledger", alert=incident).json()
        self.assertTrue(ledger["told"])
        self.assertEqual({e["person"] for e in ledger["entries"]}, {"ann", "ben"})
        first = ledger["entries"][-1]
        self.assertEqual(first["to"], "@ann")
        self.assertIn("route shop > policy shop, step 1 > schedule primary", first["why"])
        told = subprocess.run([str(BINARY), "why", incident, "--url", f"http://127.0.0.1:{self.server.port}"],
                              capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertIn("somebody was told", told.stdout)
        self.assertIn("ben by second was told", told.stdout)

    def test_overrides_survive_a_kill_right_after_the_answer(self):
        made = []
        for n in range(KILLS):
            answer = self.server.post("/api/v1/schedules/primary/overrides", {
                "user": "ben", "from": f"2099-01-{n % 28 + 1:02}T00:00:00Z", "to": "2099-03-01T00:00:00Z"})
            self.restart()
            self.assertEqual(answer.status, 201, answer.body)
            made.append(answer.json()["id"])
        kept = self.server.get("/api/v1/schedules/primary/overrides").json()["overrides"]
        self.assertEqual(sorted(o["id"] for o in kept), sorted(made))
        now = self.server.get("/api/v1/oncall").json()["schedules"][0]
        self.assertEqual(now["on_call"]["user"], "ann")

    def test_nobody_takes_over_from_themselves(self):
        answer = self.server.post("/api/v1/schedules/primary/overrides", {
            "user": "ben", "replaces": "ben", "from": "2099-01-01T00:00:00Z", "to": "2099-01-02T00:00:00Z"})
        self.assertEqual(answer.status, 400, answer.body)
        self.assertEqual(answer.json()["error"]["field"], "replaces")

    def test_a_test_page_reaches_one_person_only(self):
        answer = self.server.post("/api/v1/notify/test", {"user": "ben"})
        self.assertEqual(answer.status, 202, answer.body)
        wait_for(lambda: self.kinds(self.second) == ["opened"], 60, "the test page arrives")
        self.assertEqual(self.kinds(self.first), [])


if __name__ == "__main__":
    unittest.main()
