#include "sources/otlp/wire.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>

#include "base/base64.h"
#include "base/json_writer.h"
#include "base/utf8.h"

// AnyValue  1: string  2: bool  3: int64  4: double  5: ArrayValue  6: KeyValueList  7: bytes
// ArrayValue, KeyValueList  1: values...        KeyValue  1: key  2: AnyValue

namespace vedette::sources::otlp {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

std::string NumberText(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "+Inf" : "-Inf";
  std::string text;
  base::AppendJsonNumber(text, number);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

bool WriteJson(std::string_view value, int depth, base::JsonWriter& json);

bool WriteList(std::string_view list, int depth, base::JsonWriter& json) {
  json.BeginArray();
  pbf_reader reader = Reader(list);
  while (reader.next()) {
    if (reader.tag_and_type() != tag_and_type(1, kLengthDelimited)) {
      reader.skip();
    } else if (!WriteJson(Text(reader.get_view()), depth + 1, json)) {
      return false;
    }
  }
  json.EndArray();
  return true;
}

bool WriteMap(std::string_view map, int depth, base::JsonWriter& json) {
  json.BeginObject();
  pbf_reader reader = Reader(map);
  while (reader.next()) {
    if (reader.tag_and_type() != tag_and_type(1, kLengthDelimited)) {
      reader.skip();
      continue;
    }
    const Attribute entry = ReadAttribute(Text(reader.get_view()));
    json.Key(entry.key);
    if (!WriteJson(entry.value, depth + 1, json)) return false;
  }
  json.EndObject();
  return true;
}

// The last field that is set counts, as in any oneof.
struct Value {
  uint32_t field = 0;
  std::string_view bytes;
  int64_t integer = 0;
  double number = 0;
};

Value ReadValue(std::string_view message) {
  Value value;
  pbf_reader reader = Reader(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(2, pbf_wire_type::varint):
      case tag_and_type(3, pbf_wire_type::varint):
        value.field = reader.tag();
        value.integer = reader.get_int64();
        break;
      case tag_and_type(4, pbf_wire_type::fixed64):
        value.field = 4;
        value.number = reader.get_double();
        break;
      case tag_and_type(1, kLengthDelimited):
      case tag_and_type(5, kLengthDelimited):
      case tag_and_type(6, kLengthDelimited):
      case tag_and_type(7, kLengthDelimited):
        value.field = reader.tag();
        value.bytes = Text(reader.get_view());
        break;
      default: reader.skip();
    }
  }
  return value;
}

bool WriteJson(std::string_view message, int depth, base::JsonWriter& json) {
  if (depth > kValueDepthMax) return false;
  const Value value = ReadValue(message);
  switch (value.field) {
    case 1: json.Value(value.bytes); return true;
    case 2: json.Value(value.integer != 0); return true;
    case 3: json.Value(value.integer); return true;
    case 4: json.Value(value.number); return true;
    case 5: return WriteList(value.bytes, depth, json);
    case 6: return WriteMap(value.bytes, depth, json);
    case 7: json.Value(base::Base64(value.bytes)); return true;
    default: json.Null(); return true;
  }
}

}  // namespace

Attribute ReadAttribute(std::string_view message) {
  Attribute attribute;
  pbf_reader reader = Reader(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kLengthDelimited): attribute.key = Text(reader.get_view()); break;
      case tag_and_type(2, kLengthDelimited): attribute.value = Text(reader.get_view()); break;
      default: reader.skip();
    }
  }
  return attribute;
}

bool AppendValue(std::string_view message, std::string& out) {
  const Value value = ReadValue(message);
  switch (value.field) {
    case 1: out += value.bytes; return true;
    case 2: out += value.integer != 0 ? "true" : "false"; return true;
    case 3: out += std::to_string(value.integer); return true;
    case 4: out += NumberText(value.number); return true;
    case 7: out += base::Base64(value.bytes); return true;
    case 5:
    case 6: {
      base::JsonWriter json(out);
      return value.field == 5 ? WriteList(value.bytes, 1, json) : WriteMap(value.bytes, 1, json);
    }
    default: return true;
  }
}

std::string_view StringOf(std::string_view message) {
  // What every sender writes: one field that fills the message, with a short length.
  if (message.size() >= 2 && message[0] == 0x0A && message[1] >= 0 &&
      static_cast<size_t>(message[1]) == message.size() - 2) {
    return message.substr(2);
  }
  const Value value = ReadValue(message);
  return value.field == 1 ? value.bytes : std::string_view();
}

std::string IdText(std::string_view id, size_t bytes) {
  if (id.size() != bytes || id.find_first_not_of('\0') == std::string_view::npos) return {};
  std::string text;
  for (const char c : id) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

void SetPair(Pairs& pairs, std::string_view name, std::string value) {
  const auto found =
      std::ranges::find_if(pairs, [&](const auto& pair) { return pair.first == name; });
  if (found != pairs.end()) {
    found->second = std::move(value);
  } else {
    pairs.emplace_back(name, std::move(value));
  }
}

std::string AddPair(std::string_view message, size_t pairs_max, Pairs& pairs) {
  const Attribute attribute = ReadAttribute(message);
  if (attribute.key.empty()) return {};
  if (!base::IsValidUtf8(attribute.key)) return "an attribute's key is not valid UTF-8";
  if (pairs.size() >= pairs_max) return fmt::format("more than {} attributes", pairs_max);
  std::string value;
  if (!AppendValue(attribute.value, value)) {
    return fmt::format("attribute \"{}\" is nested deeper than {} levels", attribute.key,
                       kValueDepthMax);
  }
  SetPair(pairs, attribute.key, std::move(value));
  return {};
}

base::Result<Resource> ReadResource(std::string_view message, size_t attributes_max) {
  Resource resource;
  pbf_reader reader = Reader(message);
  while (reader.next()) {
    if (reader.tag_and_type() != tag_and_type(1, kLengthDelimited)) {
      reader.skip();
      continue;
    }
    const std::string problem =
        AddPair(Text(reader.get_view()), attributes_max, resource.attributes);
    if (!problem.empty()) {
      return base::InvalidArgument("OTLP: a resource: " + problem, "resource.attributes");
    }
  }
  std::erase_if(resource.attributes, [&](auto& pair) {
    if (pair.first != "service.name") return false;
    if (!pair.second.empty()) resource.service = std::move(pair.second);
    return true;
  });
  for (const auto& [name, value] : resource.attributes) {
    resource.bytes += name.size() + value.size() + sizeof(resource.attributes[0]);
  }
  return resource;
}

Scope ReadScope(std::string_view message) {
  Scope scope;
  pbf_reader reader = Reader(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kLengthDelimited): scope.name = Text(reader.get_view()); break;
      case tag_and_type(2, kLengthDelimited): scope.version = Text(reader.get_view()); break;
      default: reader.skip();
    }
  }
  return scope;
}

}  // namespace vedette::sources::otlp
