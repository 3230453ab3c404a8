#include "records/text_filter.h"

#include <algorithm>

namespace vedette::records {
namespace {

constexpr char Fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

TextFilter::TextFilter(std::string_view text) : lower_(text) {
  std::transform(lower_.begin(), lower_.end(), lower_.begin(), Fold);
}

bool TextFilter::Matches(std::string_view haystack) const {
  if (lower_.empty()) return true;
  return std::search(haystack.begin(), haystack.end(), lower_.begin(), lower_.end(),
                     [](char a, char b) { return Fold(a) == b; }) != haystack.end();
}

}  // namespace vedette::records
