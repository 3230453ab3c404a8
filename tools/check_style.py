#!/usr/bin/env python3
"""The house rules that a machine can check: sizes, banned calls, leftovers, comments on classes.

Usage: tools/check_style.py [ROOT]. One line per violation; exit 1 if there is any. An exception is a
line "RULE PATH  reason" in tools/style_exceptions.txt.
"""

import pathlib
import re
import sys

HEADER_LINES, SOURCE_LINES, TEST_LINES, FUNCTION_LINES, COLUMNS = 300, 600, 900, 70, 100

# rule, pattern, folders where it is allowed, what to do instead
BANNED = [
    ("clock", r"\b(system_clock|steady_clock|high_resolution_clock)::now\b|(?<![\w.:>])time\s*\(\s*(NULL|nullptr|0|&)|\bgettimeofday\b|\bclock_gettime\b",
     ("base",), "take base::TimePoint now, or hold a base::Clock in a loop"),
    ("random", r"\brandom_device\b|(?<![\w.:>])s?rand\s*\(|\bmt19937", ("base",),
     "use base::Random or base::FillSecureRandom"),
    ("sleep", r"\bsleep_(for|until)\b|(?<![\w.:>])(u|nano)?sleep\s*\(", (),
     "wait on a queue or a condition with a deadline"),
    ("mutex", r"\bstd::(recursive_|shared_|timed_)?mutex\b|\bstd::(lock_guard|unique_lock|scoped_lock)\b",
     ("base",), "use base::Mutex with GUARDED_BY"),
    # std::unique_ptr<X> x(new X(...)) is how a factory reaches a private constructor.
    ("new", r"(?<![\w.(])new\s+[\w:]+[\s({\[;]|(?<![\w=] )\bdelete\s+\w|\bdelete\[\]", (),
     "use std::make_unique"),
    ("regex", r"\bstd::(regex|basic_regex)\b", (), "use RE2"),
    ("parse", r"\b(strtoul|strtol|strtod|strtoll|strtoull|atoi|atol|atof|sscanf)\s*\(", (),
     "use std::from_chars"),
    ("shell", r"(?<![\w.:>])(system|popen)\s*\(", (), "run argv, never a shell"),
    ("throw", r"^\s*throw\b", (), "return base::Result"),
    ("detach", r"\.detach\s*\(\)", (), "threads are members, joined by their owner"),
    ("todo", r"\b(TODO|FIXME|XXX|HACK)\b", (), "finish it, or file an issue"),
    ("using", r"^\s*using namespace\b", (), "name what you use"),
]
FOLDER_NAMES = {"utils", "util", "common", "core", "helpers", "misc"}
NOT_A_FUNCTION = re.compile(r"^\s*(namespace|class|struct|enum|union|extern)\b|=\s*\{+$|^\s*\}")
CO_AWAIT = re.compile(r"co_await[^;]*[{?]")


def strip_comments_and_strings(text):
    """Blanks comments and literals, keeping every line in its place."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'',
        re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def long_functions(lines):
    """(line, name, length) of functions over the limit; relies on clang-format's layout."""
    for i, line in enumerate(lines):
        if not line.rstrip().endswith("{") or NOT_A_FUNCTION.search(line):
            continue
        indent = len(line) - len(line.lstrip())
        if indent > 2 or "(" not in "".join(lines[max(0, i - 6):i + 1]):
            continue
        closing = " " * indent + "}"
        for j in range(i + 1, len(lines)):
            if lines[j].startswith(closing) and not lines[j].startswith(closing + ","):
                if j - i + 1 > FUNCTION_LINES:
                    yield i + 1, line.strip()[:60], j - i + 1
                break


def undocumented_classes(lines):
    """Public classes of a header without a comment before them."""
    for i, line in enumerate(lines):
        if not re.match(r"^class\s+\w[^;]*\{", line):
            continue
        before = lines[i - 1].strip() if i else ""
        if before.startswith("template") and i > 1:
            before = lines[i - 2].strip()
        if not before.startswith("//"):
            yield i + 1, line.strip()[:60]


def check_file(path, text):
    """Yields (rule, line, message) for one C++ file; `path` is relative to the root."""
    raw, code = text.splitlines(), strip_comments_and_strings(text).splitlines()
    is_test = path.name.endswith("_test.cc") or "testing" in path.parts
    limit = HEADER_LINES if path.suffix == ".h" else TEST_LINES if is_test else SOURCE_LINES
    if len(raw) > limit:
        yield "size", 1, f"{len(raw)} lines, at most {limit}"
    for number, line in enumerate(raw, 1):
        if len(line) > COLUMNS and "http" not in line and 'R"' not in line:
            yield "columns", number, f"{len(line)} columns, at most {COLUMNS}"
    for number, name, length in () if is_test else long_functions(code):  # tests hold tables
        yield "function", number, f"{length} lines, at most {FUNCTION_LINES}: {name}"
    module = path.parts[1] if path.parts[0] == "src" else ""
    for rule, pattern, allowed, advice in BANNED:
        if module in allowed or (rule == "clock" and path.parts[0] == "bench"):
            continue
        for number, line in enumerate(raw if rule == "todo" else code, 1):
            if re.search(pattern, line):
                yield rule, number, f"{line.strip()[:60]}: {advice}"
    for number, line in enumerate(code, 1):
        if CO_AWAIT.search(line):
            yield "co_await", number, "bind the awaitable to a name first, then co_await that"
    if path.suffix == ".h":
        if not text.startswith("#pragma once"):
            yield "pragma", 1, "a header begins with #pragma once"
        if not is_test:
            for number, name in undocumented_classes(raw):
                yield "comment", number, f"say what it is: {name}"


def own_header_first(path, text):
    """The violation of a source that includes something before its own header. What does proves that
    the header stands alone; the build proves it of the headers without a source."""
    own = re.sub(r"^src/(.*?)(_test)?\.cc$", r"\1.h", str(path))
    first = re.search(r'^#include (\S+)', text, re.M)
    if first is None or first.group(1) != f'"{own}"':
        yield "include", 1, f'"{own}" comes first: that proves that it needs nothing before it'


def read_exceptions(root):
    exceptions = {}
    file = root / "tools/style_exceptions.txt"
    for line in file.read_text().splitlines() if file.exists() else []:
        if line.strip() and not line.startswith("#"):
            rule, path, reason = line.split(None, 2)
            exceptions[(rule, path)] = reason
    return exceptions


def main(root):
    exceptions, used, problems, files = read_exceptions(root), set(), [], 0
    for top in ("src", "fuzz", "bench"):
        for file in sorted((root / top).rglob("*")):
            path = pathlib.PurePosixPath(file.relative_to(root).as_posix())
            if file.is_dir() and file.name in FOLDER_NAMES:
                problems.append(f"{path}: [folder] a folder is named for what is in it")
            if file.suffix not in (".h", ".cc"):
                continue
            files += 1
            text = file.read_text()
            found = list(check_file(path, text))
            own = file.with_name(re.sub(r"(_test)?\.cc$", ".h", file.name))
            if top == "src" and own.exists() and (file == own.with_suffix(".cc") or file.suffix == ".cc"
                                                  and not own.with_suffix(".cc").exists()):
                found += own_header_first(path, text)
            for rule, number, message in found:
                if (rule, str(path)) in exceptions:
                    used.add((rule, str(path)))
                else:
                    problems.append(f"{path}:{number}: [{rule}] {message}")
    for key in exceptions.keys() - used:
        problems.append(f"tools/style_exceptions.txt: {' '.join(key)} is not needed any more")
    print("\n".join(problems) if problems else f"{files} files, no violation")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
