"""Detection from outside: series go in by remote write, anomalies come out of the API; the same ones
when the server is killed and started again in between."""

import datetime
import math
import random
import struct
import unittest

from tests.harness import REMOTE_WRITE_HEADERS, Vedette, remote_write, wait_for

START_MS, STEP_MS, ROWS = 1_767_225_600_000, 300_000, 1800
SETTINGS = "storage: {retention: 0s}\n"
STALE = struct.unpack("<d", struct.pack("<Q", 0x7FF0000000000002))[0]
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


def mistreated(kind):
    """(time, value) as a series arrives to which this happens."""
    chance = random.Random(kind)
    total, samples = 0, []
    for row, value in enumerate(values("shift")):
        if kind == "resets":
            total = 0 if chance.random() < 0.01 else total + round(value)
            value = float(total)
        elif kind == "constant":
            value = 42.0
        elif kind == "huge":
            value = math.nextafter(1e18, math.inf) if chance.random() < 0.5 else 1e18
        elif kind == "no numbers" and chance.random() < 0.1:
            value = chance.choice([math.nan, math.inf, -math.inf, STALE])
        if kind == "gaps" and row % 97 < 9:
            continue
        samples.append((START_MS + row * STEP_MS, value))
        if kind == "duplicates" and chance.random() < 0.2:
            samples.append(samples[-1])
    if kind in ("late", "resets"):
        for i in range(len(samples) - 1):
            if chance.random() < 0.05:
                samples[i], samples[i + 1] = samples[i + 1], samples[i]
    return samples


class Detection(unittest.TestCase):
    SERIES = {kind: [(START_MS + row * STEP_MS, value) for row, value in enumerate(values(kind))] for kind in TROUBLES}
    MISTREATED = {kind: mistreated(kind)
                  for kind in ("late", "gaps", "duplicates", "no numbers", "resets", "constant", "huge")}

    def send(self, vedette, begin, end, series=None):
        for first in range(begin, end, 100):
            body = remote_write([
                ({"__name__": "things_total" if kind == "resets" else "things_measured", "service": kind},
                 samples[first:min(end, first + 100)])
                for kind, samples in (series or self.SERIES).items()])
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

    def test_says_the_same_after_kills_and_of_a_beginning_however_samples_come(self):
        end = max(map(len, self.MISTREATED.values()))
        cut = 1255
        said = {}
        for name, shards, stops in (("straight", 2, [end]), ("killed", 3, [150, 905, 1101, cut, end]),
                                    ("beginning", 1, [cut])):
            with Vedette(f"storage: {{retention: 0s, shards: {shards}}}\ningest: {{out_of_order_window: 1h}}\n") as vedette:
                begin = 0
                for stop in stops:
                    self.send(vedette, begin, stop, self.MISTREATED)
                    begin = stop
                    if stop != stops[-1]:
                        vedette.kill()
                        vedette.start()
                self.wait_until_kept(vedette)
                said[name] = self.found(vedette)
        self.assertEqual(said["killed"], said["straight"])
        self.assertEqual({row[0] for row in said["straight"]} & {"constant", "huge"}, set())
        # What was over an hour before the end of the beginning is what it will always be.
        before = min(samples[cut - 1][0] for samples in self.MISTREATED.values()) / 1000 - 3600
        past = {name: [row for row in rows if row[2] and self.seconds(row[2]) < before] for name, rows in said.items()}
        self.assertTrue(past["straight"])
        self.assertEqual(past["beginning"], past["straight"])


if __name__ == "__main__":
    unittest.main()
