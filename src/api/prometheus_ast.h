#pragma once

#include "base/json_writer.h"
#include "query/ast.h"

namespace vedette::api {

// The syntax tree of an expression as Prometheus' /api/v1/parse_query shows it. Durations and times
// are milliseconds. Pure.
void WriteSyntaxTree(base::JsonWriter& json, const query::Expr& expr);

}  // namespace vedette::api
