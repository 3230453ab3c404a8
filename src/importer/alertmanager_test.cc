#include "importer/alertmanager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::importer {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kConfig[] = R"(global:
  resolve_timeout: 3m
  slack_api_url: https://hooks.slack.com/services/T/B/x
  smtp_smarthost: mail.example.org:587
  smtp_from: am@example.org
  http_config: {proxy_url: "http://p"}
templates: [/etc/am/*.tmpl]
route:
  receiver: everyone
  group_by: [alertname, cluster]
  group_wait: 10s
  routes:
    - matchers: [service=~"pay|cart", severity!="info"]
      receiver: shop
      continue: true
      routes:
        - match: {severity: critical}
          receiver: pager
          repeat_interval: 1h
    - match_re: {job: "batch.*"}
      receiver: shop
      mute_time_intervals: [nights]
    - matchers: [noise="yes"]
      receiver: blackhole
receivers:
  - name: everyone
    email_configs: [{to: "ops@example.org, lead@example.org", send_resolved: false}]
  - name: shop
    slack_configs:
      - channel: "#shop"
        title: "{{ .GroupLabels }}"
    webhook_configs: [{url: "http://127.0.0.1:9000/hook"}]
  - name: pager
    pagerduty_configs: [{routing_key_file: pd.key}]
  - name: blackhole
inhibit_rules:
  - source_matchers: [severity="critical"]
    target_match: {severity: warning}
    equal: [alertname]
time_intervals:
  - name: nights
    time_intervals:
      - times: [{start_time: "22:00", end_time: "24:00"}]
        weekdays: ["monday:wednesday", "saturday"]
        location: Europe/Berlin
      - months: ["december"]
)";

TEST(ImportAlertmanager, KeepsRoutesReceiversGroupingAndInhibition) {
  const base::Result<Imported> imported = ImportAlertmanager(kConfig);
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  const std::string& yaml = imported->config;
  EXPECT_THAT(yaml, HasSubstr("incidents:\n  resolve_timeout: 3m\n"));
  EXPECT_THAT(yaml, HasSubstr("  group_by: [\"alertname\", \"cluster\"]\n  group_wait: 10s\n"
                              "  group_interval: 5m\n  repeat_interval: 4h\n"));
  EXPECT_THAT(yaml, HasSubstr("  catch_all: [\"receiver everyone\"]\n"));
  EXPECT_THAT(yaml, HasSubstr("  grouping:\n"
                              "    - name: \"route-1-1\"\n"
                              "      match: [\"service=~\\\"pay|cart\\\"\", "
                              "\"severity!=\\\"info\\\"\", \"severity=\\\"critical\\\"\"]\n"
                              "      group_by: [\"alertname\", \"cluster\"]\n"
                              "      group_wait: 10s\n"
                              "      repeat_interval: 1h\n"
                              "  catch_all:"));
  EXPECT_THAT(yaml,
              HasSubstr("  routes:\n"
                        "    - name: \"route-1\"\n"
                        "      match: [\"service=~\\\"pay|cart\\\"\", \"severity!=\\\"info\\\"\"]\n"
                        "      notify: [\"receiver shop\", \"receiver shop-2\"]\n"
                        "      continue: true\n"
                        "      routes:\n"
                        "        - name: \"route-1-1\"\n"
                        "          match: [\"severity=\\\"critical\\\"\"]\n"
                        "          notify: [\"receiver pager\"]\n"
                        "    - name: \"route-2\"\n"));
  EXPECT_THAT(yaml, HasSubstr("    - name: \"shop\"\n      alertmanager:\n"
                              "        url: \"http://127.0.0.1:9000/hook\"\n"));
  EXPECT_THAT(yaml, HasSubstr("    - name: \"shop-2\"\n      slack:\n"
                              "        url: \"https://hooks.slack.com/services/T/B/x\"\n"));
  EXPECT_THAT(yaml, HasSubstr("        routing_key_file: \"pd.key\"\n"));
  EXPECT_THAT(yaml, HasSubstr("        host: \"mail.example.org\"\n        port: 587\n"
                              "        security: starttls\n"));
  EXPECT_THAT(yaml, HasSubstr("        to: [\"ops@example.org\", \"lead@example.org\"]\n"));
  EXPECT_THAT(yaml, HasSubstr("    - source_matchers: [\"severity=\\\"critical\\\"\"]\n"
                              "      target_matchers: [\"severity=\\\"warning\\\"\"]\n"
                              "      equal: [\"alertname\"]\n"));
}

TEST(ImportAlertmanager, MuteTimesAreHoursOfTheirRouteAndReceiversThatDoNothingTellNobody) {
  const std::string yaml = ImportAlertmanager(kConfig)->config;
  EXPECT_THAT(yaml,
              HasSubstr("      hours:\n"
                        "        - days: [\"monday\", \"tuesday\", \"wednesday\", \"saturday\"]\n"
                        "          from: \"00:00\"\n          to: \"22:00\"\n"
                        "        - days: [\"sunday\", \"thursday\", \"friday\"]\n"
                        "          from: \"00:00\"\n          to: \"24:00\"\n"
                        "      time_zone: \"Europe/Berlin\"\n      defer_below: all\n"));
  EXPECT_THAT(yaml, HasSubstr("      match: [\"noise=\\\"yes\\\"\"]\n      nobody: true\n"));
  EXPECT_THAT(yaml, Not(HasSubstr("maintenance")));
}

TEST(ImportAlertmanager, NoGroupingStandsBehindOneForAllAlerts) {
  const base::Result<Imported> imported = ImportAlertmanager(R"(route:
  receiver: all
  routes:
    - receiver: all
      continue: true
      group_wait: 1s
    - matchers: [team="a"]
      group_wait: 2s
receivers:
  - name: all
    webhook_configs: [{url: "http://127.0.0.1:9000/hook"}]
)");
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_THAT(imported->config, HasSubstr("group_wait: 1s"));
  EXPECT_THAT(imported->config, Not(HasSubstr("group_wait: 2s")));
  EXPECT_THAT(ReportText(imported->report, "x"),
              HasSubstr("left: grouping of route route-2: route route-1 takes every alert before"));
}

// Alertmanager's routes do not inherit times.
TEST(ImportAlertmanager, ActiveTimesAreHoursTooAndNotThoseOfItsOwnRoutes) {
  const std::string yaml = ImportAlertmanager(R"(route:
  receiver: nothing
  routes:
    - matchers: [team="a"]
      receiver: all
      active_time_intervals: [office]
      mute_time_intervals: [lunch]
      routes: [{matchers: [severity="critical"]}]
receivers: [{name: all, webhook_configs: [{url: "http://h/"}]}, {name: nothing}]
time_intervals:
  - name: office
    time_intervals:
      - {weekdays: ["monday:friday"], times: [{start_time: "09:00", end_time: "17:00"}]}
  - name: lunch
    time_intervals: [{times: [{start_time: "12:00", end_time: "13:00"}]}]
)")
                               ->config;
  const std::string days =
      "days: [\"monday\", \"tuesday\", \"wednesday\", \"thursday\", \"friday\"]\n";
  EXPECT_THAT(yaml, HasSubstr("        - " + days +
                              "          from: \"09:00\"\n"
                              "          to: \"12:00\"\n        - " +
                              days + "          from: \"13:00\"\n          to: \"17:00\"\n"));
  EXPECT_THAT(yaml, HasSubstr("        - name: \"route-1-1\"\n"));
  EXPECT_THAT(yaml, HasSubstr("              from: \"00:00\"\n              to: \"24:00\"\n"));
  EXPECT_THAT(yaml, HasSubstr("    - name: \"rest\"\n      nobody: true\n"));
}

TEST(ImportAlertmanager, ReadsMatchersInEachOfTheirForms) {
  const std::string yaml = ImportAlertmanager(R"(route:
  receiver: all
  routes:
    - matchers: ['team="a",severity!="info"']
      receiver: all
    - matchers: ['{team="b", env=~"p|q"}']
      receiver: all
receivers: [{name: all, webhook_configs: [{url: "http://h/"}]}]
inhibit_rules:
  - source_matchers: ['a="1",b="2"']
    target_matchers: ['c="3"']
)")
                               ->config;
  EXPECT_THAT(yaml, HasSubstr("match: [\"team=\\\"a\\\"\", \"severity!=\\\"info\\\"\"]"));
  EXPECT_THAT(yaml, HasSubstr("match: [\"team=\\\"b\\\"\", \"env=~\\\"p|q\\\"\"]"));
  EXPECT_THAT(yaml, HasSubstr("source_matchers: [\"a=\\\"1\\\"\", \"b=\\\"2\\\"\"]"));
}

TEST(ImportAlertmanager, WebhooksKeepWhoTheyAreToTheirReceiver) {
  const Imported imported = *ImportAlertmanager(R"(route: {receiver: a}
receivers:
  - name: a
    webhook_configs:
      - url: http://h/1
        http_config: {basic_auth: {username: u, password_file: p.txt}, proxy_url: "http://p"}
      - {url: "http://h/2", http_config: {authorization: {credentials: t}}}
      - {url: "http://h/3", http_config: {bearer_token_file: t.txt}}
      - {url: "http://h/4", http_config: {authorization: {type: Digest, credentials: t}}}
)");
  EXPECT_THAT(imported.config, HasSubstr("        url: \"http://h/1\"\n"
                                         "        user: \"u\"\n"
                                         "        password_file: \"p.txt\"\n"));
  EXPECT_THAT(imported.config, HasSubstr("        url: \"http://h/2\"\n"
                                         "        bearer_token: \"t\"\n"));
  EXPECT_THAT(imported.config, HasSubstr("        url: \"http://h/3\"\n"
                                         "        bearer_token_file: \"t.txt\"\n"));
  const std::string report = ReportText(imported.report, "am.yml");
  EXPECT_THAT(report, HasSubstr("left: authorization of type Digest"));
  EXPECT_THAT(report, HasSubstr("http_config.proxy_url"));
}

// As Alertmanager does: the deepest route decides, those before it take first.
TEST(ImportAlertmanager, GroupsOfARouteKeepWhatTheRoutesBeforeItTake) {
  const Imported imported = *ImportAlertmanager(R"(route:
  receiver: all
  group_by: [alertname]
  routes:
    - matchers: [team="a"]
      routes:
        - matchers: [severity="critical"]
          group_wait: 0s
    - matchers: [env="dev"]
      group_by: ['...']
      continue: true
    - matchers: [env="prod"]
receivers: [{name: all, webhook_configs: [{url: "http://h/"}]}]
)");
  EXPECT_THAT(imported.config,
              HasSubstr("  grouping:\n"
                        "    - name: \"route-1-1\"\n"
                        "      match: [\"team=\\\"a\\\"\", \"severity=\\\"critical\\\"\"]\n"
                        "      group_by: [\"alertname\"]\n"
                        "      group_wait: 0s\n"
                        "    - name: \"route-1\"\n"
                        "      match: [\"team=\\\"a\\\"\"]\n"
                        "      group_by: [\"alertname\"]\n"
                        "    - name: \"route-2\"\n"
                        "      match: [\"env=\\\"dev\\\"\"]\n"
                        "      group_by: [\"...\"]\n"
                        "  catch_all:"));
  EXPECT_THAT(ReportText(imported.report, "am.yml"),
              HasSubstr("changed: grouping of route route-2: an alert is in one group"));
}

// What is narrowed down by something that cannot be read must not take or hold back everything.
TEST(ImportAlertmanager, LeavesOutWhatItCannotReadWhole) {
  const Imported imported = *ImportAlertmanager(R"(route:
  receiver: all
  routes:
    - matchers: ['team=~"("']
      receiver: quiet
receivers: [{name: all, webhook_configs: [{url: "http://h/"}]}, {name: quiet}]
inhibit_rules:
  - source_matchers: ['a=~"("']
    target_matchers: ['c="3"']
)");
  EXPECT_THAT(imported.config, Not(HasSubstr("routes:")));
  EXPECT_THAT(imported.config, Not(HasSubstr("inhibit_rules:")));
  const std::string report = ReportText(imported.report, "am.yml");
  EXPECT_THAT(report, HasSubstr("am.yml:4: left: the route to quiet"));
  EXPECT_THAT(report, HasSubstr("left: an inhibition rule"));
}

TEST(ImportAlertmanager, AnIntegrationThatIsNotHereSilencesNobody) {
  const Imported imported = *ImportAlertmanager(R"(route:
  receiver: all
  routes:
    - matchers: [team="a"]
      receiver: victor
receivers:
  - {name: all, webhook_configs: [{url: "http://h/"}]}
  - {name: victor, victorops_configs: [{api_key: x, routing_key: y}]}
)");
  EXPECT_THAT(imported.config, Not(HasSubstr("nobody")));
  EXPECT_THAT(imported.config, HasSubstr("      match: [\"team=\\\"a\\\"\"]\n"
                                         "      notify: [\"receiver all\"]\n"));
  EXPECT_THAT(ReportText(imported.report, "am.yml"),
              HasSubstr("left: receiver victor: Vedette has no victorops: what it took goes to"));
}

TEST(ImportAlertmanager, TheReportNamesWhatIsNotTheSame) {
  const std::string report = ReportText(ImportAlertmanager(kConfig)->report, "am.yml");
  EXPECT_THAT(report, HasSubstr("am.yml:9: carried over: grouping of the root route"));
  EXPECT_THAT(report, HasSubstr("changed: send_resolved: false: whoever was told"));
  EXPECT_THAT(report, HasSubstr("changed: channel #shop"));
  EXPECT_THAT(report, HasSubstr("left: title: Vedette has words of its own"));
  EXPECT_THAT(report, HasSubstr("carried over: grouping of route route-1-1: notify.grouping"));
  EXPECT_THAT(report, HasSubstr("left: a part of the time interval nights"));
  EXPECT_THAT(report, HasSubstr("left: templates"));
  EXPECT_THAT(report, HasSubstr("am.yml:6: left: global.http_config"));
  EXPECT_THAT(report, HasSubstr(" carried over, "));
}

TEST(ImportAlertmanager, RefusesWhatIsNone) {
  EXPECT_FALSE(ImportAlertmanager("a: [").ok());
  EXPECT_FALSE(ImportAlertmanager("").ok());
  EXPECT_FALSE(ImportAlertmanager("groups: []").ok());
}

}  // namespace
}  // namespace vedette::importer
