"""Learned models as a person meets them: a training whose server is killed is gone on with by the next, a damaged model is
as if it had not been trained, one training runs at a time, and a tenant that is deleted takes its training with it."""

import json
import math
import random
import subprocess
import time
import unittest

from tests.harness import REMOTE_WRITE_HEADERS, Vedette, remote_write, request, wait_for

MINUTES = 600
TRAINING = "/api/v1/models/training"


def metrics_that_move_together(end_ms):
    noise = random.Random(5)
    series = []
    load = [100 + 30 * math.sin(i / 20) + 3 * noise.gauss(0, 1) for i in range(MINUTES)]
    for name, factor in (("queue_depth", 0.1), ("process_cpu_usage", 0.003), ("request_latency_seconds", 0.001)):
        series.append(({"__name__": name, "service": "pay"},
                       [(end_ms - (MINUTES - i) * 60_000, factor * (value + noise.gauss(0, 1)))
                        for i, value in enumerate(load)]))
    return series


class Models(unittest.TestCase):
    def fill(self, vedette, minutes_ago=0, **headers):
        body = remote_write(metrics_that_move_together(int(time.time() * 1000) - minutes_ago * 60_000))
        answer = vedette.post("/api/v1/write", body, {**REMOTE_WRITE_HEADERS, **headers})
        self.assertLess(answer.status, 300, answer.body)

    def begin(self, vedette, headers=None):
        answer = vedette.post(TRAINING, {"services": ["pay"], "detectors": ["tcn"]}, headers)
        self.assertEqual(answer.status, 202, answer.body)

    def training(self, vedette):
        return vedette.get(TRAINING).json()

    def wait_for_checkpoint(self, vedette):
        wait_for(lambda: any("checkpoint" in name for name in self.files(vedette)), 120, "a checkpoint")

    def finish(self, vedette):
        told = wait_for(lambda: (lambda t: t["state"] != "running" and t)(self.training(vedette)), 300, "the training's end")
        self.assertEqual(told["state"], "done", told)
        return told["report"][0]

    def files(self, vedette):
        return sorted(p.name for p in (vedette.data / "models").rglob("*") if p.is_file())

    def test_a_killed_training_is_gone_on_with_and_a_damaged_model_is_none(self):
        with Vedette("models: {time_max: 30s}") as vedette:
            self.fill(vedette)
            self.begin(vedette)
            second = vedette.post(TRAINING, {"services": ["pay"]})
            self.assertEqual(second.status, 409, second.body)
            self.wait_for_checkpoint(vedette)
            began = self.training(vedette)["started_at"]
            vedette.kill()
            self.assertTrue({"tcn.checkpoint", "training.json"} <= set(self.files(vedette)), self.files(vedette))

            vedette.start()
            told = self.training(vedette)
            self.assertEqual((told["state"], told["started_at"]), ("running", began))
            first = wait_for(lambda: self.training(vedette).get("epoch"), 120, "an epoch", step=0.01)
            self.assertGreater(first, 1, "from the checkpoint")
            report = self.finish(vedette)
            self.assertEqual((report["service"], report["version"]), ("pay", 1), report)
            self.assertEqual(self.files(vedette), ["0000000001.vdmodel"])

            vedette.stop()
            [model] = (vedette.data / "models").rglob("*.vdmodel")
            model.write_bytes(model.read_bytes()[:-1000])
            vedette.start()
            self.assertEqual(vedette.get("/api/v1/models").json()["models"], [])
            self.assertIn("a model cannot be read and is left out", vedette.program.output())
            answer = vedette.post("/analyze", {"component_id": "pay", "metrics": {"process_cpu_usage": [0.3, 0.9]}})
            self.assertEqual((answer.status, answer.json()["learned"]), (200, None))
            self.begin(vedette)
            self.assertEqual(self.finish(vedette)["version"], 2, "above the file that cannot be read")

    def test_a_tenant_that_is_deleted_takes_its_training_with_it(self):
        with Vedette() as vedette:
            shop = {"X-Scope-OrgID": "shop"}
            self.fill(vedette, **shop)
            self.begin(vedette, shop)
            self.assertEqual(self.training(vedette), {"state": "busy"}, "whose it is, is nobody else's business")
            self.wait_for_checkpoint(vedette)
            deleted = request(vedette.port, "DELETE", "/api/v1/admin/tenants/shop/data")
            self.assertLess(deleted.status, 300, deleted.body)
            self.assertEqual(self.files(vedette), [])
            self.fill(vedette)
            self.begin(vedette)

    def test_a_stopped_server_is_learnt_up_to_its_last_sample(self):
        with Vedette("models: {time_max: 1s}") as vedette:
            self.fill(vedette, minutes_ago=40)
            vedette.stop()
            done = subprocess.run(
                [vedette.binary, "train", "--data", vedette.data, "--config", vedette.config, "--detector", "tcn", "--json"],
                capture_output=True, text=True, timeout=300, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            [report] = json.loads(done.stdout)
            self.assertEqual((report["service"], report.get("version")), ("pay", 1), report)
            self.assertEqual(self.files(vedette), ["0000000001.vdmodel"])
            vedette.start()
            self.assertEqual(len(vedette.get("/api/v1/models").json()["models"]), 1)


if __name__ == "__main__":
    unittest.main()
