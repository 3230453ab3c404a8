"""Pages to providers, from outside: mail through a real server with STARTTLS and AUTH (Debian's
aiosmtpd), a chat that is away and comes back, buttons that Slack signs, previews."""

import hashlib
import hmac
import email
import email.policy
import http.server
import json
import pathlib
import shutil
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

from tests.harness import REMOTE_WRITE_HEADERS, Vedette, free_port, remote_write, request, wait_for

SYSTEM_PYTHON = "/usr/bin/python3"
HAS_AIOSMTPD = subprocess.run([SYSTEM_PYTHON, "-c", "import aiosmtpd"], capture_output=True,
                              check=False).returncode == 0
RULES = """
rules:
  thresholds:
    - name: trigger
      selector: notify_trigger
      above: {critical: 0.5}
incidents: {group_across_services: false}
"""


def trigger(vedette, service="payment", value=1.0):
    rows = [({"__name__": "notify_trigger", "service": service}, [(int(time.time() * 1000), value)])]
    answer = request(vedette.port, "POST", "/api/v1/write", remote_write(rows), REMOTE_WRITE_HEADERS)
    assert answer.status < 300, answer.body


class Provider:
    """An HTTP server that answers as told: respond(path, headers, body) -> (status, headers, body)."""

    def __init__(self, respond):
        self.requests, outer = [], self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.requests.append((self.path, dict(self.headers), body))
                status, headers, answer = respond(self.path, self.headers, body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@unittest.skipUnless(HAS_AIOSMTPD, "Debian's python3-aiosmtpd is not installed")
class MailTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vedette-mail-"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-keyout", self.folder / "key.pem", "-out", self.folder / "cert.pem",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
                       check=True, capture_output=True)
        self.port, self.mails = free_port(), []
        self.server = subprocess.Popen(
            [SYSTEM_PYTHON, pathlib.Path(__file__).parent / "mail_server.py",
             self.folder / "cert.pem", self.folder / "key.pem", str(self.port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.assertEqual(self.server.stdout.readline(), "ready\n")
        threading.Thread(target=self.read, daemon=True).start()

    def tearDown(self):
        self.server.stdin.close()
        self.server.wait(timeout=60)
        self.server.stdout.close()
        shutil.rmtree(self.folder)

    def read(self):
        for line in self.server.stdout:
            self.mails.append(json.loads(line))

    def settings(self, password="s3cret", to="ops@example.org", ca=True):
        ca_file = f", ca_file: {self.folder}/cert.pem" if ca else ""
        return RULES + f"""
notify:
  receivers:
    - name: mail
      email: {{host: 127.0.0.1, port: {self.port}, user: vedette, password: {password},
              from: Vedette <vedette@example.org>, to: [{to}]{ca_file}}}
"""

    def test_an_incident_is_a_thread_of_mails_over_tls(self):
        with Vedette(self.settings()) as vedette:
            trigger(vedette)
            wait_for(lambda: len(self.mails) >= 1, 60, "the first mail")
            incident = vedette.get("/api/v1/incidents").json()["incidents"][0]["id"]
            vedette.post(f"/api/v1/incidents/{incident}/acknowledge", b"{}",
                         {"Content-Type": "application/json"})
            wait_for(lambda: len(self.mails) >= 2, 60, "the second mail")
        for mail in self.mails:
            self.assertTrue(mail["tls"])
            self.assertEqual(mail["user"], "vedette")
            self.assertEqual(mail["to"], ["ops@example.org"])
        parsed = [email.message_from_string(m["mail"], policy=email.policy.default)
                  for m in self.mails]
        self.assertIn("[Critical]", parsed[0]["Subject"])
        self.assertIn("[Acknowledged]", parsed[1]["Subject"])
        self.assertEqual(parsed[0]["References"], parsed[1]["References"])
        self.assertNotEqual(parsed[0]["Message-ID"], parsed[1]["Message-ID"])
        self.assertEqual([part.get_content_type() for part in parsed[0].iter_parts()],
                         ["text/plain", "text/html"])
        self.assertIn("payment", parsed[0].get_body(("plain",)).get_content())
        self.assertIn("<h1", parsed[0].get_body(("html",)).get_content())
        self.assertFalse(any(p.defects for p in parsed))

    def test_what_is_put_off_comes_and_what_is_refused_is_said(self):
        with Vedette(self.settings(to="later@example.org")) as vedette:
            trigger(vedette)
            wait_for(lambda: self.mails, 60, "the mail after the greylisting")
            self.assertEqual(self.entry(vedette, "delivered")["attempts"], 2)
        with Vedette(self.settings(to="nobody@example.org")) as vedette:
            trigger(vedette)
            self.assertIn("SMTP 550, 5.1.1 No such user here",
                          self.entry(vedette, "failed")["detail"])

    def test_nothing_goes_to_a_server_that_is_not_trusted_or_a_wrong_password(self):
        with Vedette(self.settings(ca=False)) as vedette:
            trigger(vedette)
            self.assertIn("certificate", self.entry(vedette, "pending", detail=True)["detail"])
        with Vedette(self.settings(password="wrong")) as vedette:
            trigger(vedette)
            entry = self.entry(vedette, "pending", detail=True)
            self.assertIn("SMTP 535", entry["detail"])
            self.assertNotIn("wrong", vedette.program.output())
        self.assertEqual(self.mails, [])

    def entry(self, vedette, state, detail=False):
        found = []

        def look():
            found[:] = [e for e in vedette.get("/api/v1/ledger").json()["entries"]
                        if e["state"] == state and (e["detail"] or not detail)]
            return found
        wait_for(look, 60, f"a letter that is {state}")
        return found[0]


class ChatTest(unittest.TestCase):
    def test_slack_keeps_one_message_and_its_buttons_act(self):
        def answer(path, headers, body):
            return 200, {}, b'{"ok":true,"channel":"C1","ts":"17.1"}'
        slack = Provider(answer)
        self.addCleanup(slack.close)
        settings = RULES + f"""
notify:
  receivers:
    - name: chat
      slack: {{bot_token: xoxb-private, channel: "#ops", api_url: "{slack.url}",
              signing_secret: hush}}
"""
        with Vedette(settings) as vedette:
            trigger(vedette)
            wait_for(lambda: slack.requests, 60, "the message")
            path, headers, body = slack.requests[0]
            self.assertEqual(path, "/chat.postMessage")
            self.assertEqual(headers["Authorization"], "Bearer xoxb-private")
            button = next(b for b in json.loads(body)["blocks"] if b["type"] == "actions")
            value = button["elements"][0]["value"]
            payload = {"type": "block_actions", "user": {"username": "alice"},
                       "actions": [{"action_id": "vedette_acknowledge", "value": value}]}
            self.assertEqual(self.press(vedette, payload, "guess").status, 401)
            self.assertEqual(self.press(vedette, payload, "hush", age=400).status, 401)
            self.assertEqual(self.press(vedette, payload, "hush").status, 200)
            self.assertEqual(self.press(vedette, payload, "hush", again=True).status, 401)
            incident = vedette.get("/api/v1/incidents").json()["incidents"][0]
            self.assertEqual(incident["state"], "acknowledged")
            self.assertEqual(incident["acknowledged_by"], "slack:alice")
            wait_for(lambda: len(slack.requests) >= 3, 60, "the update and the reply")
            self.assertEqual([r[0] for r in slack.requests[1:3]],
                             ["/chat.update", "/chat.postMessage"])
            self.assertEqual(json.loads(slack.requests[2][2])["thread_ts"], "17.1")
            self.assertNotIn("xoxb-private", vedette.program.output())

    def press(self, vedette, payload, secret, age=0, again=False):
        if not again:
            self.stamp = str(int(time.time()) - age)
        body = urllib.parse.urlencode({"payload": json.dumps(payload)}).encode()
        signature = "v0=" + hmac.new(secret.encode(), b"v0:" + self.stamp.encode() + b":" + body,
                                     hashlib.sha256).hexdigest()
        return vedette.post("/api/v1/slack/interactions", body,
                            {"Content-Type": "application/x-www-form-urlencoded",
                             "X-Slack-Request-Timestamp": self.stamp,
                             "X-Slack-Signature": signature})

    def test_after_an_outage_each_incident_is_told_once_as_it_stands(self):
        away, events = [True], []

        def answer(path, headers, body):
            if away[0]:
                return 429, {"Retry-After": "1"}, b"{}"
            events.append(json.loads(body))
            return 202, {}, b'{"status":"success","message":"Event processed","dedup_key":"x"}'
        pagerduty = Provider(answer)
        self.addCleanup(pagerduty.close)
        hook = Provider(lambda *_: (200, {}, b"ok"))
        self.addCleanup(hook.close)
        settings = RULES + f"""
notify:
  receivers:
    - name: pd
      pagerduty: {{routing_key: 0123456789abcdef0123456789abcdef, url: "{pagerduty.url}/v2/enqueue"}}
    - name: hook
      webhook: {{url: "{hook.url}/hook"}}
"""
        with Vedette(settings) as vedette:
            for service in ("a", "b"):
                trigger(vedette, service)
            wait_for(lambda: len(hook.requests) >= 2, 60, "both pages at the receiver that works")
            for incident in vedette.get("/api/v1/incidents").json()["incidents"]:
                vedette.post(f"/api/v1/incidents/{incident['id']}/resolve", b"{}",
                             {"Content-Type": "application/json"})
            wait_for(lambda: len(hook.requests) >= 4, 60, "both resolutions there")
            time.sleep(31)  # what waits so long is old news
            away[0] = False

            def states():
                return sorted((e["receiver"], e["state"], e["replaced"])
                              for e in vedette.get("/api/v1/ledger").json()["entries"])
            wait_for(lambda: all(state in ("delivered", "superseded") for _, state, _ in states()), 90,
                     "what waited")
            self.assertEqual(states(), [("hook", "delivered", 0)] * 4 +
                             [("pd", "delivered", 1)] * 2 + [("pd", "superseded", 0)] * 2)
            self.assertEqual(sorted(e["event_action"] for e in events), ["resolve", "resolve"])
            self.assertEqual(len({e["dedup_key"] for e in events}), 2)
            for event in events:
                self.assertIn("stands for 1 earlier one", event["payload"]["custom_details"]["late"])

    def test_a_preview_shows_what_would_be_sent(self):
        with Vedette(RULES) as vedette:
            def preview(body):
                return vedette.post("/api/v1/notify/preview", json.dumps(body).encode(),
                                    {"Content-Type": "application/json"})
            kinds = ["webhook", "slack", "pagerduty", "opsgenie", "email", "alertmanager", "teams",
                     "mattermost", "discord", "telegram", "jira", "sms", "voice", "http"]
            for kind in kinds:
                answer = preview({"kind": kind, "template": {"title": "{{ .Status }}!"},
                                  "page": "resolved"})
                self.assertEqual(answer.status, 200, (kind, answer.body))
                self.assertEqual(answer.json()["title"], "resolved!")
                if kind != "alertmanager":  # its form has the alerts' own words
                    self.assertIn("resolved!", answer.json()["payload"], kind)
            wrong = preview({"kind": "slack", "template": {"text": "{{ .Nothing }}"}})
            self.assertEqual(wrong.status, 400)
            self.assertEqual(wrong.json()["error"]["field"], "template.text")
            self.assertEqual(preview({"receiver": "none"}).status, 400)
            self.assertEqual(preview({"kind": "pigeon"}).status, 400)
            self.assertEqual(preview({}).status, 400)


if __name__ == "__main__":
    unittest.main()
