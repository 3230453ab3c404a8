#include "base/json_fields.h"

#include <algorithm>
#include <fmt/format.h>

namespace vedette::base {

void JsonOut::Append(const std::string& value) {
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
  });
  if (!plain) {
    text_ += DumpJson(value);
    return;
  }
  text_ += '"';
  text_ += value;
  text_ += '"';
}

void JsonOut::Append(double value) {
  if (std::isnan(value)) return Append(std::string("nan"));
  if (std::isinf(value)) return Append(std::string(value > 0 ? "inf" : "-inf"));
  text_ += DumpJson(value);
}

void JsonOut::Append(int64_t value) {
  const fmt::format_int digits(value);
  text_.append(digits.data(), digits.size());
}

}  // namespace vedette::base
