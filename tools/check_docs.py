#!/usr/bin/env python3
"""Checks that relative links and named source files in the documents exist, and that docs/formats names
what is stored: each table of SQLite and each column family of RocksDB.

Usage: tools/check_docs.py [ROOT]. One line per problem; exit 1 if there is any.
"""

import pathlib
import re
import sys

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
SOURCE = re.compile(r"`((?:src|tools|docs|tests|bench|fuzz|ui)/[\w./-]+\.(?:h|cc|py|md|txt|json|mjs|ts|tsx))`")

MADE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+) ?\(")
GONE = re.compile(r"DROP TABLE (\w+)")
RENAMED = re.compile(r"ALTER TABLE (\w+) RENAME TO (\w+)")
FAMILY = re.compile(r'\.name = "(\w+)",[^}]*\bwrite_buffer_bytes\b')


def stored_names(source):
    """The tables that a source's migrations leave behind, and the column families that it opens."""
    renamed = RENAMED.findall(source)
    gone = {*GONE.findall(source), *(old for old, _ in renamed)}
    return (set(MADE.findall(source)) - gone) | {new for _, new in renamed} | set(FAMILY.findall(source))


def undescribed(root):
    formats = "\n".join(page.read_text() for page in sorted((root / "docs/formats").glob("*.md")))
    known = {word for quoted in re.findall(r"`([^`\n]+)`|^#+ (.+)$", formats, re.M)
             for part in quoted for word in re.findall(r"\w+", part)}
    for file in sorted((root / "src").rglob("*.cc")):
        if file.stem.endswith("_test") or "testing" in file.parts:
            continue
        for name in sorted(stored_names(file.read_text()) - known):
            yield f"{file.relative_to(root)}: {name} is on no page of docs/formats"


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
    problems += undescribed(root)
    print("\n".join(problems) if problems else f"{len(documents)} documents, no dead link, all formats")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
