#!/usr/bin/env python3
"""Checks that each file under src/ includes what it uses of the headers that cmake/Precompiled.cmake
gives to every source: itself, or through headers of ours. Without this check a file could lean on the
precompiled header and would not build alone.

Usage: tools/check_includes.py [ROOT]. One line per violation; exit 1 if there is any.
"""

import pathlib
import re
import sys

from check_style import strip_comments_and_strings

# Header: the names that need it. Those that many headers give are not held against anybody
# (std::move, std::pair, std::less; std::string_view beside <string>).
NAMES = {
    "algorithm": "all_of any_of binary_search clamp copy copy_if count count_if equal equal_range fill "
                 "find find_if find_if_not is_sorted lexicographical_compare lower_bound max max_element "
                 "merge min min_element minmax nth_element none_of partial_sort partition remove "
                 "remove_if reverse rotate sort stable_sort transform unique upper_bound",
    "array": "array to_array",
    "atomic": "atomic atomic_bool atomic_flag memory_order memory_order_acquire memory_order_relaxed "
              "memory_order_release",
    "bit": "bit_cast bit_width countl_zero countr_zero endian has_single_bit popcount",
    "charconv": "chars_format from_chars to_chars",
    "chrono": "chrono",
    "cmath": "cbrt ceil cos erf erfc exp exp2 expm1 fabs floor fmod hypot isfinite isinf isnan lgamma "
             "llround log log10 log1p log2 lround pow round sin sqrt tanh tgamma trunc",
    "condition_variable": "condition_variable condition_variable_any cv_status",
    "cstring": "memchr memcmp memcpy memmove memset strlen",
    "deque": "deque",
    "functional": "function reference_wrapper",
    "limits": "numeric_limits",
    "map": "map multimap",
    "memory": "allocator enable_shared_from_this make_shared make_unique shared_ptr unique_ptr weak_ptr",
    "mutex": "call_once lock_guard mutex once_flag recursive_mutex scoped_lock unique_lock",
    "optional": "nullopt optional",
    "set": "multiset set",
    "span": "span",
    "string": "basic_string stod string to_string",
    "string_view": "string_view",
    "thread": "jthread this_thread thread",
    "tuple": "apply forward_as_tuple make_tuple tie tuple tuple_element_t tuple_size_v",
    "unordered_map": "unordered_map unordered_multimap",
    "variant": "get_if holds_alternative monostate variant visit",
    "vector": "vector",
}
HEADER_OF = {name: header for header, names in NAMES.items() for name in names.split()}
# Of other libraries, the pattern of a use and the headers of which one must be there.
LIBRARIES = [
    (re.compile(r"\bfmt::"), ("fmt/core.h", "fmt/format.h", "fmt/ranges.h", "fmt/args.h")),
    (re.compile(r"\bnlohmann::"), ("nlohmann/json.hpp", "nlohmann/json_fwd.hpp")),
    (re.compile(r"\btl::"), ("tl/expected.hpp",)),
    (re.compile(r"\b(TEST|TEST_F|TEST_P|EXPECT_EQ|ASSERT_TRUE)\("), ("gtest/gtest.h",)),
    (re.compile(r"\b(EXPECT_THAT|ASSERT_THAT|MOCK_METHOD)\("), ("gmock/gmock.h",)),
    (re.compile(r"(?<![\w:])u?int(8|16|32|64)_t\b"), ("cstdint",)),
]
GIVEN_BY_MANY = {"cstddef", "utility"}
USE = re.compile(r"\bstd::(?:ranges::)?(\w+)")
INCLUDE = re.compile(r'^#include (?:<([^>]+)>|"([^"]+)")', re.M)


def closure(path, read, known):
    """The library headers that `path` includes itself or through our own headers."""
    if path not in known:
        known[path] = set()  # ends a cycle, which check_layers.py reports
        for library, own in INCLUDE.findall(read(path) or ""):
            known[path] |= {library} if library else closure(own, read, known)
    return known[path]


def missing(path, read, known):
    """(line, use, header) of each first use in `path` of a header that it does not include;
    `read` gives the text of a path under src/, or None."""
    included = closure(path, read, known)
    code, told = strip_comments_and_strings(read(path)), set()
    uses = [(match.start(), match.group(), (HEADER_OF[match.group(1)],))
            for match in USE.finditer(code) if match.group(1) in HEADER_OF]
    uses += [(match.start(), match.group(), headers)
             for pattern, headers in LIBRARIES for match in pattern.finditer(code)]
    for start, use, headers in sorted(uses):
        given = included | ({"string_view"} if "string" in included else set())
        if not given.intersection(headers) and headers not in told:
            told.add(headers)
            yield code.count("\n", 0, start) + 1, use, headers[0]


def unchecked(precompiled):
    """The headers of cmake/Precompiled.cmake whose names nothing here knows."""
    known = set(HEADER_OF.values()).union(*(headers for _, headers in LIBRARIES)) | GIVEN_BY_MANY
    listed = re.sub(r"#.*", "", precompiled)
    return sorted(set(re.findall(r"<([\w/.]+)>", listed)) - known)


def main(root):
    source, known, texts = root / "src", {}, {}

    def read(path):
        if path not in texts:
            file = source / path
            texts[path] = file.read_text() if file.exists() else None
        return texts[path]

    precompiled = (root / "cmake/Precompiled.cmake").read_text()
    problems, files = [f"cmake/Precompiled.cmake: tools/check_includes.py does not know <{header}>"
                       for header in unchecked(precompiled)], 0
    for file in sorted(source.rglob("*")):
        if file.suffix in (".h", ".cc"):
            files += 1
            for line, use, header in missing(file.relative_to(source).as_posix(), read, known):
                problems.append(f"{file.relative_to(root)}:{line}: {use.strip('(')} needs #include <{header}>")
    print("\n".join(problems) if problems else f"{files} files, no violation")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
