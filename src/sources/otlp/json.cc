#include "sources/otlp/json.h"

#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <limits>
#include <simdjson.h>
#include <string_view>
#include <vector>

#include <protozero/pbf_writer.hpp>

#include "base/base64.h"

namespace vedette::sources::otlp {
namespace {

namespace ondemand = simdjson::ondemand;
using protozero::pbf_writer;

base::Error Bad(std::string_view field, std::string_view what) {
  return base::InvalidArgument(fmt::format("OTLP: {} {}", field, what), std::string(field));
}

base::Error Broken(simdjson::error_code code) {
  return base::InvalidArgument(
      fmt::format("OTLP: the body is no JSON: {}", simdjson::error_message(code)));
}

base::Result<std::string> FromHex(std::string_view text) {
  const auto value = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  if (text.size() % 2 != 0) return base::InvalidArgument("half a byte");
  std::string bytes;
  for (size_t i = 0; i < text.size(); i += 2) {
    const int high = value(text[i]);
    const int low = value(text[i + 1]);
    if (high < 0 || low < 0) return base::InvalidArgument("no digit");
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

// A number as it stands, or the text of a string that holds one.
base::Result<std::string_view> Token(const FieldSchema& field, ondemand::value& value) {
  ondemand::json_type type;
  if (const auto code = value.type().get(type)) return Broken(code);
  if (type == ondemand::json_type::string) {
    std::string_view text;
    if (const auto code = value.get_string().get(text)) return Broken(code);
    return text;
  }
  if (type != ondemand::json_type::number) return Bad(field.name, "is no number");
  std::string_view token = value.raw_json_token();
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') token.remove_suffix(1);
  return token;
}

// The bits of a 64-bit integer of either sign; also 1e3 and 5.0, which are integers to JSON.
base::Result<uint64_t> ReadInteger(const FieldSchema& field, ondemand::value& value) {
  VEDETTE_TRY(const std::string_view token, Token(field, value));
  const char* const begin = token.data();
  const char* const end = begin + token.size();
  int64_t negative = 0;
  uint64_t positive = 0;
  if (token.starts_with('-')) {
    if (const auto r = std::from_chars(begin, end, negative); r.ec == std::errc{} && r.ptr == end) {
      return static_cast<uint64_t>(negative);
    }
  } else if (const auto r = std::from_chars(begin, end, positive);
             r.ec == std::errc{} && r.ptr == end) {
    return positive;
  }
  double number = 0;
  const auto r = std::from_chars(begin, end, number);
  const bool whole = r.ec == std::errc{} && r.ptr == end && std::abs(number) < 0x1p53 &&
                     number == std::trunc(number);
  if (!whole) return Bad(field.name, "is no 64-bit integer");
  return static_cast<uint64_t>(static_cast<int64_t>(number));
}

base::Result<double> ReadDouble(const FieldSchema& field, ondemand::value& value) {
  VEDETTE_TRY(const std::string_view token, Token(field, value));
  if (token == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (token == "Infinity") return std::numeric_limits<double>::infinity();
  if (token == "-Infinity") return -std::numeric_limits<double>::infinity();
  double number = 0;
  const char* const end = token.data() + token.size();
  const auto r = std::from_chars(token.data(), end, number);
  if (r.ec != std::errc{} || r.ptr != end) return Bad(field.name, "is no 64-bit float");
  return number;
}

class Transcoder {
 public:
  Transcoder(const JsonOptions& options, const std::string& out) : options_(options), out_(out) {}

  // REQUIRES: `object` is read once, here.
  base::Result<> Object(const MessageSchema& schema, ondemand::object& object, size_t depth,
                        pbf_writer& out) {
    for (auto entry : object) {
      ondemand::field json_field;
      if (const auto code = std::move(entry).get(json_field)) return Broken(code);
      std::string_view key;
      if (const auto code = json_field.unescaped_key().get(key)) return Broken(code);
      const FieldSchema* const field = Find(schema, key);
      if (field == nullptr) continue;
      VEDETTE_TRY_VOID(Field(*field, json_field.value(), depth, out));
    }
    return {};
  }

 private:
  static const FieldSchema* Find(const MessageSchema& schema, std::string_view key) {
    for (const FieldSchema& field : schema.fields) {
      if (field.name == key) return &field;
    }
    return nullptr;
  }

  base::Result<> Field(const FieldSchema& field, ondemand::value& value, size_t depth,
                       pbf_writer& out) {
    if (depth > options_.depth_max) {
      return Bad(field.name, fmt::format("is nested deeper than {} levels", options_.depth_max));
    }
    ondemand::json_type type;
    if (const auto code = value.type().get(type)) return Broken(code);
    if (type == ondemand::json_type::null) return Null(value);
    if (!field.repeated) return Single(field, value, depth, out);
    if (type != ondemand::json_type::array) return Bad(field.name, "is no list");
    ondemand::array array;
    if (const auto code = value.get_array().get(array)) return Broken(code);
    for (auto element : array) {
      ondemand::value item;
      if (const auto code = std::move(element).get(item)) return Broken(code);
      VEDETTE_TRY_VOID(Single(field, item, depth + 1, out));
    }
    return {};
  }

  static base::Result<> Null(ondemand::value& value) {
    bool is_null = false;
    if (const auto code = value.is_null().get(is_null)) return Broken(code);
    return is_null ? base::Result<>() : Broken(simdjson::N_ATOM_ERROR);
  }

  base::Result<> Single(const FieldSchema& field, ondemand::value& value, size_t depth,
                        pbf_writer& out) {
    if (out_.size() > options_.decoded_bytes_max) {
      return base::InvalidArgument(
          fmt::format("OTLP: the message has more than {} bytes", options_.decoded_bytes_max),
          "decoded_bytes");
    }
    switch (field.type) {
      case FieldType::kMessage: {
        ondemand::object object;
        if (const auto code = value.get_object().get(object)) {
          return code == simdjson::INCORRECT_TYPE ? Bad(field.name, "is no object") : Broken(code);
        }
        const size_t before = out_.size();
        {
          pbf_writer message(out, field.number);
          VEDETTE_TRY_VOID(Object(*field.message, object, depth + 1, message));
        }
        // The writer drops an empty message, but an empty item of a list is an item.
        if (out_.size() == before) out.add_message(field.number, "", 0);
        return {};
      }
      case FieldType::kString:
      case FieldType::kBytes:
      case FieldType::kHexId: return Text(field, value, out);
      case FieldType::kBool: {
        bool flag = false;
        if (const auto code = value.get_bool().get(flag)) {
          return code == simdjson::INCORRECT_TYPE ? Bad(field.name, "is no boolean") : Broken(code);
        }
        out.add_bool(field.number, flag);
        return {};
      }
      case FieldType::kDouble: {
        VEDETTE_TRY(const double number, ReadDouble(field, value));
        out.add_double(field.number, number);
        return {};
      }
      default: break;
    }
    VEDETTE_TRY(const uint64_t bits, ReadInteger(field, value));
    if (field.type == FieldType::kVarint) out.add_uint64(field.number, bits);
    if (field.type == FieldType::kZigZag) {
      out.add_sint64(field.number, static_cast<int64_t>(bits));
    }
    if (field.type == FieldType::kFixed32) {
      out.add_fixed32(field.number, static_cast<uint32_t>(bits));
    }
    if (field.type == FieldType::kFixed64) out.add_fixed64(field.number, bits);
    return {};
  }

  static base::Result<> Text(const FieldSchema& field, ondemand::value& value, pbf_writer& out) {
    std::string_view text;
    if (const auto code = value.get_string().get(text)) {
      return code == simdjson::INCORRECT_TYPE ? Bad(field.name, "is no string") : Broken(code);
    }
    if (field.type == FieldType::kString) {
      out.add_string(field.number, text.data(), text.size());
      return {};
    }
    const bool hex = field.type == FieldType::kHexId;
    const base::Result<std::string> bytes = hex ? FromHex(text) : base::DecodeBase64(text);
    if (!bytes.ok()) return Bad(field.name, hex ? "is not hexadecimal" : "is not base64");
    out.add_bytes(field.number, *bytes);
    return {};
  }

  const JsonOptions& options_;
  const std::string& out_;  // what is written so far
};

}  // namespace

base::Result<std::string> JsonToProtobuf(Signal signal, const std::string& body,
                                         const JsonOptions& options) {
  std::string padded;
  const bool room = body.capacity() >= body.size() + simdjson::SIMDJSON_PADDING;
  if (!room) {
    padded.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    padded = body;
  }
  const std::string& text = room ? body : padded;
  ondemand::parser parser;
  ondemand::document document;
  const simdjson::padded_string_view view(text.data(), text.size(), text.capacity());
  if (const auto code = parser.iterate(view).get(document)) return Broken(code);
  ondemand::object object;
  if (const auto code = document.get_object().get(object)) {
    if (code == simdjson::INCORRECT_TYPE) return Bad("the body", "is no JSON object");
    return Broken(code);
  }
  std::string out;
  pbf_writer writer(out);
  Transcoder transcoder(options, out);
  VEDETTE_TRY_VOID(transcoder.Object(RequestSchema(signal), object, 1, writer));
  const char* rest = nullptr;  // there is a location unless all is read
  if (document.current_location().get(rest) == simdjson::SUCCESS) {
    return Bad("the body", "has something behind its JSON object");
  }
  return out;
}

}  // namespace vedette::sources::otlp
