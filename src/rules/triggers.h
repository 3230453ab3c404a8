#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/matcher.h"
#include "query/ast.h"

namespace vedette::rules {

// Which samples may make an expression true at the moment they come, so that an alerting rule is
// looked at then and not only at its next turn. A trigger decides when to look, never what is seen:
// one that rings in vain costs an evaluation, and what none rings for is seen at the next turn.
// Plain values and pure functions. docs/decisions/0024-rules-on-ingest.md.

struct Trigger {
  enum class When {
    kCrosses,  // a value for which `op limit` holds, after one for which it did not
    kRises,
    kFalls,
    kChanges,
    kAny,
    kNever,  // it tells only how far the metric has come
  };
  std::string metric;                    // of the series, with this name
  std::vector<model::Matcher> matchers;  // and all of these
  When when = When::kAny;
  query::BinaryOp op = query::BinaryOp::kGreater;  // of kCrosses
  double limit = 0;
  size_t part = 0;  // which of the metrics of its expression it is
  friend bool operator==(const Trigger&, const Trigger&) = default;
};

struct TriggerPlan {
  std::vector<Trigger> triggers;  // none: the rule is polled
  std::string polled_because;     // why, in words
  // How old a sample may be to matter.
  base::Duration reach{0};
  // The number of metrics that the expression joins, as a ratio does: what it gives between the
  // samples of one and those of the other means nothing. 1 when it joins none.
  size_t parts = 1;
};
TriggerPlan TriggersOf(const query::Expr& expr);

// What a series did last, for a trigger. Zero-initialised means: nothing known.
struct TriggerState {
  int64_t t_ms = 0;
  double value = 0;
};
// Takes a sample; true when the rule is to be looked at. After five minutes without a sample, or a
// stale marker, a series begins anew. One that is older than what the series did last may be what
// is seen now, if that lies ahead of the clock: whatever it is, it rings if it may make the rule
// true. O(1).
bool Rings(const Trigger& trigger, TriggerState& state, int64_t t_ms, double value);

}  // namespace vedette::rules
