"""Rules from outside: what is checked and back-tested before it is saved, error budgets, and contracts
over events that end in anomalies with evidence, also over a kill."""

import datetime
import json
import re
import signal
import subprocess
import time
import unittest

from tests.harness import BINARY, PATIENCE, REMOTE_WRITE_HEADERS, Receiver, Vedette, remote_write, wait_for

RULES = """
groups:
  - name: load
    interval: 1s
    rules:
      - {record: 'load:max', expr: max by (service) (load)}
      - alert: HighLoad
        expr: load:max > 10
        for: 2s
        labels: {severity: critical}
"""
ON_INGEST = """
groups:
  - name: ingest
    rules:
      - {alert: Hot, expr: temperature > 30, labels: {severity: critical}}
      - alert: Failing
        expr: sum by (service) (rate(errors_total[1m])) / sum by (service) (rate(requests_total[1m])) > 0.4
        labels: {severity: critical}
      - {alert: Gone, expr: absent(heartbeat)}
"""
ON_INGEST_SETTINGS = """
rule_files: [rules.yml]
evaluation_interval: 1h
notify:
  receivers: [{{name: hook, webhook: {{url: "{url}"}}}}]
"""
CONTRACTS = """
contracts:
  - name: PaymentHasResult
    events: {service: pay, type: payment}
    when: status is success
    then: result is not null
    window: 1h
    interval: 1s
    severity: critical
  - name: OrderIsShipped
    input: {events: {type: order}, key: order_id}
    output: {events: {type: shipment}, key: order_id}
    within: 10s
    window: 1h
    interval: 1s
slos:
  - name: checkout
    objective: 99
    total: http_requests_total{service="checkout"}
    errors: http_requests_total{service="checkout",code="500"}
    labels: {service: checkout}
    interval: 1s
"""
SETTINGS = "rule_files: [rules.yml]\nevaluation_interval: 1s\nstorage: {retention: 0s}\n"


def iso(time_s):
    return datetime.datetime.fromtimestamp(time_s, datetime.timezone.utc).isoformat()


def seconds(text):
    return datetime.datetime.fromisoformat(text).timestamp()


class Rules(unittest.TestCase):
    def server(self, rules):
        vedette = Vedette(SETTINGS)
        self.addCleanup(lambda: vedette.__exit__(None))
        (vedette.folder / "rules.yml").write_text(rules)
        return vedette.start()

    def write(self, vedette, series):
        answer = vedette.post("/api/v1/write", remote_write(series), REMOTE_WRITE_HEADERS)
        self.assertEqual(answer.status // 100, 2, answer.body)

    def command(self, *arguments):
        done = subprocess.run([str(BINARY), *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def unreachable(self, vedette, count):
        """{name: reason} of the rules that cannot fire, or None until there are so many."""
        rules = vedette.get("/api/v1/rules/unreachable").json()["rules"]
        return {r["name"]: r["reason"] for r in rules} if len(rules) == count else None

    def anomalies(self, vedette, detector):
        listed = vedette.get("/api/v1/anomalies", limit=1000).json()["anomalies"]
        return [a for a in listed if a["detector"] == detector]

    def test_a_sample_pages_at_once_while_the_turn_of_its_rule_is_an_hour_away(self):
        hook = Receiver()
        self.addCleanup(hook.close)
        vedette = Vedette(ON_INGEST_SETTINGS.format(url=hook.url))
        self.addCleanup(lambda: vedette.__exit__(None))
        (vedette.folder / "rules.yml").write_text(ON_INGEST)
        vedette.start()
        rules = vedette.get("/api/v1/rules").json()["data"]["groups"][0]["rules"]
        self.assertEqual({r["name"]: r["onIngest"] for r in rules},
                         {"Hot": True, "Failing": True, "Gone": False})
        self.assertIn("absent", rules[2]["polledBecause"])

        now = int(time.time() * 1000)
        self.write(vedette, [({"__name__": "temperature", "room": room}, [(now - 1000, 20)])
                             for room in ("a", "b")])
        self.write(vedette, [({"__name__": "temperature", "room": "a"}, [(now, 40)])])
        hot = wait_for(lambda: self.anomalies(vedette, "Hot"), 60, "an alert by a threshold")
        self.assertEqual([a["labels"]["room"] for a in hot], ["a"])
        for age, bad, all_ in ((20, 0, 0), (10, 1, 100), (0, 90, 200)):
            # In this order, so that no look in between sees too many errors for its requests.
            for name, value in (("requests_total", all_), ("errors_total", bad)):
                self.write(vedette, [({"__name__": name, "service": "pay"}, [(now - age * 1000, value)])])
        failing = wait_for(lambda: self.anomalies(vedette, "Failing"), 60, "an alert by a ratio")
        self.assertAlmostEqual(failing[0]["observed"], 0.45, places=6)
        wait_for(lambda: len(hook.requests) >= 1, 60, "a page")
        alerts = vedette.get("/api/v1/alerts").json()["data"]["alerts"]
        self.assertEqual(sorted(a["labels"]["alertname"] for a in alerts), ["Failing", "Hot"])

    def test_a_text_is_checked_with_places_and_hints(self):
        vedette = self.server("groups: []\n")
        wrong = "groups:\n- name: a\n  rules:\n  - alert: A\n    expr: sum(\n    fr: 5m\n"
        checked = vedette.post("/api/v1/rules/check", {"rules": wrong}).json()
        self.assertFalse(checked["valid"])
        self.assertEqual(sorted(p["line"] for p in checked["problems"]), [5, 6])
        self.assertTrue(any("did you mean" in p["hint"] for p in checked["problems"]), checked)
        self.write(vedette, [({"__name__": "there", "code": "200"}, [(int(time.time() * 1000), 1)])])
        never = ("groups: [{name: a, rules: [{alert: Gone, expr: gone > 1}, "
                 "{alert: Never, expr: 'there{code=\"500\"} > 1'}, {alert: May, expr: there > 1 or gone}]}]")
        checked = vedette.post("/api/v1/rules/check", never, {"Content-Type": "application/yaml"}).json()
        self.assertTrue(checked["valid"])
        text = json.dumps(checked["problems"])
        self.assertIn("no series has the name gone", text)
        self.assertIn("series of there exist, but none fits", text)
        self.assertNotIn("May", text)
        (vedette.folder / "rules.yml").write_text(never)
        limit = 'rules: {thresholds: [{name: nought, selector: "there{code=~\'5..\'}", above: {warning: 1}}]}\n'
        vedette.config.write_text(SETTINGS + limit)
        vedette.program.signal(signal.SIGHUP)
        # The rules and the configuration are read anew one after the other.
        reasons = wait_for(lambda: self.unreachable(vedette, 3), 60, "both are loaded")
        self.assertEqual(list(reasons), ["Gone", "Never", "nought"])
        self.assertEqual(reasons["nought"], 'series of there exist, but none fits there{code=~"5.."}')
        for body in ({}, {"rules": 5}, [1]):
            self.assertEqual(vedette.post("/api/v1/rules/check", body).status, 400, body)
        contract = ("contracts: [{name: c, events: {type: paymnt}, then: result exists}, "
                    "{name: d, events: {type: payment}, then: result exists}]")
        self.assertEqual(vedette.post("/api/v1/events", [{"service": "pay", "type": "payment"}]).status // 100, 2)
        checked = vedette.post("/api/v1/rules/check", {"rules": contract}).json()
        self.assertEqual([p["message"] for p in checked["problems"]],
                         ['group "contract/c", "c" cannot fire: no record is what it is about'])
        self.write(vedette, [({"__name__": "errs", "job": "a"}, [(int(time.time() * 1000), 1)]),
                             ({"__name__": "reqs", "job": "b"}, [(int(time.time() * 1000), 1)])])
        apart = ("groups: [{name: a, rules: [{alert: Apart, expr: 'errs / reqs > 0.1'}, "
                 "{alert: Joined, expr: 'errs / on () reqs > 0.1'}]}]")
        problems = vedette.post("/api/v1/rules/check", {"rules": apart}).json()["problems"]
        self.assertEqual(len(problems), 1, problems)
        self.assertIn("errs and reqs both have series, but none of the same labels", problems[0]["message"])
        limits = "thresholds: [{name: t, selector: 'up', above: {warnin: 1}}]"
        self.assertFalse(vedette.post("/api/v1/rules/check", {"rules": limits}).json()["valid"])

    def test_commands_name_all_mistakes_of_a_file_and_say_what_the_server_says(self):
        vedette = self.server("groups: []\n")
        file = vedette.folder / "shop.rules.yml"
        times = ["--from", "2026-11-23T00:00:00Z", "--to", "2026-11-20T00:00:00Z"]

        def says(*arguments):
            done = subprocess.run([str(BINARY), *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE)
            self.assertEqual(done.returncode, 1, arguments)
            return done.stderr.replace(f"{file}", "FILE")

        file.write_text("groups:\n- name: a\n  rules:\n  - alert: A\n    expr: sum(\n    fr: 5m\n")
        for command in (["backtest", file], ["backfill", "rules", file, "--from", times[3], "--to", times[1]]):
            said = says(*command, "--url", "http://127.0.0.1:1")
            self.assertIn("FILE:5:11: groups[0].rules[0].expr:", said)
            self.assertIn("FILE:6:5: groups[0].rules[0].fr: unknown key", said)
        file.write_text("thresholds:\n- {name: t, selector: up, abov: {warning: 1}}\n")
        self.assertIn("FILE:2:27: thresholds[0].abov: unknown key (did you mean above?)", says("backtest", file))
        file.write_text("groups: [{name: a, rules: [{alert: A, expr: up < 1}]}]")
        said = says("backtest", file, *times, "--url", f"http://127.0.0.1:{vedette.port}")
        self.assertEqual(said, "vedette: to: lies before from (400)\n")

    def test_a_backtest_gives_the_alerts_of_the_live_evaluation(self):
        vedette = self.server(RULES)
        begin = time.time()
        # Sent ahead of its time, so that each live evaluation has all that a backtest finds.
        load = [(int(begin * 1000) + 500 * i, 20 if 12 < i < 28 else 1) for i in range(50)]
        self.write(vedette, [({"__name__": "load", "service": "shop"}, load)])
        lived = wait_for(lambda: [a for a in self.anomalies(vedette, "HighLoad") if a["state"] == "closed"],
                         90, "the alert came and went")
        self.assertEqual(len(lived), 1)
        end = time.time()
        body = {"rules": RULES, "from": iso(begin), "to": iso(end)}
        report = vedette.post("/api/v1/backtests", body).json()
        self.assertTrue(report["complete"])
        rule = report["rules"][0]
        self.assertEqual((rule["name"], rule["episodes_total"], rule["would_page"]), ("HighLoad", 1, True), report)
        episode = rule["episodes"][0]
        # A turn that a busy machine left out moved what was found in it to the next one.
        page = vedette.get("/metrics").body.decode()
        missed = int(re.search(r"^vedette_rule_group_iterations_missed_total (\d+)", page, re.M).group(1))
        for ours, theirs in (("active_at", "started_at"), ("ended_at", "ended_at")):
            late = seconds(lived[0][theirs]) - seconds(episode[ours])
            self.assertTrue(0 <= late <= missed, (ours, episode, lived, missed))
        self.assertEqual(episode["peak"], 20)
        self.assertEqual(sum(d["episodes"] for d in rule["days"]), 1)
        # By the command, of the server and of its folder.
        file = vedette.folder / "rules.yml"
        url = f"http://127.0.0.1:{vedette.port}"
        online = self.command("backtest", file, "--from", iso(begin), "--to", iso(end), "--url", url)
        self.assertIn("alert HighLoad: 1 episodes, 1 pages", online)
        changed = {**body, "rules": RULES.replace("> 10", "> 30")}
        self.assertEqual(vedette.post("/api/v1/backtests", changed).json()["summary"]["episodes"], 0)
        limits = "thresholds: [{name: t, selector: load, above: {critical: 10}}]"
        report = vedette.post("/api/v1/backtests", {**body, "rules": limits}).json()
        self.assertEqual(report["rules"][0]["episodes_total"], 1, report)
        self.assertEqual(vedette.post("/api/v1/backtests", {**body, "rules": "groups: 7"}).status, 400)
        self.assertEqual(vedette.stop(), 0)
        offline = self.command("backtest", file, "--from", iso(begin), "--to", iso(end), "--data", vedette.data,
                               "--config", vedette.config, "--json")
        self.assertEqual(json.loads(offline)["rules"][0]["episodes"], [episode])

    def test_success_without_a_result_is_an_anomaly_with_its_records_also_after_a_kill(self):
        vedette = self.server(CONTRACTS)
        now = time.time()

        def event(kind, ago, **data):
            answer = vedette.post("/api/v1/events", {"time": iso(now - ago), "service": "pay", "type": kind,
                                                     "message": kind, "data": data})
            self.assertEqual(answer.status // 100, 2, answer.body)

        event("payment", 5, status="success", result={"id": 1})
        event("payment", 4, status="failed", result=None)
        event("order", 60, order_id="in time")
        event("shipment", 55, order_id="in time")
        time.sleep(3)
        self.assertEqual(self.anomalies(vedette, "PaymentHasResult"), [])
        event("payment", 3, status="success", result=None, order="o-17")
        event("order", 60, order_id="missing")
        found = wait_for(lambda: self.anomalies(vedette, "PaymentHasResult"), 60, "the contract is broken")
        self.assertEqual((found[0]["severity"], found[0]["entity"]), ("critical", "pay"))
        evidence = vedette.get(f"/api/v1/evidence/{found[0]['evidence_id']}").json()
        self.assertIn("contract_violations", evidence["query"])
        self.assertIn("o-17", json.dumps(evidence["result"]["examples"]))
        missing = wait_for(lambda: self.anomalies(vedette, "OrderIsShipped"), 60, "the order is missed")
        self.assertEqual(missing[0]["labels"]["outcome"], "missing")
        vedette.kill()
        vedette.start()
        time.sleep(4)
        again = self.anomalies(vedette, "PaymentHasResult")
        self.assertEqual([(a["id"], a["state"]) for a in again], [(found[0]["id"], "open")])
        event("shipment", 0, order_id="missing")
        wait_for(lambda: any(a["labels"]["outcome"] == "late" for a in self.anomalies(vedette, "OrderIsShipped")),
                 60, "the order is late")
        contracts = CONTRACTS[:CONTRACTS.index("slos:")]
        back = vedette.post("/api/v1/backtests", {"rules": contracts, "from": iso(now - 60)}).json()
        self.assertTrue(back["complete"], back)
        broken = [r for r in back["rules"] if r["name"] == "PaymentHasResult"][0]
        self.assertEqual((broken["episodes_total"], broken["episodes"][0]["peak"]), (1, 1), broken)

    def test_an_error_budget_burns_and_pages(self):
        vedette = self.server(CONTRACTS)
        now = int(time.time())
        times = [(now - 3600 + 30 * i) * 1000 for i in range(120)]
        self.write(vedette, [
            ({"__name__": "http_requests_total", "service": "checkout", "code": "200"},
             [(t, 70.0 * i) for i, t in enumerate(times)]),
            ({"__name__": "http_requests_total", "service": "checkout", "code": "500"},
             [(t, 30.0 * i) for i, t in enumerate(times)])])
        wait_for(lambda: any(a["severity"] == "critical" for a in self.anomalies(vedette, "ErrorBudgetBurn")), 60,
                 "the budget burns")

        def burning():
            slo = vedette.get("/api/v1/slos").json()["slos"][0]
            return slo if slo["budgets"] and slo["budgets"][0]["state"] == "critical" else None
        slo = wait_for(burning, 60, "the objective says so")
        self.assertEqual((slo["name"], slo["objective"]), ("checkout", 99))
        budget = slo["budgets"][0]
        self.assertAlmostEqual(budget["error_ratio"], 0.3, places=2)
        self.assertAlmostEqual(budget["remaining"], -29, delta=1)
        rates = {r["window"]: r["rate"] for r in budget["burn_rates"]}
        self.assertAlmostEqual(rates["1h"], 30, delta=1)
        self.assertEqual(vedette.get("/api/v1/slos", name="other").json()["slos"], [])


if __name__ == "__main__":
    unittest.main()
