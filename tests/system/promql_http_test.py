"""The scripts of src/query/testdata, in Prometheus' test language, run from outside: loaded by remote
write at the times that the scripts name (they begin in 1970), asked over HTTP. Each load block gets
a tenant of its own, and `clear` the next one."""

import math
import re
import struct
import unittest
import urllib.parse

from tests.harness import REMOTE_WRITE_HEADERS, ROOT, Vedette, field, request, snappy_literal, varint

SCRIPTS = [path for path in sorted((ROOT / "src/query/testdata").glob("*.test"))
           if path.name != "golden.test"]  # its way to write samples is its own
UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
         "y": 31_536_000_000}
STALE = struct.unpack("<d", struct.pack("<Q", 0x7FF0000000000002))[0]
NUMBER = r"[-+]?(?:[iI]nf|[nN]a[nN]|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)"


def number(text):
    return float(text)


def millis(text):
    """A duration such as 1h30m, or seconds."""
    if re.fullmatch(NUMBER, text):
        return round(number(text) * 1000)
    return sum(int(n) * UNITS[u] for n, u in re.findall(r"(\d+)(ms|[smhdwy])", text)) * \
        (-1 if text.startswith("-") else 1)


def expand(text):
    """The values of a series line; None for a gap."""
    values = []
    for token in text.split():
        if m := re.fullmatch(r"_(?:x(\d+))?", token):
            values += [None] * int(m[1] or 1)
        elif m := re.fullmatch(r"stale(?:x(\d+))?", token):
            values += [STALE] * (int(m[1]) + 1 if m[1] else 1)
        elif m := re.fullmatch(rf"({NUMBER})(?:x(\d+))?", token):
            values += [number(m[1])] * (int(m[2]) + 1 if m[2] else 1)
        elif m := re.fullmatch(rf"({NUMBER})([-+])((?:{NUMBER})+)x(\d+)", token):
            step = number(m[3]) * (1 if m[2] == "+" else -1)
            values += [number(m[1]) + step * i for i in range(int(m[4]) + 1)]
        else:
            raise ValueError(token)
    return values


def series_of(text):
    """(labels, what follows) of `name{a="b"} ...`, `{...} ...` or a bare value."""
    m = re.match(r'([a-zA-Z_:][\w:.]*)?\s*(\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?\s*', text)
    labels = {"__name__": m[1]} if m[1] else {}
    inside = m[2] or ""
    for name, value in re.findall(r'("(?:[^"\\]|\\.)*"|[\w.]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"))?', inside):
        name = unquote(name) if name.startswith('"') else name
        if value:
            labels[name] = unquote(value)
        elif inside:
            labels["__name__"] = name
    return labels, text[m.end():]


def unquote(text):
    return text[1:-1].encode("latin-1", "backslashreplace").decode("unicode_escape") \
        if "\\" in text else text[1:-1]


def same(a, b):
    return (math.isnan(a) and math.isnan(b)) or a == b or abs(a - b) <= 1e-6 * max(abs(a), abs(b), 1e-9)


class Script:
    """One file: its commands as (line number, header, the lines under it)."""

    def __init__(self, path):
        self.commands = []
        for at, line in enumerate(path.read_text().splitlines(), 1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            if line[0].isspace():
                self.commands[-1][2].append(line.strip())
            else:
                self.commands.append((at, line.strip(), []))


class OverHttp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.vedette = Vedette("""
storage: {retention: 0}
ingest: {out_of_order_window: unlimited}
""").start()
        cls.tenants = 0

    @classmethod
    def tearDownClass(cls):
        cls.vedette.__exit__(None)

    def load(self, tenant, step, lines):
        message = b""
        for line in lines:
            labels, rest = series_of(line)
            row = b"".join(field(1, field(1, n.encode()) + field(2, v.encode()))
                           for n, v in sorted(labels.items()))
            for i, value in enumerate(expand(rest)):
                if value is not None:
                    row += field(2, b"\x09" + struct.pack("<d", value) + b"\x10" + varint(i * step))
            message += field(1, row)
        answer = request(self.vedette.port, "POST", "/api/v1/write", snappy_literal(message),
                         {**REMOTE_WRITE_HEADERS, "X-Scope-OrgID": tenant})
        self.assertIn(answer.status, (200, 204), answer.body[:300])

    def ask(self, tenant, path, **parameters):
        return request(self.vedette.port, "GET", path + "?" + urllib.parse.urlencode(parameters),
                       headers={"X-Scope-OrgID": tenant})

    def instant(self, tenant, at, query, expected):
        answer = self.ask(tenant, "/api/v1/query", query=query, time=at / 1000)
        if self.failing(answer, expected):
            return
        data = answer.json()["data"]
        if data["resultType"] == "scalar":
            self.assertTrue(same(number(expected[0]), float(data["result"][1])), data)
            return
        if data["resultType"] != "vector":
            return
        got = {frozenset(row["metric"].items()): float(row["value"][1]) for row in data["result"]
               if "value" in row}
        want = {}
        for line in expected:
            labels, rest = series_of(line)
            want[frozenset(labels.items())] = number(rest)
        self.assertEqual(set(got), set(want))
        for key, value in want.items():
            self.assertTrue(same(got[key], value), f"{dict(key)}: {got[key]} instead of {value}")

    def range(self, tenant, start, end, step, query, expected):
        answer = self.ask(tenant, "/api/v1/query_range", query=query, start=start / 1000,
                          end=end / 1000, step=step / 1000)
        if self.failing(answer, expected):
            return
        got = {frozenset(row["metric"].items()): {round(float(t) * 1000): float(v) for t, v in row["values"]}
               for row in answer.json()["data"]["result"] if "values" in row}
        want = {}
        for line in expected:
            labels, rest = series_of(line)
            points = {start + i * step: v for i, v in enumerate(expand(rest)) if v is not None}
            if points:
                want[frozenset(labels.items())] = points
        self.assertEqual(set(got), set(want))
        for key, points in want.items():
            self.assertEqual(set(got[key]), set(points), dict(key))
            for t, value in points.items():
                self.assertTrue(same(got[key][t], value), f"{dict(key)} at {t}: {got[key][t]} not {value}")

    def failing(self, answer, expected):
        if expected == ["fail"]:
            self.assertIn(answer.status, (400, 422), answer.body[:200])
            return True
        self.assertEqual(answer.status, 200, answer.body[:300])
        return False

    def run_command(self, tenant, header, lines):
        """Runs one eval; false when this runner does not know its form."""
        m = re.fullmatch(r"eval(?:_(fail|warn|info|ordered))? (?:instant at (\S+)|"
                         r"range from (\S+) to (\S+) step (\S+)) (.*)", header)
        expected = ["fail"] if m[1] == "fail" or any(re.match(r"expect fail", x) for x in lines) else \
            [x for x in lines if not x.startswith(("expect", "expected_"))]
        if any("{{" in x or x.startswith('"') for x in expected) or \
                any(x.startswith(("expect string", "expect range")) for x in lines):
            return False
        if m[2]:
            self.instant(tenant, millis(m[2]), m[6], expected)
        else:
            self.range(tenant, millis(m[3]), millis(m[4]), millis(m[5]), m[6], expected)
        return True

    def run_script(self, path):
        ran, tenant, histograms = 0, None, False
        for at, header, lines in Script(path).commands:
            if tenant is None:
                OverHttp.tenants += 1
                tenant, histograms = f"script-{OverHttp.tenants}", False
            if header == "clear":
                request(self.vedette.port, "DELETE", f"/api/v1/admin/tenants/{tenant}/data")
                tenant = None
            elif header.startswith("load"):
                kind, step = header.split()
                histograms |= kind != "load" or any("{{" in x for x in lines)
                if not histograms:
                    self.load(tenant, millis(step), lines)
            elif not histograms:
                with self.subTest(f"{path.name}:{at}: {header[:120]}"):
                    ran += self.run_command(tenant, header, lines)
        return ran

    def test_scripts(self):
        for path in SCRIPTS:
            ran = self.run_script(path)
            if "histogram" not in path.name:
                self.assertGreater(ran, 5, f"{path.name}: hardly anything was run")


if __name__ == "__main__":
    unittest.main()
