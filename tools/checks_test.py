#!/usr/bin/env python3
"""The checks find what they are for: each rule meets a planted violation, and clean code passes."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check_docs  # noqa: E402
import check_includes  # noqa: E402
import check_layers  # noqa: E402
import check_style  # noqa: E402


def rules(path, text):
    return [rule for rule, _, _ in check_style.check_file(pathlib.PurePosixPath(path), text)]


class Style(unittest.TestCase):
    def test_each_banned_call_is_found(self):
        for rule, line in [
            ("clock", "auto t = std::chrono::steady_clock::now();"),
            ("clock", "auto t = time(nullptr);"),
            ("random", "std::random_device d;"),
            ("random", "int x = rand();"),
            ("sleep", "std::this_thread::sleep_for(1s);"),
            ("mutex", "std::mutex m;"),
            ("mutex", "std::lock_guard lock(m);"),
            ("new", "auto* p = new Thing();"),
            ("new", "delete p;"),
            ("regex", "std::regex r;"),
            ("parse", "int n = atoi(text);"),
            ("shell", "system(command);"),
            ("throw", "  throw 1;"),
            ("detach", "thread.detach();"),
            ("todo", "// TODO later"),
            ("using", "using namespace std;"),
        ]:
            with self.subTest(line):
                self.assertIn(rule, rules("src/query/x.cc", line + "\n"))

    def test_a_source_includes_its_own_header_first(self):
        def found(text):
            path = pathlib.PurePosixPath("src/query/x_test.cc")
            return [rule for rule, _, _ in check_style.own_header_first(path, text)]
        self.assertEqual(["include"], found('#include <string>\n#include "query/x.h"\n'))
        self.assertEqual([], found('#include "query/x.h"\n#include <string>\n'))

    def test_base_is_the_place_for_clocks_and_mutexes(self):
        self.assertEqual([], rules("src/base/x.cc", "auto t = std::chrono::system_clock::now();\n"))

    def test_comments_strings_and_other_words_are_no_violation(self):
        clean = '// a new thing; delete it\nauto s = "new Thing()";\nX& operator=(const X&) = delete;\n'
        self.assertEqual([], rules("src/query/x.cc", clean + "renew(old); at_time(0); runtime(0);\n"))

    def test_long_functions_files_and_lines_are_found(self):
        body = "  a();\n" * 80
        self.assertIn("function", rules("src/query/x.cc", "void F() {\n" + body + "}\n"))
        self.assertNotIn("function", rules("src/query/x.cc", "void F() {\n" + "  a();\n" * 60 + "}\n"))
        self.assertIn("size", rules("src/query/x.cc", "int a;\n" * 601))
        self.assertIn("columns", rules("src/query/x.cc", "x" * 101 + "\n"))

    def test_headers_need_pragma_once_and_comments_on_classes(self):
        self.assertIn("pragma", rules("src/query/x.h", "int a;\n"))
        self.assertIn("comment", rules("src/query/x.h", "#pragma once\n\nclass X {\n};\n"))
        self.assertEqual([], rules("src/query/x.h", "#pragma once\n\n// What it is.\nclass X {\n};\n"))

    def test_awaiting_a_temporary_aggregate_is_found(self):
        self.assertIn("co_await", rules("src/net/x.cc", "co_await Send({1, 2});\n"))
        self.assertEqual([], rules("src/net/x.cc", "co_await std::move(sending);\n"))


class Includes(unittest.TestCase):
    FILES = {"model/a.h": "#include <vector>\nstd::vector<int> a;\n",
             "model/b.h": '#include "model/a.h"\nstd::vector<int> b; std::map<int, int> c;\n',
             "model/c.cc": '#include "model/b.h"\n#include <map>\nauto d = fmt::format("std::set");\n'}

    def missing(self, path):
        return [header for _, _, header in check_includes.missing(path, self.FILES.get, {})]

    def test_what_is_used_is_included_or_comes_with_an_own_header(self):
        self.assertEqual([], self.missing("model/a.h"))
        self.assertEqual(["map"], self.missing("model/b.h"))
        self.assertEqual(["fmt/core.h"], self.missing("model/c.cc"))

    def test_every_precompiled_header_is_checked(self):
        self.assertEqual([], check_includes.unchecked("list <map> <fmt/core.h>  # <regex>"))
        self.assertEqual(["regex"], check_includes.unchecked("list <map> <regex>"))


class Docs(unittest.TestCase):
    SOURCE = """
        CREATE TABLE kept (id BIGINT); CREATE TABLE IF NOT EXISTS also(id BIGINT);
        CREATE TABLE old (id BIGINT); DROP TABLE old;
        CREATE TABLE box (id BIGINT); CREATE TABLE box_2 (id BIGINT);
        DROP TABLE box; ALTER TABLE box_2 RENAME TO box;
        {{.name = "series", .write_buffer_bytes = 1}, {.name = "somebody"}}"""

    def test_what_is_stored_is_known(self):
        self.assertEqual({"kept", "also", "box", "series"}, check_docs.stored_names(self.SOURCE))

    def test_a_table_on_no_page_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in [("docs/formats/state.md", "## kept, also\n| `box`, `series` |\n"),
                               ("src/a/x.cc", self.SOURCE), ("src/a/y.cc", "CREATE TABLE lost (a);"),
                               ("src/a/y_test.cc", "CREATE TABLE t (a);")]:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            self.assertEqual(["src/a/y.cc: lost is on no page of docs/formats"],
                             list(check_docs.undescribed(root)))


class Layers(unittest.TestCase):
    MODULES = {"base": [], "kv": ["base"], "query": ["base"], "sources/*": ["base"]}
    HEADERS = {"rocksdb/": ["kv"]}

    def problems(self, path, text):
        return list(check_layers.check_file(
            text, pathlib.PurePosixPath(path), self.MODULES, self.HEADERS))

    def test_allowed_includes_pass(self):
        self.assertEqual([], self.problems("kv/x.cc", '#include "base/a.h"\n#include <rocksdb/db.h>'))

    def test_an_include_that_the_table_does_not_allow_is_found(self):
        self.assertEqual(["src/query/x.cc:1: query may not include kv/db.h"],
                         self.problems("query/x.cc", '#include "kv/db.h"'))

    def test_siblings_under_a_star_do_not_see_each_other(self):
        self.assertEqual(1, len(self.problems("sources/a/x.cc", '#include "sources/b/y.h"')))

    def test_a_third_party_header_outside_its_home_is_found(self):
        self.assertEqual(1, len(self.problems("query/x.cc", "#include <rocksdb/db.h>")))

    def test_a_third_party_header_without_a_line_is_found(self):
        self.assertEqual(["src/kv/x.cc:1: <lz4.h> has no line in tools/layers.txt"],
                         self.problems("kv/x.cc", "#include <lz4.h>"))
        self.assertEqual(1, len(self.problems("kv/x.cc", "#include <boost/asio.hpp>")))

    def test_headers_of_the_language_and_the_system_need_no_line(self):
        for header in ("vector", "string_view", "cstdint", "stdlib.h", "unistd.h", "sys/socket.h"):
            self.assertEqual([], self.problems("kv/x.cc", f"#include <{header}>"))

    def test_a_header_for_all_may_be_included_anywhere(self):
        self.assertEqual([], list(check_layers.check_file(
            "#include <fmt/core.h>", pathlib.PurePosixPath("query/x.cc"), self.MODULES, {"fmt/": ["all"]})))

    def test_a_folder_outside_the_table_is_found(self):
        self.assertEqual(1, len(self.problems("stray/x.cc", "")))

    def test_a_cycle_in_the_table_is_found(self):
        modules = {"a": ["b"], "b": ["a"]}
        self.assertEqual(["a", "b", "a"], check_layers.find_cycle(modules, {"a": "a", "b": "b"}))


if __name__ == "__main__":
    unittest.main(verbosity=0)
