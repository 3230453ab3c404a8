#!/usr/bin/env python3
"""Checks that relative links and named source files in the documents exist.

Usage: tools/check_docs.py [ROOT]. One line per dead link; exit 1 if there is any.
"""

import pathlib
import re
import sys

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
SOURCE = re.compile(r"`((?:src|tools|docs|tests|bench|fuzz|ui)/[\w./-]+\.(?:h|cc|py|md|txt|json|mjs|ts|tsx))`")


def dead_links(root, document):
    text = document.read_text()
    for number, line in enumerate(text.splitlines(), 1):
        for target in LINK.findall(line):
            if re.match(r"[a-z]+:", target):
                continue
            if not (document.parent / target).exists():
                yield f"{document.relative_to(root)}:{number}: dead link {target}"
        for source in SOURCE.findall(line):
            if not (root / source).exists():
                yield f"{document.relative_to(root)}:{number}: no such file {source}"


def main(root):
    documents = sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")])
    problems = [problem for document in documents for problem in dead_links(root, document)]
    print("\n".join(problems) if problems else f"{len(documents)} documents, no dead link")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
