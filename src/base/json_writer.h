#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/clock.h"

namespace vedette::base {

// Appends JSON to a string, without a tree in between:
//
//   JsonWriter json(out);
//   json.BeginObject().Field("name", name).Field("values", values).Key("rows").BeginArray();
//   for (const Row& row : rows) WriteRow(json, row);
//   json.EndArray().EndObject();
//
// Commas are placed by the writer. Strings are escaped, invalid UTF-8 becomes U+FFFD; NaN and
// infinities become null; numbers are the shortest that read back exactly; times are RFC 3339 in
// UTC. An empty optional is null. A container is an array, or an object if it holds pairs, as a map
// does, or names with values, as labels do. Compact output. REQUIRES: keys inside objects only, and
// every Begin closed. Not thread-safe.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& BeginObject();
  JsonWriter& EndObject();
  JsonWriter& BeginArray();
  JsonWriter& EndArray();
  JsonWriter& Key(std::string_view key);

  JsonWriter& Value(std::string_view text);
  JsonWriter& Value(const char* text) { return Value(std::string_view(text)); }
  JsonWriter& Value(const std::string& text) { return Value(std::string_view(text)); }
  JsonWriter& Value(double number);
  JsonWriter& Value(bool flag);
  JsonWriter& Value(int number) { return Value(static_cast<int64_t>(number)); }
  JsonWriter& Value(int64_t number);
  JsonWriter& Value(uint64_t number);
  JsonWriter& Value(TimePoint time);
  template <typename T>
  JsonWriter& Value(const std::optional<T>& value) {
    return value ? Value(*value) : Null();
  }
  template <typename Container>
    requires requires(const Container& container) { container.begin(); }
  JsonWriter& Value(const Container& container);
  JsonWriter& Null();
  // `json` must be one complete JSON value; it is copied as it is.
  JsonWriter& Raw(std::string_view json);

  template <typename T>
  JsonWriter& Field(std::string_view key, const T& value) {
    return Key(key).Value(value);
  }

 private:
  void Separate();

  std::string& out_;
  bool need_comma_ = false;
};

// For members that are null where there is no text: Field("next_cursor", NullIfEmpty(cursor)).
// The view is as long-lived as `text`.
inline std::optional<std::string_view> NullIfEmpty(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

// Appends `text` with JSON's escapes and without quotes; invalid UTF-8 becomes U+FFFD.
void AppendJsonEscaped(std::string& out, std::string_view text);

// Appends the shortest decimal form of a finite number that reads back exactly, always readable
// as a double by JSON parsers that reject integers of 2^64 and more.
void AppendJsonNumber(std::string& out, double number);

template <typename Container>
  requires requires(const Container& container) { container.begin(); }
JsonWriter& JsonWriter::Value(const Container& container) {
  using Item = std::decay_t<decltype(*container.begin())>;
  if constexpr (
      requires(const Item& item) { item.first, item.second; } ||
      requires(const Item& item) { item.name, item.value; }) {
    BeginObject();
    for (const auto& [key, value] : container) Field(key, value);
    return EndObject();
  } else {
    BeginArray();
    for (const auto& item : container) Value(item);
    return EndArray();
  }
}

}  // namespace vedette::base
