#!/usr/bin/env python3
"""Checks that every include under src/ is one that tools/layers.txt allows.

A module may include itself and the modules its line names. Each header that is neither C++'s nor the
system's has a line, which names the modules that it belongs to. The table itself must have no cycle.
Prints one line per violation and exits 1 if there is any.
"""

import pathlib
import re
import sys

# What needs no line: the headers of C++ (which have no ending), of C, of POSIX and of Linux.
SYSTEM = re.compile(r"[a-z_0-9]+|(?:arpa|linux|netinet|sys)/\w+\.h|(?:{})\.h".format("|".join("""
    assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign
    stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar
    wchar wctype
    dirent dlfcn fcntl fnmatch glob grp iconv ifaddrs langinfo libgen netdb poll pthread pwd regex
    sched semaphore spawn strings syslog termios unistd utime wordexp
    endian execinfo getopt malloc""".split())))
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def read_table(path):
    modules, headers = {}, {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        match = re.fullmatch(r"(module|header)\s+(\S+)\s*:\s*(.*)", line)
        if not match:
            sys.exit(f"{path}:{number}: not a line of the table: {line}")
        kind, name, rest = match.groups()
        (modules if kind == "module" else headers)[name] = rest.split()
    return modules, headers


def matches(pattern, folder):
    return pattern == "all" or re.fullmatch(pattern.replace("*", "[^/]+"), folder) is not None


def module_of(path, modules):
    """The table entry for a file, most specific first: (pattern, folder)."""
    folder = path.parent.as_posix()
    if folder.endswith("/testing"):
        folder = folder[: -len("/testing")]
    for pattern in modules:
        if matches(pattern, folder):
            return pattern, folder
    return None, folder


def find_cycle(modules, folders):
    graph = {
        folder: [f for f in folders for a in modules[pattern] if f != folder and matches(a, f)]
        for folder, pattern in folders.items()
    }
    done, path = set(), []

    def walk(folder):
        if folder in path:
            return path[path.index(folder):] + [folder]
        if folder in done:
            return None
        path.append(folder)
        for after in graph[folder]:
            cycle = walk(after)
            if cycle:
                return cycle
        path.pop()
        done.add(folder)
        return None

    for folder in graph:
        cycle = walk(folder)
        if cycle:
            return cycle
    return None


def check_file(source, path, modules, headers):
    pattern, folder = module_of(path, modules)
    if pattern is None:
        yield f"src/{path}: its folder is no module of tools/layers.txt"
        return
    for number, line in enumerate(source.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quote, target = match.groups()
        if quote == '"':
            _, to = module_of(pathlib.PurePosixPath(target), modules)
            if to != folder and not any(matches(a, to) for a in modules[pattern]):
                yield f"src/{path}:{number}: {folder} may not include {target}"
        elif not SYSTEM.fullmatch(target) and not any(target.startswith(p) for p in headers):
            yield f"src/{path}:{number}: <{target}> has no line in tools/layers.txt"
        for prefix, homes in headers.items():
            if target.startswith(prefix) and not any(matches(h, folder) for h in homes):
                yield f"src/{path}:{number}: <{target}> belongs to {' '.join(homes)}"


def main(root):
    modules, headers = read_table(root / "tools/layers.txt")
    problems, folders = [], {}
    for file in sorted((root / "src").rglob("*")):
        if file.suffix not in (".h", ".cc"):
            continue
        path = pathlib.PurePosixPath(file.relative_to(root / "src").as_posix())
        pattern, folder = module_of(path, modules)
        if pattern:
            folders[folder] = pattern
        problems += check_file(file.read_text(), path, modules, headers)
    cycle = find_cycle(modules, folders)
    if cycle:
        problems.append("tools/layers.txt: cycle: " + " > ".join(cycle))
    print("\n".join(problems) if problems else f"{len(folders)} modules, every include allowed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
