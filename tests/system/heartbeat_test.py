"""Heartbeats from outside: one that does not come pages, and one that comes again ends it, over a kill -9; and the
heartbeat that the server itself sends stops when its pages reach nobody, who is then told on another way."""

import time
import unittest

from tests.harness import Receiver, Vedette, wait_for

EXPECTED = """
incidents: {{resolve_after: 1s}}
notify:
  receivers: [{{name: ops, webhook: {{url: "{url}"}}}}]
heartbeats:
  expected:
    - {{name: backup, interval: 6s, grace: 3s, labels: {{team: data}}}}
    - {{name: weekly, interval: 168h}}
"""

SENT = """
notify:
  receivers:
    - {{name: broken, webhook: {{url: "{broken}"}}}}
    - {{name: rescue, webhook: {{url: "{rescue}"}}}}
  catch_all: [receiver broken]
heartbeats:
  expected: [{{name: job, interval: 1h}}]
  sent: [{{url: "{outside}", method: POST, interval: 1s}}]
  self: {{stalled_after: 3s, notify: [rescue]}}
"""


class Expected(unittest.TestCase):
    def setUp(self):
        self.ops = Receiver()
        self.server = Vedette(EXPECTED.format(url=self.ops.url)).start()

    def tearDown(self):
        self.server.__exit__(None)
        self.ops.close()

    def state(self, name="backup"):
        listed = self.server.get("/api/v1/heartbeats").json()["heartbeats"]
        return next(h for h in listed if h["name"] == name)

    def kinds(self):
        return [body["kind"] for body in self.ops.bodies()]

    def test_a_missing_one_pages_until_it_is_back(self):
        for _ in range(3):
            answer = self.server.post("/api/v1/heartbeats/backup", "42 rows")
            self.assertEqual(answer.status, 200, answer.body)
            self.assertEqual(answer.json()["state"], "alive")
            time.sleep(1)
        self.assertEqual(self.kinds(), [])
        wait_for(lambda: self.kinds() == ["opened"], 60, "somebody is told")
        page = self.ops.bodies()[0]
        self.assertEqual(page["labels"]["heartbeat"], "backup")
        self.assertEqual(page["labels"]["team"], "data")
        self.assertEqual(self.state()["state"], "missing")
        self.assertIn("vedette_heartbeats_missing 1", self.server.get("/metrics").body.decode())

        def over():
            self.assertEqual(self.server.get("/api/v1/heartbeats/backup").status, 200)
            return self.kinds() == ["opened", "resolved"]
        wait_for(over, 60, "it is over", step=0.5)
        self.assertEqual(self.state("weekly")["state"], "waiting")

    def test_a_failure_pages_at_once_and_a_kill_forgets_nothing(self):
        answer = self.server.post("/api/v1/heartbeats/weekly?status=failed", "exit 3")
        self.assertEqual(answer.json()["state"], "failed")
        self.server.kill()
        self.server.start()
        kept = self.state("weekly")
        self.assertEqual((kept["state"], kept["message"], kept["beats"]), ("failed", "exit 3", 1))
        wait_for(lambda: any("exit 3" in str(body) for body in self.ops.bodies()), 60, "somebody is told")

    def test_what_nobody_expects_is_404(self):
        self.assertEqual(self.server.post("/api/v1/heartbeats/other").status, 404)


class Sent(unittest.TestCase):
    def test_stops_when_no_page_arrives_and_somebody_is_told_on_another_way(self):
        status = [503]
        broken, rescue, outside = Receiver(lambda _: status[0]), Receiver(), Receiver()
        with Vedette(SENT.format(broken=broken.url, rescue=rescue.url, outside=outside.url)) as server:
            wait_for(lambda: len(outside.requests) >= 2, 60, "heartbeats go out")
            server.post("/api/v1/heartbeats/job?status=failed")
            def told():
                return [b for b in rescue.bodies() if b["incident_id"] == "vedette-self-outbox"]
            page = wait_for(told, 90, "somebody is told directly")[0]
            self.assertIn("no receiver takes any", page["title"])
            # It is told before it is listed.
            wait_for(lambda: not server.get("/api/v1/heartbeats").json()["self"]["healthy"], 60, "the report says so")
            count = len(outside.requests)
            time.sleep(3)
            self.assertLessEqual(len(outside.requests), count + 1, "heartbeats have stopped")

            status[0] = 200
            wait_for(lambda: [b["kind"] for b in told()] == ["opened", "resolved"], 120, "it is over")
            wait_for(lambda: len(outside.requests) > count + 1, 60, "heartbeats go on")
        for receiver in (broken, rescue, outside):
            receiver.close()


if __name__ == "__main__":
    unittest.main()
