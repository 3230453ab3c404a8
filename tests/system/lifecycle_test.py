"""A server's life around its work: keys and roles, reload, shutdown, the folder's lock, TLS, and
that the API answers what its document promises."""

import http.client
import re
import signal
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

from tests.harness import (BINARY, PATIENCE, REMOTE_WRITE_HEADERS, Program, Receiver, Vedette, free_port,
                           remote_write, request, wait_for)

# What each role may do; everything else is refused with 403.
ROLES = {"viewer": {"read"}, "responder": {"read", "respond"},
         "editor": {"read", "respond", "edit"}, "ingest": {"ingest"},
         "admin": {"read", "respond", "edit", "ingest", "admin"}}


def vedette(*arguments):
    done = subprocess.run([str(a) for a in (BINARY, *arguments)], capture_output=True, text=True,
                          timeout=PATIENCE)
    return done.returncode, done.stdout + done.stderr


def operations(server):
    """[(method, path, permission)] of the document that the server hands out."""
    document = server.get("/openapi.json").json()
    return [(method.upper(), path, operation["x-permission"])
            for path, methods in document["paths"].items() for method, operation in methods.items()]


def call(server, method, path, key=None):
    """One request with an empty object as body; of a stream only the head is read."""
    path = path.replace("/tenants/{name}/", "/tenants/default/")  # a key's own tenant
    path = re.sub(r"\{\w+\}", "nobody-has-this-name", path)
    headers = {"Content-Type": "application/json"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    try:
        connection.request(method, path, body="{}" if method == "POST" else None, headers=headers)
        response = connection.getresponse()
        streams = response.getheader("Content-Type", "").startswith("text/event-stream")
        return response.status, b"" if streams else response.read()
    finally:
        connection.close()


# Their key is the signature of who sends.
# There is no such thing on a server that has seen nothing.
EMPTY_HERE = ("/api/v1/targets/metadata", "/api/v1/topology/scenario")
SIGNED = {
    "/api/v1/slack/interactions",
    "/api/v1/slack/commands",
    "/api/v1/slack/events",
    "/api/v1/pagerduty/webhook",
}


class Keys(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Vedette("auth: {mode: required}\n").start()
        cls.keys = {role: cls.create(role) for role in ROLES}

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__(None)

    @classmethod
    def create(cls, role, name=None):
        status, text = vedette("keys", "--data", cls.server.data, "create", name or role, "--role", role)
        assert status == 0, text
        return text.split()[0]

    def test_without_a_key_only_the_public_paths_answer(self):
        listed = operations(self.server)
        self.assertGreater(len(listed), 30)
        for method, path, permission in listed:
            with self.subTest(f"{method} {path}"):
                for key in (None, "vdt_wrong", self.keys["viewer"][:-1] + "!"):
                    if permission == "public" and key is not None:
                        continue
                    status, body = call(self.server, method, path, key)
                    if path in SIGNED:
                        self.assertEqual(status, 401, body)
                    elif path == "/ack/{token}":
                        self.assertEqual(status, 403, body)
                    elif permission == "public":
                        self.assertNotIn(status, (401, 403, 404, 405, 500), body)
                    else:
                        self.assertEqual(status, 401, (key, body))

    def test_a_key_may_do_what_its_role_says_and_nothing_else(self):
        for role, permissions in ROLES.items():
            for method, path, permission in operations(self.server):
                if permission == "public":
                    continue
                with self.subTest(f"{role}: {method} {path}"):
                    status, body = call(self.server, method, path, self.keys[role])
                    if permission in permissions:
                        self.assertNotIn(status, (401, 403), body)
                    else:
                        self.assertEqual(status, 403, body)

    def test_every_operation_of_the_document_is_answered(self):
        for method, path, _ in operations(self.server):
            with self.subTest(f"{method} {path}"):
                status, body = call(self.server, method, path, self.keys["admin"])
                self.assertNotIn(status, (405, 500, 501), body)
                if status == 404:  # no such incident, no metadata yet, but such a path
                    self.assertTrue("{" in path or path in EMPTY_HERE, body)
                    self.assertNotIn(b"there is nothing at", body)

    def test_a_revoked_key_is_refused_soon(self):
        key = self.create("viewer", "for a moment")
        self.assertEqual(call(self.server, "GET", "/api/v1/incidents", key)[0], 200)
        status, text = vedette("keys", "--data", self.server.data, "list")
        self.assertEqual(status, 0, text)
        self.assertNotIn(key, text)
        row = next(line for line in text.splitlines() if "for a moment" in line)
        status, text = vedette("keys", "--data", self.server.data, "revoke", row.split()[0])
        self.assertEqual(status, 0, text)
        wait_for(lambda: call(self.server, "GET", "/api/v1/incidents", key)[0] == 401, 60,
                 "the revoked key is refused")

    def test_tokens_are_not_stored_nor_logged(self):
        secrets = [key.split("_")[-1].encode() for key in self.keys.values()]
        for key in self.keys.values():
            call(self.server, "GET", "/api/v1/incidents", key)
        files = [f for f in self.server.folder.rglob("*") if f.is_file()]
        self.assertGreater(len(files), 3)
        for file in files:
            try:
                content = file.read_bytes()
            except FileNotFoundError:  # the database has put it away meanwhile
                continue
            for secret in secrets:
                self.assertNotIn(secret, content, file)


TRIGGER = """
incidents: {group_across_services: false}
rules:
  thresholds:
    - {name: trigger, selector: reload_trigger, above: {critical: 0.5}}
"""


def settings(receiver=None, target=None):
    text = TRIGGER
    if receiver:
        text += f'notify: {{receivers: [{{name: test, webhook: {{url: "{receiver.url}"}}}}]}}\n'
    if target:
        text += ("scrape_configs:\n  - job_name: self\n    scrape_interval: 1s\n    static_configs: "
                 f'[{{targets: ["127.0.0.1:{target}"]}}]\n')
    return text


class Reload(unittest.TestCase):
    def setUp(self):
        self.server = Vedette(settings())
        self.addCleanup(lambda: self.server.__exit__(None))
        self.server.start()

    def reload(self, text, says):
        before = self.server.program.output().count(says)
        self.server.config.write_text(text)
        self.server.program.signal(signal.SIGHUP)
        wait_for(lambda: self.server.program.output().count(says) > before, 60, says)

    def trigger(self, service):
        now = int(time.time() * 1000)
        rows = [({"__name__": "reload_trigger", "service": service}, [(now, 1.0)])]
        answer = self.server.post("/api/v1/write", remote_write(rows), REMOTE_WRITE_HEADERS)
        self.assertLess(answer.status, 300, answer.body)

    def test_new_targets_and_receivers_are_taken_and_a_broken_file_changes_nothing(self):
        receiver = Receiver()
        self.addCleanup(receiver.close)
        self.reload(settings(receiver, self.server.port), "configuration reloaded")
        wait_for(lambda: self.server.query('up{job="self"}'), 60, "the new target is scraped")
        self.trigger("one")
        wait_for(lambda: [b for b in receiver.bodies() if b["entities"] == ["one"]], 60,
                 "the new receiver is told")

        self.reload("notify: {receivers: []}\nunknown_key: 1\n", "the new configuration is not used")
        self.assertIn("unknown_key", self.server.program.output())
        self.trigger("two")
        wait_for(lambda: [b for b in receiver.bodies() if b["entities"] == ["two"]], 60,
                 "the old receiver is still told")
        newest = "timestamp(up{job=\"self\"})"
        before = max(self.server.query(newest).values())
        wait_for(lambda: max(self.server.query(newest).values()) > before, 60,
                 "the old target is still scraped")

        self.reload(settings(), "configuration reloaded")
        wait_for(lambda: not self.server.query('up{job="self"}'), 60, "the target is gone")


class Writer(threading.Thread):
    """Writes one sample after the other until the server is gone; keeps what was acknowledged."""

    def __init__(self, port, name):
        super().__init__()
        self.port, self.name, self.acknowledged, self.strange = port, name, [], []

    def run(self):
        t = int(time.time() * 1000) - 500_000
        while True:
            t += 1
            body = remote_write([({"__name__": "ending", "writer": self.name}, [(t, float(t))])])
            try:
                answer = request(self.port, "POST", "/api/v1/write", body, REMOTE_WRITE_HEADERS)
            except ConnectionRefusedError:
                return
            except (OSError, http.client.HTTPException):
                continue
            if answer.status < 300:
                self.acknowledged.append(t)
            elif answer.status != 503:
                self.strange.append((answer.status, answer.body[:200]))


class Ending(unittest.TestCase):
    def test_sigterm_under_load_ends_with_0_and_loses_nothing(self):
        server = Vedette()
        self.addCleanup(lambda: server.__exit__(None))
        server.start()
        writers = [Writer(server.port, f"w{n}") for n in range(4)]
        for writer in writers:
            writer.start()
        wait_for(lambda: all(len(w.acknowledged) > 20 for w in writers), 60, "load")
        self.assertEqual(server.stop(), 0)
        for writer in writers:
            writer.join()
            self.assertEqual(writer.strange, [])
        server.start()
        for writer in writers:
            last = writer.acknowledged[-1]
            answer = server.get("/api/v1/query", query=f'ending{{writer="{writer.name}"}}[1h]',
                                time=last / 1000 + 1).json()
            stored = {round(float(t) * 1000) for t, _ in answer["data"]["result"][0]["values"]}
            self.assertLessEqual(set(writer.acknowledged), stored)

    def test_a_second_process_on_the_folder_is_refused(self):
        with Vedette() as first:
            second = Program([BINARY, "serve", "--listen", f"127.0.0.1:{free_port()}", "--data", first.data],
                             first.folder, "second")
            self.addCleanup(second.kill)
            wait_for(lambda: not second.running(), 60, "the second process ends")
            self.assertEqual(second.process.returncode, 1)
            self.assertIn("in use by another process", second.output())
            self.assertIn(str(first.data), second.output())
            self.assertEqual(first.get("/readyz").status, 200)


class Tls(unittest.TestCase):
    def test_https_with_a_certificate_of_ones_own(self):
        with tempfile.TemporaryDirectory() as folder:
            certificate, key = self.certificate(folder, "one")
            server = Vedette(f"tls: {{certificate_file: {certificate}, key_file: {key}}}\n")
            self.addCleanup(lambda: server.__exit__(None))
            context = ssl.create_default_context(cafile=certificate)
            server.ready = lambda: server.program.running() and self.get(server, context) == 200
            server.start()
            with self.assertRaises((OSError, http.client.HTTPException)):
                answer = server.get("/readyz")
                raise ConnectionError(answer.status)  # refused, but politely
            with self.assertRaises(ssl.SSLError):
                self.get_or_raise(server, ssl.create_default_context())

            second, _ = self.certificate(folder, "one")  # in place of the first
            server.program.signal(signal.SIGHUP)
            context = ssl.create_default_context(cafile=second)
            wait_for(lambda: self.get(server, context) == 200, 60, "the new certificate is used")
            self.assertEqual(server.stop(), 0)

    @staticmethod
    def certificate(folder, name):
        certificate, key = f"{folder}/{name}.pem", f"{folder}/{name}.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
        return certificate, key

    @staticmethod
    def get_or_raise(server, context):
        connection = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=PATIENCE, context=context)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status
        finally:
            connection.close()

    def get(self, server, context):
        try:
            return self.get_or_raise(server, context)
        except OSError:
            return None


if __name__ == "__main__":
    unittest.main()
