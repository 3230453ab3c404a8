#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/tenant.h"
#include "query/ast.h"
#include "query/budget.h"
#include "series/store.h"

namespace vedette::query {

// Remarks about a query that do not stop it, each once and at most kMax of a kind. Not
// thread-safe.
class Annotations {
 public:
  static constexpr size_t kMax = 10;
  void Warn(std::string text) { Add(warnings_, "PromQL warning: " + std::move(text)); }
  void Inform(std::string text) { Add(infos_, "PromQL info: " + std::move(text)); }
  std::vector<std::string> TakeWarnings() { return std::move(warnings_); }
  std::vector<std::string> TakeInfos() { return std::move(infos_); }

 private:
  static void Add(std::vector<std::string>& list, std::string text) {
    if (list.size() >= kMax) return;
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
  }
  std::vector<std::string> warnings_;
  std::vector<std::string> infos_;
};

// What the parts of one evaluation share. Lives as long as the query; one thread.
struct Context {
  series::Store& store;
  const model::TenantName& tenant;
  std::string_view query;  // the text, for places in messages
  int64_t start_ms;        // of the whole query: @ start() and @ end()
  int64_t end_ms;
  int64_t lookback_ms;
  int64_t subquery_step_ms;
  uint64_t series_max;
  Budget& budget;
  Annotations& annotations;
};

// " (1:7)": where the expression is, for annotations and errors.
std::string PlaceSuffix(const Context& context, const Expr& expr);

}  // namespace vedette::query
