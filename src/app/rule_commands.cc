#include "app/rule_commands.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/ask_parts.h"
#include "app/config_sections.h"
#include "app/offline_data.h"
#include "app/part_options.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/files.h"
#include "base/json.h"
#include "rules/backtest/backtest.h"
#include "rules/backtest/limits.h"
#include "rules/backtest/report.h"
#include "rules/unit/runner.h"
#include "yaml/limits.h"

namespace vedette::app {
namespace {

constexpr base::Duration kWindow = std::chrono::hours(6);  // of one request

// What a file holds: either of the two.
struct RulesOfFile {
  std::vector<rules::RuleGroup> groups;
  std::optional<std::vector<detect::rules::Rule>> limits;
};

// Or what is wrong with it, a line each: "shop.rules.yml:4:26: ...". Before a server is asked,
// which does not know the name of the file.
base::Result<RulesOfFile> ReadRules(const std::string& text, const std::string& file) {
  RulesOfFile read;
  std::vector<yaml::Diagnostic> problems, warnings;
  read.limits = ReadRulesText(text, problems);
  if (!read.limits) read.groups = rules::ParseRuleFile(text, file, problems, warnings);
  std::string faults;
  for (const yaml::Diagnostic& problem : problems) {
    faults += (faults.empty() ? "" : "\n") + problem.ToString(file);
  }
  if (!faults.empty()) return base::InvalidArgument(std::move(faults));
  return read;
}

base::Result<base::Json> FillWindow(const std::string& rules, base::TimePoint from,
                                    base::TimePoint to, const AskOptions& options,
                                    net::HttpClient& client) {
  VEDETTE_TRY(const std::string answer,
              ask::PostYaml(fmt::format("/api/v1/rules/backfill?from={}&to={}",
                                        base::FormatTime(from), base::FormatTime(to)),
                            rules, options, client));
  return base::ParseJson(answer);
}

}  // namespace

base::Result<std::string> BackfillRules(const BackfillCommand& command, const AskOptions& options,
                                        net::HttpClient& client) {
  VEDETTE_TRY(const base::TimePoint from, base::ParseTime(command.from));
  VEDETTE_TRY(const base::TimePoint to, base::ParseTime(command.to));
  if (to < from) return base::InvalidArgument("--to lies before --from");
  VEDETTE_TRY(const std::string rules, base::ReadFile(command.file, yaml::kDocumentBytesMax));
  VEDETTE_TRY_VOID(ReadRules(rules, command.file));
  uint64_t count = 0;
  uint64_t samples = 0;
  for (base::TimePoint at = from; at <= to; at += kWindow + base::Duration(1)) {
    VEDETTE_TRY(const base::Json answer,
                FillWindow(rules, at, std::min(to, at + kWindow), options, client));
    if (!answer.is_object()) return base::DataLoss("the server's answer is no object");
    count = answer.value("rules", uint64_t{0});
    samples += answer.value("samples", uint64_t{0});
  }
  return fmt::format("{}: {} recording rule{}, {} samples\n", command.file, count,
                     count == 1 ? "" : "s", samples);
}

namespace {

constexpr base::Duration kBacktestRange = std::chrono::hours(24 * 7);

base::Result<std::string> AskBacktest(const BacktestCommand& command, const std::string& rules,
                                      const AskOptions& options, net::HttpClient& client) {
  base::Json body = {{"rules", rules}};
  if (!command.from.empty()) body["from"] = command.from;
  if (!command.to.empty()) body["to"] = command.to;
  return ask::Post("/api/v1/backtests", body, options, client);
}

base::Result<std::string> RehearseOffline(const BacktestCommand& command, RulesOfFile read,
                                          const AskOptions& options) {
  namespace backtest = rules::backtest;
  const base::SystemClock clock;
  VEDETTE_TRY(Config config, LoadConfig(command.config_file));
  config.data_dir = command.data_dir;
  backtest::Options range{.from = {}, .to = clock.Now()};
  if (!command.to.empty()) {
    VEDETTE_TRY(range.to, base::ParseTime(command.to));
  }
  range.from = range.to - kBacktestRange;
  if (!command.from.empty()) {
    VEDETTE_TRY(range.from, base::ParseTime(command.from));
  }
  range.context = RuleContextFor(config, config);
  for (rules::RuleGroup& group : read.groups) {
    for (const rules::RuleGroup& live : config.rule_groups) {
      if (live.name == group.name) group.file = live.file;  // and so its turns
    }
  }
  VEDETTE_TRY(const std::unique_ptr<OfflineData> stored, OfflineData::Open(config, clock));
  const model::TenantName tenant(options.tenant.empty() ? std::string(model::kDefaultTenant)
                                                        : options.tenant);
  const backtest::Data data{.tenant = tenant,
                            .metrics = stored->series(),
                            .clock = clock,
                            .limits = config.query,
                            .records = &stored->records()};
  VEDETTE_TRY(const backtest::Report report,
              read.limits ? backtest::RehearseLimits(*read.limits, range, data)
                          : backtest::Rehearse(read.groups, range, data));
  const model::Severity pages = config.incidents.page_severity;
  return backtest::ToJson(report, [pages](model::Severity severity) { return severity >= pages; });
}

}  // namespace

base::Result<std::string> BacktestRules(const BacktestCommand& command, const AskOptions& options) {
  VEDETTE_TRY(const std::string rules, base::ReadFile(command.file, yaml::kDocumentBytesMax));
  VEDETTE_TRY(RulesOfFile read, ReadRules(rules, command.file));
  std::string json;
  if (command.data_dir.empty()) {
    VEDETTE_TRY(const std::unique_ptr<net::HttpClient> client, net::MakeCurlClient());
    VEDETTE_TRY(json, AskBacktest(command, rules, options, *client));
  } else {
    VEDETTE_TRY(json, RehearseOffline(command, std::move(read), options));
  }
  if (options.json) return json + "\n";
  return rules::backtest::ToText(json);
}

int TestRules(const std::vector<std::string>& files) {
  const base::SystemClock clock;
  bool failed = false;
  for (const std::string& file : files) {
    const rules::unit::Outcome outcome = rules::unit::RunTestFile(file, clock);
    for (const std::string& warning : outcome.warnings) {
      fmt::print(stderr, "warning: {}\n", warning);
    }
    for (const std::string& failure : outcome.failures) fmt::print(stderr, "{}\n", failure);
    if (outcome.failures.empty()) {
      fmt::print("{}: ok ({} test{})\n", file, outcome.tests, outcome.tests == 1 ? "" : "s");
    }
    failed = failed || !outcome.failures.empty();
  }
  return failed ? 1 : 0;
}

}  // namespace vedette::app
