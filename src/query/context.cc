#include "query/context.h"

#include <fmt/format.h>

#include "query/lexer.h"

namespace vedette::query {

std::string PlaceSuffix(const Context& context, const Expr& expr) {
  return fmt::format(" ({})", PlaceOf(context.query, expr.span.begin));
}

}  // namespace vedette::query
