#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace vedette::model {

// A two-way table between an enum and the names that stand for it in JSON, SQL and logs.
template <typename Enum, size_t kCount>
struct NameTable {
  std::array<std::pair<Enum, std::string_view>, kCount> rows;

  // REQUIRES: the table is complete.
  constexpr std::string_view NameOf(Enum value) const {
    for (const auto& [candidate, name] : rows) {
      if (candidate == value) return name;
    }
    return {};
  }
  constexpr std::optional<Enum> Find(std::string_view name) const {
    for (const auto& [value, candidate] : rows) {
      if (candidate == name) return value;
    }
    return std::nullopt;
  }
};

}  // namespace vedette::model
