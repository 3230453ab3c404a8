"""`vedette score` from outside: a fault of the simulator goes through the whole engine, is found,
paged once and named, and the same seed says the same again."""

import json
import subprocess
import unittest

from tests.harness import BINARY


def score(*arguments):
    return subprocess.run([str(BINARY), "score", *arguments], capture_output=True, text=True, timeout=900)


class Score(unittest.TestCase):
    def test_a_fault_is_found_paged_once_and_named_and_the_same_seed_repeats_it(self):
        first = score("cascading_failure", "--seeds", "1", "--json")
        self.assertEqual(first.returncode, 0, first.stderr[-2000:])
        self.assertEqual(first.stdout, score("cascading_failure", "--seeds", "1", "--json").stdout)
        text = score("cascading_failure", "--seeds", "1", "--min-recall", "1", "--min-precision", "1")
        self.assertEqual(text.returncode, 0, text.stdout[-2000:])
        self.assertIn("recall         100 %", text.stdout)
        self.assertIn("(0 repeated)", text.stdout)
        json.loads(first.stdout)

    def test_a_bound_that_does_not_hold_is_said_by_the_exit_code(self):
        late = score("cascading_failure", "--seeds", "1", "--max-delay", "1s")
        self.assertEqual(late.returncode, 1, late.stdout[-2000:])
        self.assertEqual(score("nowhere").returncode, 4)


if __name__ == "__main__":
    unittest.main()
