"""What comes back from people and other systems: the link of a mail acknowledges once and only when its button is pressed; Slack's commands and
PagerDuty's webhooks act when they are signed, and once; webhooks of other systems are alerts; OpsBuddy's incident paths."""

import base64
import hashlib
import hmac
import json
import re
import socketserver
import threading
import time
import unittest
import urllib.parse

from tests.harness import Receiver, Vedette, request, wait_for

SETTINGS = """
external_url: "http://127.0.0.1:{port}"
incidents: {{resolve_after: 1s}}
notify:
  receivers:
    - {{name: ops, webhook: {{url: "{hook}"}}}}
    - {{name: mail, email: {{host: 127.0.0.1, port: {smtp}, security: none, from: vedette@example.org, to: [ops@example.org]}}}}
    - {{name: chat, slack: {{url: "{hook}", signing_secret: sl4ck}}}}
    - {{name: pd, pagerduty: {{routing_key: k, url: "{hook}", webhook_secret: s3cret}}}}
  users:
    - {{name: ann, email: ann@example.org, contacts: [{{receiver: mail, to: ann@example.org}}, {{receiver: chat, to: UANN}}]}}
  catch_all: [user ann, receiver ops, receiver pd]
"""


class MailServer(socketserver.ThreadingTCPServer):
    """Takes mail without TLS or a login, and keeps it."""
    allow_reuse_address = daemon_threads = True

    def __init__(self):
        self.mails = []
        super().__init__(("127.0.0.1", 0), Session)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line)
                self.server.mails.append(b"".join(lines).decode("latin-1"))
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return


def texts(mail):
    return "".join(base64.b64decode(part.replace("\r\n", "")).decode()
                   for part in re.findall(r"base64\r\n\r\n([A-Za-z0-9+/=\r\n]+)", mail))


class Inbound(unittest.TestCase):
    def setUp(self):
        self.hook, self.smtp = Receiver(), MailServer()
        self.server = Vedette()
        self.server.config.write_text(SETTINGS.format(
            port=self.server.port, hook=self.hook.url, smtp=self.smtp.server_address[1]))
        self.server.start()

    def tearDown(self):
        self.server.__exit__(None)
        self.hook.close()
        self.smtp.shutdown()
        self.smtp.server_close()

    def opens(self, key="1", **more):
        answer = self.server.post("/api/v1/intake/pingdom", {
            "check_id": key, "check_name": "Shop", "current_state": "DOWN", "importance_level": "HIGH",
            "check_params": {"hostname": "shop"}, **more})
        self.assertEqual(answer.status, 200, answer.body)
        wait_for(lambda: self.incidents(), 60, "an incident")
        return self.incidents()[0]["id"]

    def incidents(self):
        return self.server.get("/api/v1/incidents").json()["incidents"]

    def test_the_link_of_a_mail_acknowledges_when_its_button_is_pressed(self):
        incident = self.opens()
        wait_for(lambda: self.smtp.mails, 60, "a mail")
        url = re.search(r"once: (http\S+/ack/\S+)", texts(self.smtp.mails[0])).group(1)
        path = urllib.parse.urlparse(url).path
        for _ in range(2):  # as programs do that look for harm in mails
            shown = self.server.get(path)
            self.assertEqual(shown.status, 200, shown.body)
            self.assertIn(b"Acknowledge as ann", shown.body)
        self.assertEqual(self.incidents()[0]["state"], "open")
        self.assertEqual(request(self.server.port, "POST", path + "0").status, 403)

        done = request(self.server.port, "POST", path, "", {
            "Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.server.port}"})
        self.assertEqual(done.status, 200, done.body)
        found = self.server.get(f"/api/v1/incidents/{incident}").json()
        self.assertEqual((found["state"], found["acknowledged_by"]), ("acknowledged", "ann"))
        row = next(r for r in found["timeline"] if r["kind"] == "acknowledged")
        self.assertIn("ann@example.org", row["text"])
        self.assertEqual(request(self.server.port, "POST", path).status, 410)
        wait_for(lambda: "acknowledged" in json.dumps(self.server.get("/api/v1/ledger", alert=incident).json()), 60,
                 "the ledger tells of it")

    def slack(self, text, user="UANN", secret="sl4ck", stamp=None, path="commands", headers=None):
        body = urllib.parse.urlencode({"command": "/vedette", "text": text, "user_id": user, "user_name": "x"})
        stamp = str(stamp or int(time.time()))
        sign = "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return request(self.server.port, "POST", f"/api/v1/slack/{path}", body, headers or {
            "Content-Type": "application/x-www-form-urlencoded", "X-Slack-Signature": sign,
            "X-Slack-Request-Timestamp": stamp})

    def test_slack_commands_act_when_they_are_signed_and_once(self):
        incident = self.opens()
        self.assertEqual(self.slack("ack", secret="other").status, 401)
        self.assertEqual(self.slack("ack", stamp=int(time.time()) - 400).status, 401)
        self.assertEqual(self.slack("ack", headers={"Content-Type": "application/x-www-form-urlencoded"}).status, 401)
        self.assertEqual(self.incidents()[0]["state"], "open")
        self.assertIn(incident[-6:], self.slack("status").json()["text"])
        stamp = int(time.time())
        done = self.slack(f"ack {incident[-5:]}", stamp=stamp)
        self.assertEqual(done.json()["response_type"], "in_channel", done.body)
        self.assertEqual(self.slack(f"ack {incident[-5:]}", stamp=stamp).status, 401, "a replay")
        self.assertEqual(self.incidents()[0]["acknowledged_by"], "ann")
        self.slack("resolve last rolled back", user="U2")
        found = self.server.get(f"/api/v1/incidents/{incident}").json()
        self.assertEqual((found["state"], found["resolved_by"]), ("resolved", "slack:x"))

    def pagerduty(self, kind, incident, secret="s3cret", at=None):
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at or time.time()))
        body = json.dumps({"event": {"id": kind + when, "event_type": kind, "occurred_at": when,
                                     "agent": {"type": "user_reference", "summary": "Ben"},
                                     "data": {"id": "PX", "incident_key": incident, "status": "x"}}})
        sign = "v1=" + hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
        return request(self.server.port, "POST", "/api/v1/pagerduty/webhook", body,
                       {"Content-Type": "application/json", "X-PagerDuty-Signature": sign})

    def test_what_people_do_in_pagerduty_is_done_here(self):
        incident = self.opens()
        told = lambda: any(b.get("dedup_key") == incident for b in self.hook.bodies())
        wait_for(told, 60, "PagerDuty is told")
        self.assertEqual(self.pagerduty("incident.acknowledged", incident, secret="x").status, 401)
        self.assertEqual(self.pagerduty("incident.acknowledged", incident, at=time.time() - 900).status, 401)
        now = time.time()
        done = self.pagerduty("incident.acknowledged", incident, at=now)
        self.assertEqual(done.json(), {"status": "ok"})
        self.assertEqual(self.pagerduty("incident.acknowledged", incident, at=now).status, 401, "a replay")
        self.assertEqual(self.incidents()[0]["acknowledged_by"], "pagerduty:Ben")

    def test_webhooks_of_other_systems_are_alerts_that_begin_and_end(self):
        senders = {s["name"]: s for s in self.server.get("/api/v1/intake").json()["senders"]}
        self.assertGreaterEqual(len(senders), 20)
        for name, sender in senders.items():
            form = not sender["example"].lstrip().startswith("{")
            kind = "application/x-www-form-urlencoded" if form else "application/json"
            shown = self.server.post(f"/api/v1/intake/{name}/preview", sender["example"].strip(), {"Content-Type": kind})
            self.assertEqual(shown.status, 200, (name, shown.body))
            self.assertTrue(shown.json()["alerts"], name)
        self.assertEqual(self.incidents(), [])

        self.opens("7")
        alerts = self.server.get("/api/v2/alerts").json()
        self.assertEqual(alerts[0]["labels"]["sender"], "pingdom")
        self.server.post("/api/v1/intake/pingdom", {"check_id": "7", "check_name": "Shop", "current_state": "UP"})
        wait_for(lambda: self.incidents()[0]["state"] == "resolved", 60, "it ends")
        self.assertEqual(self.server.post("/api/v1/intake/nobody", {"a": 1}).status, 404)
        self.assertEqual(self.server.post("/api/v1/intake/datadog", {"a": 1}).status, 400)
        tried = self.server.post("/api/v1/intake/preview", {
            "mapping": "{name: own, alertname: '{a}', service: '{b|\"x\"}'}", "payload": {"a": "Slow"}}).json()
        self.assertEqual(tried["alerts"][0]["labels"]["alertname"], "Slow")

    def test_opsbuddys_incidents_are_grouped(self):
        lines = [{"timestamp": time.time(), "level": "ERROR", "service": "files", "message": "Upload failed"}
                 for _ in range(20)]
        answer = self.server.post("/api/v1/logs", lines)
        self.assertEqual(answer.status, 200, answer.body)
        found = wait_for(lambda: (a := self.server.get("/api/incidents", hours=1).json())["total_errors"] == 20 and a, 60,
                         "20 errors")
        self.assertEqual([e["count"] for e in found["recent_errors"]], [20])
        self.assertEqual(self.server.get("/api/incidents/errors/files").json()["total_errors"], 20)
        self.assertEqual(self.server.post("/api/incidents/check").json()["errors_found"], 20)


if __name__ == "__main__":
    unittest.main()
