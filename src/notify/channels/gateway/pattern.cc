#include "notify/channels/gateway/pattern.h"

#include <algorithm>
#include <fmt/core.h>
#include <fmt/ranges.h>

namespace vedette::notify::channels {
namespace {

constexpr size_t kBytesMax = 64 << 10;

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

base::Result<Pattern> Pattern::Parse(std::string_view text, const std::vector<std::string>& names) {
  if (text.size() > kBytesMax) return base::InvalidArgument("has more than 64 KiB");
  Pattern pattern;
  while (!text.empty()) {
    const size_t open = text.find("{{");
    if (open > 0) pattern.pieces_.push_back({false, std::string(text.substr(0, open))});
    if (open == std::string_view::npos) break;
    const size_t close = text.find("}}", open);
    if (close == std::string_view::npos) return base::InvalidArgument("a {{ has no }}");
    const std::string name(Trim(text.substr(open + 2, close - open - 2)));
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return base::InvalidArgument(
          fmt::format("{{{{{}}}}} is not known; there are {}", name, fmt::join(names, ", ")));
    }
    pattern.pieces_.push_back({true, name});
    text.remove_prefix(close + 2);
  }
  return pattern;
}

std::string Pattern::Fill(const std::map<std::string, std::string>& values,
                          const std::function<std::string(std::string_view)>& escape) const {
  std::string out;
  for (const Piece& piece : pieces_) {
    if (!piece.is_place) {
      out += piece.text;
    } else if (const auto value = values.find(piece.text); value != values.end()) {
      out += escape(value->second);
    }
  }
  return out;
}

bool Pattern::Has(std::string_view name) const {
  return std::any_of(pieces_.begin(), pieces_.end(),
                     [&](const Piece& piece) { return piece.is_place && piece.text == name; });
}

}  // namespace vedette::notify::channels
