#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vedette::base {

// Appends JSON to a string, without a tree in between:
//
//   JsonWriter json(out);
//   json.BeginObject().Field("name", name).Key("values").BeginArray();
//   for (double v : values) json.Value(v);
//   json.EndArray().EndObject();
//
// Commas are placed by the writer. Strings are escaped, invalid UTF-8 becomes U+FFFD; NaN and
// infinities become null; numbers are the shortest that read back exactly. Compact output.
// REQUIRES: keys inside objects only, and every Begin closed. Not thread-safe.
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

// Appends `text` with JSON's escapes and without quotes; invalid UTF-8 becomes U+FFFD.
void AppendJsonEscaped(std::string& out, std::string_view text);

// Appends the shortest decimal form of a finite number that reads back exactly, always readable
// as a double by JSON parsers that reject integers of 2^64 and more.
void AppendJsonNumber(std::string& out, double number);

}  // namespace vedette::base
