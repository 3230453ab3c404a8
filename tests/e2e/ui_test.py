"""The web UI in headless Chromium against a real server with the demonstration: the same browser
tests that run against the mock server, as far as they need no control over it."""

import os
import shutil
import subprocess
import unittest

from tests.harness import ROOT, Vedette, wait_for

SPEED = 4  # the first fault comes after 40 simulated seconds


@unittest.skipUnless(shutil.which("chromium-headless-shell"), "chromium-headless-shell is not installed")
@unittest.skipUnless((ROOT / "ui/node_modules").is_dir(), "the UI's packages are not installed")
class WebUi(unittest.TestCase):
    def test_the_browser_tests_pass_against_the_demonstration(self):
        with Vedette(command="demo", arguments=["--speed", SPEED, "--seed", "7"]) as vedette:
            wait_for(lambda: vedette.get("/api/v1/incidents").json()["incidents"], 180,
                     "the demonstration's first incident", step=0.5)
            done = subprocess.run(
                ["node", "tests/e2e/run.mjs"], cwd=ROOT / "ui", text=True, capture_output=True,
                env={**os.environ, "BASE_URL": f"http://127.0.0.1:{vedette.port}"}, timeout=1800)
            print(done.stdout[-6000:])
            self.assertEqual(done.returncode, 0, done.stdout[-4000:] + done.stderr[-2000:])


if __name__ == "__main__":
    unittest.main()
