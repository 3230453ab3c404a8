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

TEST(ImportAlertmanager, MuteTimesAndReceiversThatDoNothingAreMaintenance) {
  const std::string yaml = ImportAlertmanager(kConfig)->config;
  EXPECT_THAT(yaml, HasSubstr("    - name: \"mute-route-2-1\"\n"
                              "      matchers: [\"job=~\\\"batch.*\\\"\"]\n"
                              "      days: [\"monday\", \"tuesday\", \"wednesday\", \"saturday\"]\n"
                              "      at: \"22:00\"\n      for: 120m\n"
                              "      time_zone: \"Europe/Berlin\"\n"));
  EXPECT_THAT(yaml, HasSubstr("      matchers: [\"noise=\\\"yes\\\"\"]\n"
                              "      from: \"2020-01-01T00:00:00Z\"\n"));
  EXPECT_THAT(yaml, Not(HasSubstr("route-3\"\n      match")));
}

TEST(ImportAlertmanager, TheReportNamesWhatIsNotTheSame) {
  const std::string report = ReportText(ImportAlertmanager(kConfig)->report, "am.yml");
  EXPECT_THAT(report, HasSubstr("am.yml:9: carried over: grouping of the root route"));
  EXPECT_THAT(report, HasSubstr("changed: send_resolved: false: whoever was told"));
  EXPECT_THAT(report, HasSubstr("changed: channel #shop"));
  EXPECT_THAT(report, HasSubstr("left: title: Vedette has words of its own"));
  EXPECT_THAT(report, HasSubstr("changed: grouping and times of route route-1-1"));
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
