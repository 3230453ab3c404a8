"""The service graph from outside: spans, mesh metrics, what is declared and posted; the past, over a
restart and kill -9; webhooks of code hosts; the map of the demonstration."""

import hashlib
import hmac
import json
import time
import unittest

from tests.harness import Vedette, request, wait_for

SETTINGS = """
topology_file: services.yaml
topology:
  services:
    - {name: order, owner: checkout, tier: "1", calls: [payment, "queue:mails"]}
changes:
  github_secret: s3cret
  services: {acme/payment-api: payment}
"""
SERVICES = """
databases: [{name: ledger, owner: storage}]
edges: [{caller: payment, callee: "database:ledger"}]
"""
PREFIX = "/api/v1/topology"


def span(trace, own, parent, at_ms, kind):
    return {"traceId": trace, "spanId": own, "parentSpanId": parent, "name": "GET /", "kind": kind,
            "startTimeUnixNano": str(at_ms * 1_000_000),
            "endTimeUnixNano": str((at_ms + 25) * 1_000_000)}


def of_service(name, spans):
    return {"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": name}}]},
            "scopeSpans": [{"spans": spans}]}


class Topology(unittest.TestCase):
    def setUp(self):
        self.vedette = Vedette(SETTINGS)
        (self.vedette.folder / "services.yaml").write_text(SERVICES)
        self.vedette.start()
        self.addCleanup(self.vedette.__exit__, None)

    def edges(self, **parameters):
        graph = self.vedette.get(PREFIX, **parameters).json()
        return {(e["caller"].split(":", 1)[1], e["callee"].split(":", 1)[1]) for e in graph["edges"]}

    def send_trace(self, at_ms):
        trace = "%032x" % at_ms
        body = {"resourceSpans": [of_service("web", [span(trace, "a" * 16, "", at_ms, 3)]),
                                  of_service("order", [span(trace, "b" * 16, "a" * 16, at_ms + 2, 2)])]}
        self.assertEqual(self.vedette.post("/v1/traces", body).status, 200)

    def test_spans_and_declarations_make_one_graph_at_once(self):
        self.send_trace(int(time.time() * 1000) - 20_000)

        self.assertEqual(self.edges(), {("web", "order"), ("order", "payment"), ("order", "mails"),
                                        ("payment", "ledger")})
        nodes = {n["id"]: n for n in self.vedette.get(PREFIX).json()["nodes"]}
        self.assertEqual(nodes["service:order"]["owner"], "checkout")
        self.assertEqual(nodes["database:ledger"]["owner"], "storage")
        radius = self.vedette.get(PREFIX + "/blast-radius", entity="ledger").json()
        self.assertEqual([a["name"] for a in radius["affected"]], ["payment", "order", "web"])
        self.assertEqual(radius["entry_points"], ["service:web"])
        path = self.vedette.get(PREFIX + "/path", **{"from": "web", "to": "ledger"}).json()
        self.assertEqual(len(path["edges"]), 3)

    def test_old_spans_tell_of_the_past(self):
        then = int(time.time()) - 4 * 3600
        self.send_trace(then * 1000)

        self.assertIn(("web", "order"), self.edges(at=then + 60))
        self.assertNotIn(("web", "order"), self.edges(at=then - 3600))

    def test_what_was_posted_survives_a_kill_and_is_remembered(self):
        self.assertEqual(self.vedette.post(PREFIX, {"caller": "web", "callee": "cart"}).status, 200)
        time.sleep(0.01)
        between = time.time()
        time.sleep(0.01)
        answer = self.vedette.post(PREFIX, [{"caller": "web", "callee": "user"}, {"caller": "web"}])
        self.assertEqual((answer.status, answer.json()["accepted"]), (207, 1))
        self.vedette.program.kill()
        self.vedette.start()

        self.assertIn(("web", "user"), self.edges())
        self.assertIn(("web", "cart"), self.edges(at=between))
        self.assertNotIn(("web", "user"), self.edges(at=between))
        deleted = request(self.vedette.port, "DELETE", PREFIX + "/entities/cart")
        self.assertEqual(deleted.status, 204)
        self.assertNotIn(("web", "cart"), self.edges())

    def test_counters_of_a_mesh_are_edges_with_rates(self):
        def line(code, value, at):
            return ('istio_requests_total{reporter="source",source_workload="web",'
                    f'destination_workload="user",response_code="{code}"}} {value} {at}\n')
        now = int(time.time() * 1000)
        text = "".join(line("200", 80 * i, now - 60_000 + 15_000 * i) +
                       line("503", 20 * i, now - 60_000 + 15_000 * i) for i in range(5))
        self.assertEqual(self.vedette.post("/api/v1/import/prometheus", text,
                                           {"Content-Type": "text/plain"}).status, 204)

        def measured():
            return [e for e in self.vedette.get(PREFIX).json()["edges"]
                    if e["callee"] == "service:user" and e["calls_per_second"] and e["error_ratio"]]
        edge = wait_for(measured, 60, "the mesh's edge")[0]
        self.assertEqual((edge["measured_by"], edge["state"]), ("istio", "critical"))
        self.assertAlmostEqual(edge["error_ratio"], 0.2, 3)

    def test_the_layout_keeps_its_places(self):
        before = self.vedette.get(PREFIX + "/layout").json()
        self.vedette.post(PREFIX, {"caller": "order", "callee": "stock"})
        after = {n["id"]: n for n in self.vedette.get(PREFIX + "/layout").json()["nodes"]}

        self.assertGreater(len(before["nodes"]), 3)
        for node in before["nodes"]:
            self.assertEqual((node["x"], node["y"]), (after[node["id"]]["x"], after[node["id"]]["y"]))
        self.assertLess(after["service:order"]["x"], after["service:stock"]["x"])

    def test_github_is_believed_when_its_signature_fits(self):
        body = json.dumps({"ref": "refs/heads/main", "after": "6dcb09b5b57875f334f61aebed695e2e",
                           "repository": {"full_name": "acme/payment-api"}, "commits": []})
        digest = hmac.new(b"s3cret", body.encode(), hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-GitHub-Event": "push"}
        path = "/api/v1/changes/github"

        self.assertEqual(self.vedette.post(path, body, headers).status, 401)
        for _ in range(2):  # sent again is stored once
            answer = self.vedette.post(
                path, body, {**headers, "X-Hub-Signature-256": "sha256=" + digest})
            self.assertEqual(answer.status, 200)
        changes = self.vedette.get("/api/v1/changes", service="payment").json()["changes"]
        self.assertEqual([c["kind"] for c in changes], ["push"])


class MapOfTheDemonstration(unittest.TestCase):
    def test_it_shows_the_seven_services_and_their_calls(self):
        with Vedette(command="demo") as vedette:
            def drawn():
                graph = vedette.get(PREFIX + "/layout").json()
                busy = [e for e in graph["edges"] if e["measured_by"] == "istio"]
                return graph if len(busy) >= 7 else None
            graph = wait_for(drawn, 300, "the edges with their rates")
            self.assertEqual(sorted(n["name"] for n in graph["nodes"]),
                             ["analytics", "api-gateway", "inventory", "notification", "order",
                              "payment", "user"])
            self.assertGreater(sum(e["calls_per_second"] for e in graph["edges"]), 50)
            order = vedette.get(PREFIX + "/entities/order").json()
            self.assertGreater(len(order["members"]), 1)


if __name__ == "__main__":
    unittest.main()
