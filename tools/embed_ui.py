#!/usr/bin/env python3
"""Writes a C++ source that embeds the files of a folder: tools/embed_ui.py DIST OUT [OPENAPI].

The bytes are taken by the assembler (.incbin), so that a megabyte of UI costs no compile time.
OPENAPI, if given, is embedded as /openapi.json. A missing DIST gives an empty table.
"""

import pathlib
import sys


def main() -> int:
    dist, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    files = []
    if (dist / "index.html").exists():
        files = [(f"/{p.relative_to(dist).as_posix()}", p) for p in sorted(dist.rglob("*"))
                 if p.is_file() and "mock" not in p.name]
    if len(sys.argv) > 3:
        files.append(("/openapi.json", pathlib.Path(sys.argv[3])))

    lines = ['#include <array>', '#include <cstddef>', '', '#include "api/static_files.h"', '',
             '// Made by tools/embed_ui.py.', '']
    for number, (_, path) in enumerate(files):
        lines.append(
            f'__asm__(".section .rodata\\n.balign 16\\nui_{number}:\\n.incbin \\"{path.resolve()}\\"'
            f'\\nui_{number}_end:\\n.byte 0\\n.global ui_{number}\\n.global ui_{number}_end\\n'
            f'.previous\\n");')
        lines.append(f'extern "C" const char ui_{number}[], ui_{number}_end[];')
    lines += ['', 'namespace vedette::api {', '',
              'std::span<const EmbeddedFile> EmbeddedUi() {',
              f'  static const std::array<EmbeddedFile, {len(files)}> files = {{{{']
    for number, (name, _) in enumerate(files):
        lines.append(f'      {{"{name}", {{ui_{number}, '
                     f'static_cast<size_t>(ui_{number}_end - ui_{number})}}}},')
    lines += ['  }};', '  return files;', '}', '', '}  // namespace vedette::api', '']
    text = "\n".join(lines)
    if not out.exists() or out.read_text() != text:
        out.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
