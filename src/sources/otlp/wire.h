#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <protozero/pbf_reader.hpp>

#include "base/result.h"

// What the decoders of the three signals share. Functions that read messages throw
// protozero::exception for malformed ones; the Decode functions are where it ends.
namespace vedette::sources::otlp {

inline constexpr auto kLengthDelimited = protozero::pbf_wire_type::length_delimited;

inline std::string_view Text(const protozero::data_view& view) {
  return {view.data(), view.size()};
}
inline protozero::pbf_reader Reader(std::string_view message) {
  if (message.empty()) return {};
  return {message.data(), message.size()};
}

// An attribute as it stands in its message; `value` is an AnyValue message.
struct Attribute {
  std::string_view key;
  std::string_view value;
};
Attribute ReadAttribute(std::string_view message);

// The text of a value: a string as it is, numbers and booleans in their JSON form, bytes in base64,
// lists and maps as JSON. False when it is nested too deep; `out` is then of no use.
inline constexpr int kValueDepthMax = 16;
[[nodiscard]] bool AppendValue(std::string_view value, std::string& out);

// The string of a value that is one, without a copy; data() is null for values of other types.
std::string_view StringOf(std::string_view value);

// Lower-case hexadecimal; empty for an id that has another length than `bytes`, or only zeros.
std::string IdText(std::string_view id, size_t bytes);

// Attributes as text, for records.
using Pairs = std::vector<std::pair<std::string, std::string>>;

// Sets a pair, replacing one of the same name.
void SetPair(Pairs& pairs, std::string_view name, std::string value);
// Reads an attribute into `pairs`; one without a key is left out. What is wrong with it; empty if
// nothing is.
std::string AddPair(std::string_view message, size_t pairs_max, Pairs& pairs);

// A resource: its attributes, and the service's name among them.
struct Resource {
  Pairs attributes;  // without service.name
  std::string service = "unknown_service";
  size_t bytes = 0;  // that a record with these attributes takes for them
};
base::Result<Resource> ReadResource(std::string_view message, size_t attributes_max);

// The name and version of an instrumentation scope.
struct Scope {
  std::string_view name;
  std::string_view version;
};
Scope ReadScope(std::string_view message);

// What became of the items of a request that could be read: the others were refused for good.
struct Refusals {
  size_t count = 0;
  std::string first;  // names the item and the reason

  void Add(size_t items, std::string reason) {
    if (count == 0) first = std::move(reason);
    count += items;
  }
};

}  // namespace vedette::sources::otlp
