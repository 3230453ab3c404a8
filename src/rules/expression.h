#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "query/ast.h"

namespace vedette::rules {

// What can be said of an expression without evaluating it, and the same expression of another time.
// Pure functions.

struct Reading {
  std::set<std::string> metrics;  // that its selectors name
  bool any_metric = false;        // a selector names none, or by a regular expression
  bool range_bounds = false;      // @ start() or @ end(): a range query is no row of instant ones
  bool absence = false;           // absent() and the like: it may fire when nothing is there
  base::Duration lookback{0};     // the oldest that it looks at, without the engine's lookback
  std::vector<std::string> selectors;  // canonical, without time modifiers; each once
};
Reading ReadingOf(const query::Expr& expr);

// The expression as of so long ago: every selector and subquery looks back further. Error:
// kInvalidArgument for what is no PromQL.
base::Result<std::string> Shifted(const std::string& promql, base::Duration back);

// Whether it can give anything if only those of its selectors have series that `there` says do.
bool MayGive(const query::Expr& expr,
             const std::function<bool(const query::VectorSelector&)>& there);

// A place where series of two sides are matched by their labels (also by `and`): the sides, and
// what both give together, each as PromQL whose comparisons leave nothing out.
struct Join {
  std::string left;
  std::string right;
  std::string both;
};
std::vector<Join> JoinsOf(query::ExprPtr expr);

// Whether lower values are the worse ones: the outermost comparison is < or <=.
bool LowerIsWorse(const query::Expr& expr);

}  // namespace vedette::rules
