"""What people add to incidents is there after a kill -9 right behind the answer: files, marks of
feedback and their change of the noise budget, browsers for Web Push."""

import base64
import time
import unittest

from tests.harness import REMOTE_WRITE_HEADERS, Vedette, remote_write, request, wait_for

SETTINGS = """
rules:
  thresholds: [{name: trigger, selector: keeping_trigger, above: {critical: 0.5}}]
notify:
  users: [{name: ann, contacts: []}]
"""


class Keeping(unittest.TestCase):
    def setUp(self):
        self.server = Vedette(SETTINGS).start()
        self.addCleanup(self.server.__exit__, None)

    def restart(self):
        self.server.kill()
        self.server.start()

    def delete(self, path):
        return request(self.server.port, "DELETE", path)

    def incident(self):
        rows = [({"__name__": "keeping_trigger", "service": "shop"}, [(int(time.time() * 1000), 1.0)])]
        self.assertLess(self.server.post("/api/v1/write", remote_write(rows), REMOTE_WRITE_HEADERS).status, 300)
        return wait_for(lambda: self.server.get("/api/v1/incidents").json()["incidents"], 60, "an incident")[0]

    def test_a_file_of_an_incident(self):
        path = f"/api/v1/incidents/{self.incident()['id']}/attachments"
        content = bytes(range(256)) * 40
        added = self.server.post(path + "?name=core.txt", content, {"Content-Type": "text/html"})
        self.restart()
        self.assertEqual(added.status, 201, added.body)
        self.assertEqual([a["name"] for a in self.server.get(path).json()["attachments"]], ["core.txt"])
        file = added.json()["url"]
        self.assertEqual(self.server.get(file).body, content)
        self.assertEqual(self.server.post(path + "?name=..%2Fpasswd", b"x").status, 400)
        self.assertEqual(self.delete(file).status, 204)
        self.assertEqual(self.server.get(file).status, 404)

    def test_marks_and_what_they_changed(self):
        anomaly = self.incident()["anomaly_ids"][0]
        marked = self.server.post("/api/v1/feedback", {"anomaly": anomaly, "verdict": "noise", "why": "backup"})
        self.restart()
        self.assertLess(marked.status, 300, marked.body)
        self.assertEqual([f["state"] for f in self.server.get("/api/v1/feedback").json()["feedback"]], ["waiting"])
        applied = self.server.post("/api/v1/feedback/apply", {})
        self.restart()
        self.assertLess(applied.status, 300, applied.body)
        self.assertEqual([f["state"] for f in self.server.get("/api/v1/feedback").json()["feedback"]], ["applied"])
        undone = self.server.post(f"/api/v1/feedback/changes/{applied.json()['id']}/undo", {})
        self.assertLess(undone.status, 300, undone.body)
        self.assertEqual([f["state"] for f in self.server.get("/api/v1/feedback").json()["feedback"]], ["waiting"])

    def test_a_browser_for_web_push(self):
        key = self.server.get("/api/v1/push/key").json()["public_key"]
        text = lambda size: base64.urlsafe_b64encode(b"\x04" * size).decode().rstrip("=")
        device = lambda url: {"person": "ann", "subscription": {
            "endpoint": url, "keys": {"p256dh": text(65), "auth": text(16)}}}
        added = self.server.post("/api/v1/push/devices", device("https://push.example/abc"))
        self.restart()
        self.assertEqual(added.status, 201, added.body)
        self.assertEqual(self.server.get("/api/v1/push/key").json()["public_key"], key)
        listed = self.server.get("/api/v1/push/devices").json()["devices"]
        self.assertEqual([d["service"] for d in listed], ["push.example"])
        self.assertEqual(self.server.post("/api/v1/push/devices", device("http://127.0.0.1/x")).status, 400)
        self.assertEqual(self.delete(f"/api/v1/push/devices/{listed[0]['id']}").status, 204)


if __name__ == "__main__":
    unittest.main()
