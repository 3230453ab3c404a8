#include "query/context.h"

#include <fmt/format.h>
#include <functional>
#include <utility>

#include "query/lexer.h"

namespace vedette::query {

void Annotations::Add(List& list, std::string_view prefix, std::string_view text) {
  if (list.seen.size() >= kSeenMax) return;
  if (!list.seen.insert(std::hash<std::string_view>()(text)).second) return;
  if (list.texts.size() < kMax) list.texts.push_back(fmt::format("{}{}", prefix, text));
}

std::vector<std::string> Annotations::Take(List& list, std::string_view kind) {
  std::vector<std::string> texts = std::move(list.texts);
  if (list.seen.size() > kMax) {
    texts.push_back(fmt::format("{} more {} annotations omitted", list.seen.size() - kMax, kind));
  }
  return texts;
}

std::string PlaceSuffix(const Context& context, const Expr& expr) {
  return fmt::format(" ({})", PlaceOf(context.query, expr.span.begin));
}

void Warn(Context& context, const Expr& at, std::string_view text) {
  context.annotations.Warn(fmt::format("{}{}", text, PlaceSuffix(context, at)));
}

void Inform(Context& context, const Expr& at, std::string_view text) {
  context.annotations.Inform(fmt::format("{}{}", text, PlaceSuffix(context, at)));
}

}  // namespace vedette::query
