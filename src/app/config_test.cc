#include "app/config.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/config_sections.h"
#include "app/facts.h"
#include "app/part_options.h"
#include "base/testing/temp_folder.h"

namespace vedette::app {
namespace {

std::optional<std::string> NoEnvironment(std::string_view) { return std::nullopt; }

std::vector<std::string> Problems(std::string_view text) {
  std::vector<yaml::Diagnostic> problems;
  const yaml::EnvironmentLookup environment = NoEnvironment;
  ReadConfig(text, ".", environment, problems);
  std::vector<std::string> out;
  for (const yaml::Diagnostic& problem : problems) out.push_back(problem.ToString("f"));
  return out;
}

Config Read(std::string_view text) {
  std::vector<yaml::Diagnostic> problems;
  const yaml::EnvironmentLookup environment = NoEnvironment;
  Config config = ReadConfig(text, ".", environment, problems);
  for (const yaml::Diagnostic& problem : problems) ADD_FAILURE() << problem.ToString("f");
  return config;
}

TEST(Config, AnEmptyFileIsTheDefaults) {
  const Config config = Read("");

  EXPECT_EQ(config.server.host, "127.0.0.1");
  EXPECT_EQ(config.server.port, 8000);
  EXPECT_TRUE(config.loopback_open);
  EXPECT_EQ(config.rules.size(), detect::rules::DefaultRules().size());
  EXPECT_EQ(config.limits.standard.max_future, std::chrono::minutes(10));
}

TEST(Config, ModelsAreOfServicesAndOfTheGraph) {
  EXPECT_EQ(Read("models: {detectors: [tcn, gatv2]}").models.kinds,
            (std::vector{learn::NetworkKind::kTcn, learn::NetworkKind::kGatv2}));
  EXPECT_THAT(Problems("models: {detectors: [gat]}"),
              testing::Contains(testing::HasSubstr("transformer, gatv2")));
}

TEST(Config, ReadsEverySection) {
  const Config config = Read(R"(
listen: "[::1]:9000"
data_dir: /srv/vedette
auth: {mode: required}
storage: {retention: 30d, durability: sync, shards: 2}
ingest: {out_of_order_window: unlimited, max_future: 1h}
limits: {series_max: 5, query_timeout: 3s, body_bytes_max: 2048}
detection: {warm_up: 5m, sensitivity: 2}
rules:
  defaults: false
  thresholds:
    - {name: slow, selector: 'latency{service="a"}', for: 1m,
       above: {warning: 1, critical: 2, clear: 0.8}, close_after: 2m, close_points: 5}
  absence:
    - {name: gone, selector: heartbeat, after: 2m, severity: critical}
incidents: {page_severity: warning, resolve_after: 5s}
notify:
  receivers:
    - {name: ops, webhook: {url: "http://127.0.0.1:1/x", secret: s}}
    - {name: chat, slack: {url: "https://hooks.slack.com/services/T/B/x"}}
scrape_configs:
  - job_name: node
    scrape_interval: 5s
    static_configs: [{targets: ["127.0.0.1:9100"], labels: {env: prod}}]
    params: {collect: [cpu, meminfo]}
    body_size_limit: 1MB
)");

  EXPECT_EQ(config.server.host, "::1");
  EXPECT_EQ(config.server.port, 9000);
  EXPECT_FALSE(config.loopback_open);
  EXPECT_EQ(config.storage.durability, kv::Durability::kMachine);
  EXPECT_EQ(config.storage.retention, std::chrono::hours(24 * 30));
  EXPECT_TRUE(config.limits.standard.unlimited_out_of_order);
  EXPECT_EQ(config.limits.standard.max_series, 5u);
  EXPECT_EQ(config.query.timeout, std::chrono::seconds(3));
  EXPECT_EQ(config.detection.baseline.warmup, std::chrono::minutes(5));
  ASSERT_EQ(config.rules.size(), 2u);
  EXPECT_EQ(config.rules[0].metric, "latency");
  EXPECT_EQ(config.rules[0].matchers.size(), 1u);
  EXPECT_EQ(config.rules[0].critical, 2.0);
  EXPECT_EQ(config.rules[0].clear, 0.8);
  EXPECT_EQ(config.rules[0].close_after, std::chrono::minutes(2));
  EXPECT_EQ(config.rules[0].close_points, 5);
  EXPECT_EQ(config.rules[1].severity, model::Severity::kCritical);
  EXPECT_EQ(config.incidents.page_severity, model::Severity::kWarning);
  ASSERT_EQ(config.receivers.size(), 2u);
  EXPECT_EQ(config.receivers[0].kind, "webhook");
  EXPECT_EQ(config.receivers[1].kind, "slack");
  EXPECT_EQ(config.receivers[1].min_interval, std::chrono::seconds(1));
  ASSERT_EQ(config.scrape_jobs.size(), 1u);
  EXPECT_EQ(config.scrape_jobs[0].scrape_timeout, std::chrono::seconds(5));
  EXPECT_EQ(config.scrape_jobs[0].params.size(), 2u);
  EXPECT_EQ(config.scrape_jobs[0].body_size_limit, 1u << 20);
}

TEST(Config, KeysThatAreLeftOutStayAsTheyWere) {
  Config before;
  before.data_dir = "/elsewhere";
  before.incidents.reopen_window = std::chrono::minutes(1);
  std::vector<yaml::Diagnostic> problems;
  const yaml::EnvironmentLookup environment = NoEnvironment;

  const Config config =
      ReadConfig("incidents: {resolve_after: 5s}", ".", environment, problems, before);

  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(config.data_dir, "/elsewhere");
  EXPECT_EQ(config.incidents.reopen_window, std::chrono::minutes(1));
  EXPECT_EQ(config.incidents.resolve_after, std::chrono::seconds(5));
}

TEST(Config, NamesWhatIsWrong) {
  const struct {
    const char* text;
    const char* want;
  } cases[] = {
      {"listen: nowhere",
       "f:1:9: listen: \"nowhere\" is no address: write host:port, for "
       "instance 127.0.0.1:8000"},
      {"listen: host:99999",
       "f:1:9: listen: \"host:99999\" is no address: write host:port, for "
       "instance 127.0.0.1:8000"},
      {"tls: {key_file: x}", "f:1:6: tls: certificate_file and key_file go together"},
      {"rules: {thresholds: [{name: a, selector: x}]}",
       "f:1:22: rules.thresholds[0]: needs one of above and below (for instance above: {warning: "
       "0.05, critical: 0.2})"},
      {"rules: {thresholds: [\n{name: ok, selector: x, above: {warning: 1}},\n"
       "{name: a, selector: x, above: {warning: 5, critical: 3}}]}",
       "f:3:1: rules.thresholds[1]: rule \"a\": the warning limit lies beyond the critical one"},
      {"rules: {absence: [{name: a, selector: '{job=\"x\"}'}]}",
       "f:1:39: rules.absence[0].selector: the metric needs one fixed name"},
      {"tenant_rule_files: {default: [a*.yml]}",
       "f:1:30: tenant_rule_files.default: the rule files of this tenant are rule_files"},
      {"tenant_rule_files: {'a/b': [a*.yml]}",
       "f:1:28: tenant_rule_files.a/b: is no name of a tenant"},
  };
  for (const auto& [text, want] : cases) {
    const std::vector<std::string> problems = Problems(text);
    ASSERT_FALSE(problems.empty()) << text;
    EXPECT_EQ(problems[0], want);
  }
}

TEST(Config, ARuleWithABadSelectorIsOneMistake) {
  const std::string text =
      "rules: {thresholds: [{name: a, selector: 'x{b=~\"(\"}', above: {warning: 1}}]}";
  EXPECT_THAT(Problems(text), testing::ElementsAre(testing::HasSubstr("bad regular expression")));

  std::vector<yaml::Diagnostic> problems;
  EXPECT_TRUE(ReadRulesText(text, problems).has_value());
  EXPECT_EQ(problems.size(), 1U);
}

TEST(Config, RollUpsHaveTheirOwnRetentionOrAreOff) {
  std::vector<yaml::Diagnostic> problems;
  const auto kept = [&](const std::string& text) {
    return ReadConfig(text, "", {}, problems).storage.RollupRetention();
  };
  const base::Duration day = std::chrono::hours(24);

  EXPECT_EQ(kept("storage: {rollups: {retention_1m: 7d, retention_1h: 800d}}"),
            (std::array<base::Duration, 3>{7 * day, 400 * day, 800 * day}));
  EXPECT_EQ(kept("storage: {rollups: {enabled: false}}"), (std::array<base::Duration, 3>{}));
  EXPECT_TRUE(problems.empty());
}

TEST(Config, IdleSeriesLeaveMemoryAfterTwoHoursUnlessItSaysOtherwise) {
  std::vector<yaml::Diagnostic> problems;
  const auto after = [&](const std::string& text) {
    return SeriesOptionsFor(ReadConfig(text, "", {}, problems)).idle_after;
  };

  EXPECT_EQ(after(""), std::chrono::hours(2));
  EXPECT_EQ(after("storage: {idle_after: 0s}"), base::Duration(0));
  EXPECT_EQ(after("storage: {idle_after: 10m}"), std::chrono::minutes(10));
  EXPECT_EQ(after("storage: {idle_after: 30d}"), std::chrono::days(30));
  EXPECT_TRUE(problems.empty());
  for (const char* wrong : {"9m59s", "31d"}) {
    EXPECT_EQ(Problems(std::string("storage: {idle_after: ") + wrong + "}"),
              std::vector<std::string>{
                  "f:1:23: storage.idle_after: must be between 10m and 30d, or 0s for never"});
  }
}

TEST(Config, RuleFilesBelongToTenants) {
  std::vector<yaml::Diagnostic> problems;
  const Config config = ReadConfig("rule_files: [a*.yml]\ntenant_rule_files: {bank: [b/*.yml]}\n",
                                   "/etc/v", {}, problems);

  ASSERT_TRUE(problems.empty());
  EXPECT_EQ(config.rule_files.at("default"), std::vector<std::string>{"/etc/v/a*.yml"});
  EXPECT_EQ(config.rule_files.at("bank"), std::vector<std::string>{"/etc/v/b/*.yml"});
}

TEST(Config, RulesAreEvaluatedOnIngestUnlessItIsSwitchedOff) {
  std::vector<yaml::Diagnostic> problems;
  EXPECT_TRUE(ReadConfig("", "/etc/v", {}, problems).rule_context.on_ingest);
  EXPECT_FALSE(ReadConfig("rules_on_ingest: false", "/etc/v", {}, problems).rule_context.on_ingest);
  EXPECT_TRUE(problems.empty());
}

TEST(Config, OfAFileThatDidNotChangeIsTheSame) {
  const base::TempFolder folder("config");
  std::ofstream(folder.File("c.yaml")) << "listen: 127.0.0.1:9000\n";

  const base::Result<Config> first = LoadConfig(folder.File("c.yaml"));
  const base::Result<Config> again = LoadConfig(folder.File("c.yaml"));

  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_GT(again->query.helpers, 0u) << "else the server fills it in, and the file then differs";
  EXPECT_EQ(NeedRestart(*first, *again), "");
}

TEST(Config, AMissingFileIsAnError) {
  const base::Result<Config> config = LoadConfig("/does/not/exist.yaml");

  ASSERT_FALSE(config.ok());
  EXPECT_EQ(config.error().message, "/does/not/exist.yaml: no such file");
}

TEST(Config, AFolderOrAHugeFileIsAnError) {
  const base::TempFolder folder("config");
  std::ofstream(folder.File("huge.yaml")) << std::string(5 << 20, '#');

  const base::Result<Config> none = LoadConfig(folder.path());
  const base::Result<Config> huge = LoadConfig(folder.File("huge.yaml"));

  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().message, folder.path() + ": is a folder");
  ASSERT_FALSE(huge.ok());
  EXPECT_EQ(huge.error().message, folder.File("huge.yaml") + ": larger than 4194304 bytes");
}

TEST(Config, NamesThePlaceOfARuleFileThatIsNotThere) {
  const base::TempFolder folder("config");
  std::filesystem::create_directory(folder.File("dir"));
  std::ofstream(folder.File("a.yml")) << "groups: []\n";
  std::ofstream(folder.File("c.yaml")) << "rule_files:\n- a.yml\n- nope.yml\n- dir\n- b*.yml\n";

  const base::Result<Config> config = LoadConfig(folder.File("c.yaml"));

  ASSERT_FALSE(config.ok());
  const std::string file = folder.File("c.yaml");
  EXPECT_EQ(config.error().message,
            file + ":3:3: rule_files[1]: " + folder.File("nope.yml") + ": no such file\n" + file +
                ":4:3: rule_files[2]: " + folder.File("dir") + ": is a folder");
}

TEST(Config, TheSecondOfTwoReceiversIsNamed) {
  EXPECT_EQ(Problems("notify:\n  receivers:\n  - {name: a, webhook: {url: \"http://h/\"}}\n"
                     "  - {name: a, webhook: {url: \"http://h/\"}}\n")
                .at(0),
            "f:4:12: notify.receivers[1].name: there are two receivers 'a'");
}

TEST(Config, LimitsOfLabelsCanBeLoweredOnly) {
  EXPECT_EQ(Problems("limits: {labels_max: 1000}").at(0),
            "f:1:22: limits.labels_max: \"1000\" is no whole number from 1 to 64");
  EXPECT_EQ(Problems("limits: {label_name_bytes_max: 1025, label_value_bytes_max: 4097}").size(),
            2u);
  EXPECT_TRUE(Problems("limits: {labels_max: 64, label_value_bytes_max: 100}").empty());
}

}  // namespace
}  // namespace vedette::app
