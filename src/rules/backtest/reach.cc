#include "rules/backtest/reach.h"

#include <fmt/core.h>
#include <map>
#include <utility>

#include "query/parser.h"
#include "query/printer.h"
#include "rules/expression.h"

namespace vedette::rules::backtest {
namespace {

// Remembers what it has asked the store.
class Reach {
 public:
  Reach(series::Store& store, const model::TenantName& tenant, base::TimePoint from,
        base::TimePoint to) {
    store_ = &store;
    request_.tenant = tenant;
    request_.from_ms = base::ToMillis(from);
    request_.to_ms = base::ToMillis(to);
    request_.max_series = 1;
    request_.sorted = false;
  }

  base::Result<bool> Has(const query::VectorSelector& selector) {
    return HasAny(query::PrintSelector(selector), selector.matchers);
  }

  // Why the selector finds nothing.
  base::Result<std::string> Reason(const query::VectorSelector& selector) {
    const std::string text = query::PrintSelector(selector);
    for (const model::Matcher& matcher : selector.matchers) {
      if (matcher.name() != model::kMetricName || matcher.op() != model::MatchOp::kEqual) continue;
      VEDETTE_TRY(const bool named, HasAny(matcher.value(), {matcher}));
      if (!named) return fmt::format("no series has the name {}", matcher.value());
      return fmt::format("series of {} exist, but none fits {}", matcher.value(), text);
    }
    return fmt::format("no series fits {}", text);
  }

 private:
  base::Result<bool> HasAny(const std::string& text, const std::vector<model::Matcher>& matchers) {
    const auto known = known_.find(text);
    if (known != known_.end()) return known->second;
    request_.matchers = matchers;
    const auto found = store_->Select(request_);
    const bool many =
        !found.ok() && found.error().code == base::ErrorCode::kResourceExhausted;  // than one
    if (!found.ok() && !many) return found.error();
    const bool has = many || !found->empty();
    known_.emplace(text, has);
    return has;
  }

  series::Store* store_;
  series::SelectRequest request_;
  std::map<std::string, bool> known_;
};

std::set<std::string> Recorded(const std::vector<RuleGroup>& groups) {
  std::set<std::string> recorded;
  for (const RuleGroup& group : groups) {
    for (const Rule& rule : group.rules) {
      recorded.insert(rule.alerting ? std::string("ALERTS") : rule.name);
    }
  }
  return recorded;
}

bool ReadsOneOf(const query::VectorSelector& selector, const std::set<std::string>& metrics) {
  for (const model::Matcher& matcher : selector.matchers) {
    const bool name =
        matcher.name() == model::kMetricName && matcher.op() == model::MatchOp::kEqual;
    if (name && metrics.contains(matcher.value())) return true;
  }
  return false;
}

// Empty for a rule that may fire.
base::Result<std::string> WhyNever(const query::Expr& expr, const std::set<std::string>& recorded,
                                   Reach& reach) {
  base::Result<> fault;
  const query::VectorSelector* missing = nullptr;
  const bool may = MayGive(expr, [&](const query::VectorSelector& selector) {
    if (ReadsOneOf(selector, recorded)) return true;
    const base::Result<bool> has = reach.Has(selector);
    if (!has.ok()) fault = has.error();
    if (has.ok() && !*has && missing == nullptr) missing = &selector;
    return !has.ok() || *has;
  });
  VEDETTE_TRY_VOID(std::move(fault));
  if (may || missing == nullptr) return std::string();
  return reach.Reason(*missing);
}

}  // namespace

base::Result<std::vector<Unreachable>> UnreachableRules(const std::vector<RuleGroup>& groups,
                                                        series::Store& store,
                                                        const model::TenantName& tenant,
                                                        base::TimePoint from, base::TimePoint to,
                                                        size_t unreachable_max) {
  const std::set<std::string> recorded = Recorded(groups);
  Reach reach(store, tenant, from, to);
  std::vector<Unreachable> unreachable;
  for (const RuleGroup& group : groups) {
    for (const Rule& rule : group.rules) {
      if (!rule.alerting || unreachable.size() >= unreachable_max) continue;
      const base::Result<query::ExprPtr> expr = query::Parse(rule.expr);
      if (!expr.ok()) continue;
      VEDETTE_TRY(std::string reason, WhyNever(**expr, recorded, reach));
      if (reason.empty()) continue;
      unreachable.push_back({group.file, group.name, rule.name, rule.line, std::move(reason)});
    }
  }
  return unreachable;
}

base::Result<std::vector<Unreachable>> UnreachableLimits(
    const std::vector<detect::rules::Rule>& rules, series::Store& store,
    const model::TenantName& tenant, base::TimePoint from, base::TimePoint to) {
  Reach reach(store, tenant, from, to);
  std::vector<Unreachable> unreachable;
  for (const detect::rules::Rule& rule : rules) {
    query::VectorSelector selector(query::Span{});
    selector.matchers = rule.matchers;
    VEDETTE_TRY(model::Matcher name, model::Matcher::Create(std::string(model::kMetricName),
                                                            model::MatchOp::kEqual, rule.metric));
    selector.matchers.push_back(std::move(name));
    VEDETTE_TRY(const bool has, reach.Has(selector));
    if (has) continue;
    VEDETTE_TRY(std::string reason, reach.Reason(selector));
    unreachable.push_back(
        {.file = {}, .group = {}, .rule = rule.name, .reason = std::move(reason)});
  }
  return unreachable;
}

std::vector<RuleGroup> GroupsOf(const std::vector<GroupStatus>& statuses) {
  std::vector<RuleGroup> groups;
  for (const GroupStatus& status : statuses) {
    RuleGroup& group = groups.emplace_back();
    group.file = status.file;
    group.name = status.name;
    for (const RuleStatus& rule : status.rules) {
      Rule& loaded = group.rules.emplace_back();
      loaded.alerting = rule.alerting;
      loaded.name = rule.name;
      loaded.expr = rule.query;
    }
  }
  return groups;
}

}  // namespace vedette::rules::backtest
