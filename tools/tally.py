#!/usr/bin/env python3
"""Counts the tests in the output of their runners: tools/tally.py LOG...

Knows GoogleTest, Python's unittest, the plain line "N passed, N failed[, N skipped]" that the UI's
tests print, ctest (for tests that are neither), and a group that failed without naming a test.
"""

import re
import sys


def counts(text):
    passed = failed = skipped = 0
    for n in re.findall(r"\[  PASSED  \] (\d+) test", text):
        passed += int(n)
    for n in re.findall(r"\[  FAILED  \] (\d+) test[s]?, listed below", text):
        failed += int(n)
    for n in re.findall(r"\[  SKIPPED \] (\d+) test[s]?, listed below", text):
        skipped += int(n)
    for n, tail in re.findall(r"^(?:\d+: )?Ran (\d+) tests? in [^\n]*\n\s*(?:\d+:\s*)?\n?(?:\d+: )?((?:OK|FAILED)[^\n]*)",
                              text, re.M):
        bad = sum(int(x) for x in re.findall(r"(?:failures|errors)=(\d+)", tail))
        left = sum(int(x) for x in re.findall(r"skipped=(\d+)", tail))
        passed, failed, skipped = passed + int(n) - bad - left, failed + bad, skipped + left
    for p, f, s in re.findall(r"^(?:\w+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", text, re.M):
        passed, failed, skipped = passed + int(p), failed + int(f), skipped + int(s or 0)
    # ctest's own lines count for programs that print no counts: checks and corpora.
    for name, result in re.findall(r"^ *\d+/\d+ Test +#\d+: ((?:check|fuzz)/\S+) \.* *(\S+)", text, re.M):
        if name != "check/checks":
            passed, failed = passed + (result == "Passed"), failed + (result != "Passed")
    if failed == 0 and "exit status of " in text:
        failed = 1
    return passed, failed, skipped


def line(totals):
    passed, failed, skipped = totals
    return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


def main(files):
    totals = [sum(c) for c in zip(*(counts(open(f, errors="replace").read()) for f in files))]
    print(line(totals))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
