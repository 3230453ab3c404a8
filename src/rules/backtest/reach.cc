#include "rules/backtest/reach.h"

#include <fmt/core.h>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "query/parser.h"
#include "query/printer.h"
#include "rules/expression.h"
#include "rules/record_visit.h"

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
    const std::vector<detect::rules::Rule>& rules, series::Store& store, base::TimePoint from,
    base::TimePoint to) {
  std::vector<Reach> tenants;
  tenants.emplace_back(store, model::TenantName(model::kDefaultTenant), from, to);
  for (const series::NamedCount& each : store.SeriesByTenant()) {
    if (each.name != model::kDefaultTenant) tenants.emplace_back(store, each.name, from, to);
  }
  std::vector<Unreachable> unreachable;
  for (const detect::rules::Rule& rule : rules) {
    query::VectorSelector selector(query::Span{});
    selector.name = rule.metric;
    selector.matchers = rule.matchers;
    VEDETTE_TRY(model::Matcher name, model::Matcher::Create(std::string(model::kMetricName),
                                                            model::MatchOp::kEqual, rule.metric));
    selector.matchers.push_back(std::move(name));
    bool has = false;
    for (Reach& reach : tenants) {
      if (has) break;
      VEDETTE_TRY(has, reach.Has(selector));
    }
    if (has) continue;
    std::string reason;  // of the tenant that comes nearest: others do not have the metric
    for (Reach& reach : tenants) {
      VEDETTE_TRY(std::string one, reach.Reason(selector));
      if (reason.empty() || one.starts_with("series of")) reason = std::move(one);
    }
    unreachable.push_back(
        {.file = {}, .group = {}, .rule = rule.name, .reason = std::move(reason)});
  }
  return unreachable;
}

namespace {

// Empty for a contract with records that it counts. Ends with the first of them.
std::string WhyNothing(const RecordRule& rule, RecordSource& records, base::TimePoint from,
                       base::TimePoint to) {
  bool meant = false;
  bool counted = false;
  const base::Result<> read =
      VisitRecords(rule.input, records, from, to, [&](const RecordFields& fields) {
        meant = true;
        counted = rule.kind == RecordRule::Kind::kSequence
                      ? fields.Get(rule.input_key).kind != FieldValue::Kind::kNull
                      : !rule.when || rule.when->Holds(fields.lookup());
        return !counted;
      });
  if (counted || !read.ok()) return {};
  if (!meant) return "no record is what it is about";
  if (rule.kind == RecordRule::Kind::kSequence) {
    return fmt::format("no record that it is about has the key {}", rule.input_key);
  }
  return fmt::format("for no record that it is about {} holds", rule.when->text());
}

}  // namespace

std::vector<Unreachable> UnreachableContracts(const std::vector<RuleGroup>& groups,
                                              RecordSource& records, base::TimePoint from,
                                              base::TimePoint to) {
  std::vector<Unreachable> unreachable;
  for (const RuleGroup& group : groups) {
    for (const Rule& rule : group.rules) {
      if (rule.alerting || rule.records == nullptr) continue;
      const RecordRule::Kind kind = rule.records->kind;
      if (kind != RecordRule::Kind::kContract && kind != RecordRule::Kind::kSequence) continue;
      std::string reason = WhyNothing(*rule.records, records, from, to);
      if (reason.empty()) continue;
      unreachable.push_back(
          {group.file, group.name, rule.records->name, rule.line, std::move(reason)});
    }
  }
  return unreachable;
}

std::vector<Unreachable> MismatchedRules(
    const std::vector<RuleGroup>& groups,
    const std::function<base::Result<bool>(const std::string& promql)>& gives) {
  const auto are = [&](const std::string& promql, bool wanted) {
    const base::Result<bool> given = gives(promql);
    return given.ok() && *given == wanted;
  };
  std::vector<Unreachable> mismatched;
  for (const RuleGroup& group : groups) {
    for (const Rule& rule : group.rules) {
      base::Result<query::ExprPtr> expr = query::Parse(rule.expr);
      if (!rule.alerting || !expr.ok()) continue;
      for (const Join& join : JoinsOf(*std::move(expr))) {
        if (!are(join.both, false) || !are(join.left, true) || !are(join.right, true)) continue;
        mismatched.push_back(
            {group.file, group.name, rule.name, rule.line,
             fmt::format("{} and {} both have series, but none of the same labels; on (...) or "
                         "ignoring (...) says which are matched",
                         join.left, join.right)});
        break;
      }
    }
  }
  return mismatched;
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
