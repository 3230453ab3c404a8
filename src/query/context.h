#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/worker_pool.h"
#include "model/tenant.h"
#include "query/ast.h"
#include "query/budget.h"
#include "series/store.h"

namespace vedette::query {

// Remarks about a query that do not stop it: each once, at most kMax of a kind, and then how many
// more there were. Not thread-safe.
class Annotations {
 public:
  static constexpr size_t kMax = 10;
  void Warn(std::string_view text) { Add(warnings_, "PromQL warning: ", text); }
  void Inform(std::string_view text) { Add(infos_, "PromQL info: ", text); }
  std::vector<std::string> TakeWarnings() { return Take(warnings_, "warning"); }
  std::vector<std::string> TakeInfos() { return Take(infos_, "info"); }

 private:
  static constexpr size_t kSeenMax = 100'000;
  struct List {
    std::vector<std::string> texts;
    std::unordered_set<size_t> seen;  // hashes
  };
  static void Add(List& list, std::string_view prefix, std::string_view text);
  static std::vector<std::string> Take(List& list, std::string_view kind);
  List warnings_;
  List infos_;
};

// What the parts of one evaluation share. Lives as long as the query; one thread.
struct Context {
  series::Store& store;
  const model::TenantName& tenant;
  std::string_view query;  // the text, for places in messages
  int64_t start_ms;        // of the whole query: @ start() and @ end()
  int64_t end_ms;
  int64_t step_ms;  // 0 of an instant query
  int64_t lookback_ms;
  int64_t subquery_step_ms;
  uint64_t series_max;
  Budget& budget;
  Annotations& annotations;
  // Roll-ups of up to this resolution may answer; 0: none; kAutomatic: where the answer is the same
  // or the samples are gone.
  static constexpr int64_t kAutomatic = -1;
  int64_t source_resolution_ms = kAutomatic;
  base::WorkerPool* helpers = nullptr;  // threads beside the caller's; may be null
};

// " (1:7)": where the expression is, for annotations and errors.
std::string PlaceSuffix(const Context& context, const Expr& expr);

// A remark with its place.
void Warn(Context& context, const Expr& at, std::string_view text);
void Inform(Context& context, const Expr& at, std::string_view text);

}  // namespace vedette::query
