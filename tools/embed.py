#!/usr/bin/env python3
"""Writes a C++ source that embeds files: tools/embed.py OUT HEADER FUNCTION [--folder DIR] [NAME=FILE...].

HEADER ("api/static_files.h") declares FUNCTION, which gives a span of base::EmbeddedFile, in the
namespace of its folder. The bytes are taken by the assembler (.incbin), so that a megabyte of UI costs no
compile time; a digest of each stands beside it, since ccache looks at the source alone. Of a folder all
files are taken; one without index.html counts as empty.
"""

import hashlib
import pathlib
import sys


def of_folder(folder: pathlib.Path):
    if not (folder / "index.html").exists():
        return []
    return [(f"/{p.relative_to(folder).as_posix()}", p) for p in sorted(folder.rglob("*"))
            if p.is_file() and "mock" not in p.name]


def main() -> int:
    out, header, function = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    rest, files = sys.argv[4:], []
    while rest:
        word = rest.pop(0)
        if word == "--folder":
            files += of_folder(pathlib.Path(rest.pop(0)))
        else:
            name, _, path = word.partition("=")
            files.append((name, pathlib.Path(path)))

    symbol = function.lower()
    space = "vedette::" + "::".join(header.split("/")[:-1])
    lines = ['#include <array>', '#include <cstddef>', '', f'#include "{header}"', '',
             '// Made by tools/embed.py.', '']
    for number, (_, path) in enumerate(files):
        at = f"{symbol}_{number}"
        lines.append(
            f'__asm__(".section .rodata\\n.balign 16\\n{at}:\\n.incbin \\"{path.resolve()}\\"'
            f'\\n{at}_end:\\n.byte 0\\n.global {at}\\n.global {at}_end\\n.previous\\n");')
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        lines.append(f'extern "C" const char {at}[], {at}_end[];  // {digest}')
    lines += ['', f'namespace {space} {{', '',
              f'std::span<const base::EmbeddedFile> {function}() {{',
              f'  static const std::array<base::EmbeddedFile, {len(files)}> files = {{{{']
    for number, (name, _) in enumerate(files):
        at = f"{symbol}_{number}"
        lines.append(f'      {{"{name}", {{{at}, static_cast<size_t>({at}_end - {at})}}}},')
    lines += ['  }};', '  return files;', '}', '', f'}}  // namespace {space}', '']
    text = "\n".join(lines)
    if not out.exists() or out.read_text() != text:
        out.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
