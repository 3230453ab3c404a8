"""Detection from outside: series go in by remote write, anomalies come out of the API; the same ones
when the server is killed and started again in between."""

import datetime
import math
import random
import unittest

from tests.harness import REMOTE_WRITE_HEADERS, Vedette, remote_write, wait_for

START_MS, STEP_MS, ROWS = 1_767_225_600_000, 300_000, 1800
SETTINGS = "storage: {retention: 0s}\n"
# Series by kind of trouble, each with the rows in which it begins.
TROUBLES = {"spike": (900,), "shift": (1100,), "stop": (1250,), "none": ()}


def values(kind):
    noise = random.Random(kind)
    rows = []
    for row in range(ROWS):
        value = 200 + 50 * math.sin(2 * math.pi * row / 288) + 5 * noise.gauss(0, 1)
        for begin in TROUBLES[kind]:
            if kind == "spike" and begin <= row < begin + 2:
                value = 900
            elif kind == "shift" and begin <= row < begin + 200:
                value += 300
            elif kind == "stop" and begin <= row < begin + 100:
                value = 0
        rows.append(value)
    return rows


class Detection(unittest.TestCase):
    SERIES = {kind: values(kind) for kind in TROUBLES}

    def send(self, vedette, begin, end):
        for first in range(begin, end, 100):
            body = remote_write([
                ({"__name__": "things_measured", "service": kind},
                 [(START_MS + row * STEP_MS, rows[row]) for row in range(first, min(end, first + 100))])
                for kind, rows in self.SERIES.items()])
            self.assertEqual(vedette.post("/api/v1/write", body, REMOTE_WRITE_HEADERS).status // 100, 2)

    def wait_until_kept(self, vedette):
        wait_for(lambda: b"\nvedette_detect_reports_unkept 0\n" in vedette.get("/metrics").body, 60, "findings are kept")

    def found(self, vedette):
        """What the anomalies say, with the surprise in full precision."""
        rows = []
        for anomaly in vedette.get("/api/v1/anomalies", limit=1000).json()["anomalies"]:
            evidence = vedette.get(f"/api/v1/evidence/{anomaly['evidence_id']}").json()
            nats = evidence["result"].get("surprise", {}).get("nats")
            rows.append((anomaly["entity"], anomaly["started_at"], anomaly.get("ended_at"), nats))
        return sorted(rows, key=str)

    def seconds(self, text):
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()

    def test_finds_trouble_when_it_begins_and_is_quiet_otherwise(self):
        with Vedette(SETTINGS) as vedette:
            self.send(vedette, 0, ROWS)
            self.wait_until_kept(vedette)
            anomalies = wait_for(lambda: vedette.get("/api/v1/anomalies", limit=1000).json()["anomalies"], 60, "anomalies")
            warnings = [a for a in anomalies if a["severity"] != "info"]
            for kind, begins in TROUBLES.items():
                starts = [(self.seconds(a["started_at"]) * 1000 - START_MS) / STEP_MS
                          for a in warnings if a["entity"] == kind]
                for begin in begins:
                    self.assertTrue(any(begin <= start <= begin + 2 for start in starts), (kind, begin, starts))
                self.assertLessEqual(len(starts), 2 * len(begins) + 1, (kind, starts))
            for anomaly in anomalies:
                self.assertNotEqual(anomaly["severity"], "critical", "nothing says that it hurts")
                self.assertEqual(anomaly["state"], "closed")

    def test_says_the_same_after_kills(self):
        with Vedette(SETTINGS) as straight:
            self.send(straight, 0, ROWS)
            self.wait_until_kept(straight)
            expected = self.found(straight)
        self.assertTrue(any(nats for *_, nats in expected), expected)
        with Vedette(SETTINGS) as killed:
            begin = 0
            for end in (150, 1101, 1255, ROWS):  # one amid the shift, one amid the stop
                self.send(killed, begin, end)
                begin = end
                if end < ROWS:  # samples are on the disk, what was found in them is still on its way
                    killed.kill()
                    killed.start()
            self.wait_until_kept(killed)
            self.assertEqual(self.found(killed), expected)  # also of the surprise, to the last bit


if __name__ == "__main__":
    unittest.main()
