"""The paging core from outside: a storm of alerts, and replays of a real past: over kill -9, a
restart and a new configuration each decision follows from the record; another configuration shows
who else would have been told."""

import http.server
import json
import subprocess
import threading
import time
import unittest

from tests.harness import (BINARY, FULL, PATIENCE, REMOTE_WRITE_HEADERS, Vedette, remote_write, request,
                           wait_for)


class Hook:
    """A webhook that remembers the pages."""

    def __init__(self):
        self.pages, outer = [], self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.pages.append((time.monotonic(), self.path, json.loads(body)))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def alert(service, number=0, severity="critical", **more):
    return {"labels": {"alertname": "Slow", "service": service, "instance": str(number),
                       "severity": severity}, **more}


class StormTest(unittest.TestCase):
    def test_a_storm_over_twenty_services_is_a_few_notifications(self):
        hook = Hook()
        settings = f"""
notify:
  receivers: [{{name: hook, webhook: {{url: "{hook.url}"}}}}]
"""
        alerts, seconds = (10_000, 10) if FULL else (2_000, 2)
        with Vedette(settings) as vedette:
            begun = time.monotonic()
            for first in range(0, alerts, 100):
                body = [alert(f"service-{n % 20}", n) for n in range(first, first + 100)]
                self.assertEqual(vedette.post("/api/v2/alerts", body).status, 200)
                time.sleep(max(0, begun + (first + 100) * seconds / alerts - time.monotonic()))
            wait_for(lambda: hook.pages, 60, "the first page")
            time.sleep(5)
            open_alerts = vedette.get("/api/v2/alerts").json()
        self.assertEqual(len(open_alerts), alerts)
        self.assertLessEqual(len(hook.pages), 40)
        if FULL:
            self.assertLess(hook.pages[0][0] - begun, 5)
        hook.close()


class DeclareTest(unittest.TestCase):
    def test_what_a_person_declares_pages_until_it_is_taken_and_outlives_a_kill(self):
        hook = Hook()
        self.addCleanup(hook.close)
        settings = f"""
incidents: {{reopened_page_after: 2s}}
notify:
  receivers: [{{name: hook, webhook: {{url: "{hook.url}"}}}}]
"""
        # A message that a kill cut short comes again, under its key.
        openings = lambda: {page["dedup_key"] for _, _, page in hook.pages
                            if page["kind"] == "opened"}
        with Vedette(settings) as vedette:
            made = vedette.post("/api/v1/incidents", {
                "title": "users cannot pay", "entities": ["checkout"], "text": "three calls",
                "by": "ann"})
            self.assertEqual(made.status, 201, made.body)
            incident = made.json()
            at = f"/api/v1/incidents/{incident['id']}"
            wait_for(lambda: len(openings()) == 1, 30, "the page")
            self.assertEqual(hook.pages[0][2]["title"], "checkout: users cannot pay")
            self.assertEqual(hook.pages[0][2]["labels"]["service"], "checkout")

            self.assertEqual(vedette.post(f"{at}/acknowledge", {"by": "ann"}).status, 200)
            self.assertEqual(vedette.post(f"{at}/timeline/2/star", {"starred": True}).status, 200)
            vedette.program.kill()
            vedette.start()
            taken = vedette.get(at).json()
            self.assertEqual((taken["state"], taken["starred"]), ("acknowledged", [2]))
            self.assertEqual(vedette.post(f"{at}/unacknowledge", {"by": "ann"}).status, 200)
            wait_for(lambda: len(openings()) == 2, 30, "the page again")

            ledger = vedette.get("/api/v1/ledger", incident=incident["id"]).json()
            self.assertEqual([row["event"] for row in ledger["acknowledgements"]],
                             ["acknowledged", "unacknowledged"])
            self.assertTrue(vedette.get("/api/v1/ledger/verify").json()["ok"])
            self.assertEqual(vedette.post(f"{at}/resolve", {"by": "ann"}).status, 200)
            draft = vedette.get(f"{at}/postmortem").body.decode()
            self.assertIn("when ann declared it", draft)
            self.assertIn('ann declared it: "three calls"', draft.split("## Key moments")[1])


class ReplayTest(unittest.TestCase):
    def settings(self, person="ann", steps=1):
        more = f"""
        - notify: [user {"ben" if person == "ann" else "ann"}]""" if steps > 1 else ""
        return f"""
incidents: {{group_across_services: false}}
rules:
  thresholds:
    - {{name: trigger, selector: replay_trigger, above: {{critical: 0.5}}}}
notify:
  receivers: [{{name: chat, webhook: {{url: "{self.hook.url}/chat", secret_file: secret}}}}]
  users:
    - {{name: ann, contacts: [{{receiver: chat, to: "@ann"}}]}}
    - {{name: ben, contacts: [{{receiver: chat, to: "@ben"}}]}}
  policies:
    - name: pager
      steps:
        - notify: [user {person}]
          wait: 10s{more}
  schedules:
    - name: primary
      layers: [{{name: l, start: "2024-01-01 00:00", rotation: daily, users: [ann, ben]}}]
  routes: [{{name: all, policy: pager}}]
"""

    def setUp(self):
        self.hook = Hook()
        self.vedette = Vedette(self.settings())
        self.addCleanup(self.vedette.__exit__, None)
        (self.vedette.folder / "secret").write_text("s3cret")

    def tearDown(self):
        self.hook.close()

    def live(self):
        """A past with everything in it."""
        vedette = self.vedette
        now = time.time()
        rows = [({"__name__": "replay_trigger", "service": "payment"}, [(int(now * 1000), 1.0)])]
        self.assertLess(request(vedette.port, "POST", "/api/v1/write", remote_write(rows),
                                REMOTE_WRITE_HEADERS).status, 300)
        self.assertEqual(vedette.post("/api/v2/alerts", [alert("order"), alert("api", 1, "info")])
                         .status, 200)
        wait_for(lambda: len(self.hook.pages) >= 3, 60, "pages")
        self.assertLess(vedette.post("/api/v1/silences", {
            "matchers": ['service="stock"'], "duration": "1h", "comment": "known"}).status, 300)
        self.assertLess(vedette.post("/api/v1/schedules/primary/overrides", {
            "user": "ben", "from": "2024-01-01T00:00:00Z", "to": "2024-01-02T00:00:00Z"}).status, 300)
        incidents = vedette.get("/api/v1/incidents").json()["incidents"]
        at = f"/api/v1/incidents/{incidents[0]['id']}"
        earlier = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 600))
        for what, body in (("acknowledge", {}), ("unacknowledge", {"comment": "not mine"}),
                           ("acknowledge", {}), ("comments", {"text": "as before", "at": earlier}),
                           ("timeline/1/star", {"starred": True})):
            self.assertEqual(vedette.post(f"{at}/{what}", body).status, 200, what)
        self.assertEqual(vedette.post("/api/v1/incidents", {"title": "users cannot pay"}).status, 201)
        self.assertEqual(vedette.post("/api/v2/alerts", [alert("stock", 2), alert("order", endsAt=(
            time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 1))))]).status, 200)

    def replay(self, config=None):
        body = {} if config is None else {"config": config}
        answer = self.vedette.post("/api/v1/replays", body)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()

    def expect_proof(self, replay):
        proof = replay["reproduced"]
        self.assertGreater(proof["compared"], 5)
        self.assertEqual(proof["identical"], proof["compared"], proof)

    def command(self, *arguments):
        done = subprocess.run([BINARY, "replay", *map(str, arguments)], capture_output=True,
                              text=True, timeout=PATIENCE, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_the_same_configuration_decides_the_same_over_a_kill_and_a_restart(self):
        with self.vedette as vedette:
            self.live()
            vedette.program.kill()
            vedette.start()
            self.assertEqual(vedette.post("/api/v2/alerts", [alert("later", 3)]).status, 200)
            wait_for(lambda: any("later" in page["entities"] for _, _, page in self.hook.pages), 60,
                     "a page after the restart")
            without = self.replay()
            self.expect_proof(without)
            self.assertGreaterEqual(without["messages"]["recorded"], 4)

            same = self.replay(self.settings())
            self.expect_proof(same)
            self.assertTrue(same["same_configuration"])
            self.assertEqual(same["changes"], [])
            self.assertEqual(same["messages"]["recorded"], same["messages"]["candidate"])

            listed = vedette.get("/api/v1/replays").json()["replays"]
            self.assertEqual([r["id"] for r in listed], [same["id"], without["id"]])
            self.assertEqual(vedette.get(f"/api/v1/replays/{same['id']}").json(), same)
            self.assertEqual(vedette.get("/api/v1/replays/rp_none").status, 404)
            text = self.command("--config", vedette.config, "--url",
                                f"http://127.0.0.1:{vedette.port}")
            self.assertIn("no message changes", text)
            vedette.stop()
            # The data folder of a server that has ended.
            folder = json.loads(self.command("--data", vedette.data, "--config", vedette.config,
                                             "--json"))
            self.expect_proof(folder)
            self.assertEqual(folder["changes"], [])

    def test_another_configuration_shows_who_else_would_have_been_told(self):
        with self.vedette as vedette:
            self.live()
            other = self.replay(self.settings("ben"))
            self.expect_proof(other)
            self.assertFalse(other["same_configuration"])
            people = {person["name"]: person["messages"] for person in other["people"]}
            self.assertEqual(people["ann"]["candidate"], 0)
            self.assertEqual(people["ben"]["recorded"], 0)
            self.assertGreaterEqual(people["ben"]["added"], 3)
            self.assertEqual({c["change"] for c in other["changes"]}, {"added", "removed"})
            # A second step after ten seconds for what nobody acknowledged.
            time.sleep(11)
            escalated = self.replay(self.settings(steps=2))
            added = [c for c in escalated["changes"] if c["change"] == "added"]
            self.assertTrue(added)
            self.assertEqual({c["person"] for c in added}, {"ben"})
            self.assertTrue(all("step 2" in c["why"] for c in added if c["kind"] == "opened"), added)
            # Nothing was sent and nothing saved.
            self.assertFalse(any(page["to"] == "@ben" for _, _, page in self.hook.pages))
            self.expect_proof(self.replay())

    def test_what_is_wrong_with_a_proposal_is_said_with_its_place(self):
        with self.vedette as vedette:
            answer = vedette.post("/api/v1/replays", {"config": "notify:\n  routs: []\n"})
            self.assertEqual(answer.status, 400)
            error = answer.json()["error"]
            self.assertEqual(error["field"], "config")
            self.assertIn("config:2:", error["message"])
            for body in ({"from": "yesterday"}, {"limit": 5000}, {"what": 1},
                         {"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}):
                self.assertEqual(vedette.post("/api/v1/replays", body).status, 400, body)
            # No file is read for it, whatever it names.
            hidden = self.settings().replace("secret_file: secret", "secret_file: /etc/shadow")
            hidden += "topology_file: /etc/shadow\nrule_files: [/etc/shadow]\n"
            self.assertEqual(vedette.post("/api/v1/replays", {"config": hidden}).status, 200)


if __name__ == "__main__":
    unittest.main()
