#include "app/self_reports.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "base/duration.h"
#include "rules/backtest/reach.h"

namespace vedette::app {
namespace {

constexpr size_t kReportsWaitingMax = 16;
constexpr size_t kNamedMax = 5;  // in a sentence
constexpr base::Duration kRulesEvery = std::chrono::seconds(30);
constexpr base::Duration kSourcesKeptEvery = std::chrono::minutes(1);
constexpr const char* kStoppedMetric = "vedette_sources_stopped";
constexpr const char* kUnreachableMetric = "vedette_rules_unreachable";

const SelfAlert::Options kWarning{.severity = model::Severity::kWarning, .every_change = true};

// "a, b and 3 more"
std::string Names(const std::vector<std::string>& names) {
  std::string out;
  for (size_t i = 0; i < std::min(names.size(), kNamedMax); ++i) {
    out += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kNamedMax) out += fmt::format(" and {} more", names.size() - kNamedMax);
  return out;
}

std::string OfTenant(const model::TenantName& tenant) {
  return tenant == model::kDefaultTenant ? std::string() : fmt::format(" of tenant {}", tenant);
}

std::optional<SelfAlert::Finding> FindingOf(const std::vector<std::string>& names, const char* one,
                                            const char* many, const char* metric) {
  if (names.empty()) return std::nullopt;
  return SelfAlert::Finding{
      .observed = static_cast<double>(names.size()),
      .summary = names.size() == 1 ? fmt::format("{}: {}", one, names.front())
                                   : fmt::format("{} {}: {}", names.size(), many, Names(names)),
      .query = metric};
}

}  // namespace

SelfReports::SelfReports(Parts parts, SelfReportOptions options,
                         std::vector<detect::rules::Rule> limits)
    : parts_(std::move(parts)),
      started_at_(parts_.clock.Now()),
      reporter_(parts_.findings, kReportsWaitingMax, nullptr),
      stopped_("vedette: sources that stopped", reporter_, kWarning),
      unreachable_("vedette: rules that can never fire", reporter_, kWarning),
      stopped_gauge_(parts_.metrics.AddGauge(kStoppedMetric, "Sources that stopped sending.")),
      unreachable_gauge_(
          parts_.metrics.AddGauge(kUnreachableMetric, "Rules that no series can make fire.")) {
  Apply(options, std::move(limits));
}

void SelfReports::Adopt(std::vector<model::Anomaly>& open) {
  stopped_.Adopt(open);
  unreachable_.Adopt(open);
}

void SelfReports::Listen(detect::SourceBoard& sources, ingest::Ingester& ingester) {
  ingester.SetSourceTap(
      [&sources](const model::TenantName& tenant, std::string_view signal, std::string_view service,
                 base::TimePoint now) { sources.Heard(tenant, signal, service, now); });
}

void SelfReports::Apply(SelfReportOptions options, std::vector<detect::rules::Rule> limits) {
  // Those that ship are there for whom they concern.
  const std::vector<detect::rules::Rule> shipped = detect::rules::DefaultRules();
  std::erase_if(limits, [&](const detect::rules::Rule& rule) {
    return std::ranges::find(shipped, rule) != shipped.end();
  });
  base::MutexLock lock(mutex_);
  options_ = options;
  limits_ = std::move(limits);
}

SelfReportOptions SelfReports::options() const {
  base::MutexLock lock(mutex_);
  return options_;
}

std::vector<detect::rules::Rule> SelfReports::limits() const {
  base::MutexLock lock(mutex_);
  return limits_;
}

base::Result<> SelfReports::Tend() {
  const base::TimePoint now = parts_.clock.Now();
  reporter_.Flush();
  VEDETTE_TRY_VOID(ResumeSources(now));
  VEDETTE_TRY_VOID(TellSources(now));
  if (now < rules_due_) return {};
  rules_due_ = now + kRulesEvery;
  return TellRules(now);
}

// What the last run knew, once.
base::Result<> SelfReports::ResumeSources(base::TimePoint now) {
  if (parts_.state == nullptr || kept_sources_ != nullptr) return {};
  VEDETTE_TRY(auto store, detect::SourceStore::Open(*parts_.state));
  VEDETTE_TRY(auto known, store->Load());
  parts_.sources.Resume(std::move(known), now);
  kept_sources_ = std::move(store);
  sources_due_ = now + kSourcesKeptEvery;
  return {};
}

base::Result<> SelfReports::TellSources(base::TimePoint now) {
  const auto sources = parts_.sources.List(now, options().source_stopped_after);
  std::vector<std::string> names;
  std::map<SourceKey, base::TimePoint> heard;
  for (const detect::SourceBoard::Source& source : sources) {
    const SourceKey key{source.tenant, source.signal, source.name};
    heard[key] = source.last_at;
    const auto before = heard_.find(key);
    const bool resumed = source.resumed_at != base::TimePoint();
    const bool still_sends = before == heard_.end() ? !resumed : before->second < source.last_at;
    if (!source.stopped || still_sends) continue;
    names.push_back(fmt::format("{} of {}{} (last heard {} UTC)", source.signal, source.name,
                                OfTenant(source.tenant),
                                base::FormatTime(source.last_at).substr(11, 5)));
  }
  heard_ = std::move(heard);
  stopped_gauge_.Set(static_cast<double>(names.size()));
  stopped_.Set(
      FindingOf(names, "a source stopped sending", "sources stopped sending", kStoppedMetric), now);
  if (kept_sources_ == nullptr || now < sources_due_) return {};
  sources_due_ = now + kSourcesKeptEvery;
  return kept_sources_->Save(sources);
}

base::Result<> SelfReports::TellRules(base::TimePoint now) {
  const base::Duration after = options().rule_unreachable_after;
  if (now - started_at_ < after) return {};  // those who send may not be back yet
  std::vector<std::string> names;
  std::vector<model::TenantName> tenants{model::TenantName(model::kDefaultTenant)};
  for (const series::NamedCount& each : parts_.series.SeriesByTenant()) {
    if (each.name != model::kDefaultTenant) tenants.emplace_back(each.name);
  }
  for (const model::TenantName& tenant : tenants) {
    const auto groups = rules::backtest::GroupsOf(parts_.rules(tenant));
    VEDETTE_TRY(auto unreachable,
                rules::backtest::UnreachableRules(groups, parts_.series, tenant, now - after, now));
    for (const rules::backtest::Unreachable& rule : unreachable) {
      names.push_back(fmt::format("{}{} ({})", rule.rule, OfTenant(tenant), rule.reason));
    }
  }
  VEDETTE_TRY(const auto limits,
              rules::backtest::UnreachableLimits(this->limits(), parts_.series, now - after, now));
  for (const auto& rule : limits) names.push_back(fmt::format("{} ({})", rule.rule, rule.reason));
  unreachable_gauge_.Set(static_cast<double>(names.size()));
  unreachable_.Set(
      FindingOf(names, "a rule can never fire", "rules can never fire", kUnreachableMetric), now);
  return {};
}

std::vector<api::Route> SelfReports::Routes() {
  return api::SourceRoutes(parts_.sources, [this] { return options().source_stopped_after; });
}

}  // namespace vedette::app
