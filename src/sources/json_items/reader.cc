#include "sources/json_items/reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <limits>
#include <utility>

#include "base/duration.h"
#include "base/json_writer.h"

namespace vedette::sources::json_items {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr double kLatestMillis = 253'402'300'799'999;  // the end of the year 9999
constexpr size_t kKeyBytesShown = 100;

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view TrimEnd(std::string_view text) {
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes one or more digits.
bool TakeDigits(std::string_view& text) {
  const size_t before = text.size();
  while (!text.empty() && IsDigit(text[0])) text.remove_prefix(1);
  return text.size() != before;
}

bool IsNumber(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.starts_with('0')) {
    text.remove_prefix(1);
  } else if (!TakeDigits(text)) {
    return false;
  }
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (!TakeDigits(text)) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (!TakeDigits(text)) return false;
  }
  return text.empty();
}

// Whether no double is as large. REQUIRES: a number.
bool Overflows(std::string_view number) {
  const size_t exponent = number.find_first_of("eE");
  const bool small = exponent == std::string_view::npos
                         ? number.size() < std::numeric_limits<double>::max_exponent10
                         : number[exponent + 1] == '-';
  if (small) return false;
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  return error == std::errc::result_out_of_range;
}

// Seconds, or a thousandth, millionth or billionth of one: which of them is told by the size,
// because each unit has its own range of values between 1973 and 5138.
std::optional<base::TimePoint> TimeOfNumber(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  double millis = number * 1e3;
  if (number >= 1e17) {
    millis = number / 1e6;
  } else if (number >= 1e14) {
    millis = number / 1e3;
  } else if (number >= 1e11) {
    millis = number;
  }
  if (!(millis >= 0 && millis <= kLatestMillis)) return std::nullopt;
  return base::FromMillis(static_cast<int64_t>(std::round(millis)));
}

base::Error TooManyItems(const Options& options) {
  return base::InvalidArgument(fmt::format("more than {} items in one request", options.items_max),
                               "limits.items_per_request");
}

// One document on its way through simdjson.
class Document {
 public:
  enum class Shape { kAny, kOneObject };

  Document(Shape shape, std::string_view wrapper, const Options& options, const ItemReader& read,
           std::vector<Rejection>& rejected)
      : shape_(shape), wrapper_(wrapper), options_(options), read_(read), rejected_(rejected) {}

  base::Result<size_t> Read(ondemand::document& document);

 private:
  base::Result<> ReadArray(ondemand::array array);
  base::Result<> ReadItem(Value value);
  base::Result<> ReadObject(Object& object);
  base::Result<> CheckRoom() const;
  base::Result<bool> ReadWrapped(ondemand::document& document);

  const Shape shape_;
  const std::string_view wrapper_;
  const Options& options_;
  const ItemReader& read_;
  std::vector<Rejection>& rejected_;
  size_t items_ = 0;
};

base::Result<size_t> Document::Read(ondemand::document& document) {
  Kind kind;
  if (const auto code = document.type().get(kind)) return Broken(code);
  if (kind == Kind::array && shape_ == Shape::kAny) {
    ondemand::array array;
    if (const auto code = document.get_array().get(array)) return Broken(code);
    VEDETTE_TRY_VOID(ReadArray(array));
  } else if (kind == Kind::object) {
    bool wrapped = false;
    if (shape_ == Shape::kAny) {
      VEDETTE_TRY(wrapped, ReadWrapped(document));
      if (!wrapped) document.rewind();
    }
    if (!wrapped) {
      Object object;
      if (const auto code = document.get_object().get(object)) return Broken(code);
      VEDETTE_TRY_VOID(ReadObject(object));
      // A refused item is left in the middle, where nothing can follow that matters.
      if (!rejected_.empty()) return items_;
    }
  } else if (shape_ == Shape::kAny) {
    return base::InvalidArgument("the body must be an object or a list of objects");
  } else {
    return base::InvalidArgument("the line must be an object");
  }
  const char* rest = nullptr;  // there is a location unless all is read
  if (document.current_location().get(rest) == simdjson::SUCCESS) {
    return base::InvalidArgument("there is text after the JSON document");
  }
  return items_;
}

// True when the object at the root holds the list; it has then been read.
base::Result<bool> Document::ReadWrapped(ondemand::document& document) {
  Object object;
  if (const auto code = document.get_object().get(object)) return Broken(code);
  bool found = false;
  const auto ended = ForEachField(
      object, [&](std::string_view key, Value value) -> base::Result<std::optional<Problem>> {
        if (key != wrapper_ || found) return std::optional<Problem>();
        VEDETTE_TRY(const Kind kind, KindOf(value));
        if (kind != Kind::array) return std::optional<Problem>();
        found = true;
        ondemand::array array;
        if (const auto code = value.get_array().get(array)) return Broken(code);
        VEDETTE_TRY_VOID(ReadArray(array));
        return std::optional<Problem>();
      });
  if (!ended.ok()) return ended.error();
  return found;
}

base::Result<> Document::ReadArray(ondemand::array array) {
  for (auto element : array) {
    Value value;
    if (const auto code = std::move(element).get(value)) return Broken(code);
    VEDETTE_TRY_VOID(ReadItem(value));
  }
  return {};
}

base::Result<> Document::ReadItem(Value value) {
  VEDETTE_TRY(const Kind kind, KindOf(value));
  if (kind == Kind::object) {
    Object object;
    if (const auto code = value.get_object().get(object)) return Broken(code);
    return ReadObject(object);
  }
  VEDETTE_TRY_VOID(CheckRoom());
  rejected_.push_back({items_, "", "must be an object"});
  ++items_;
  return {};
}

base::Result<> Document::CheckRoom() const {
  return items_ < options_.items_max ? base::Result<>() : TooManyItems(options_);
}

base::Result<> Document::ReadObject(Object& object) {
  VEDETTE_TRY_VOID(CheckRoom());
  VEDETTE_TRY(std::optional<Problem> problem, read_(items_, object));
  if (problem) {
    rejected_.push_back({items_, std::move(problem->field), std::move(problem->message)});
  }
  ++items_;
  return {};
}

base::Result<> CheckSize(std::string_view body, const Options& options) {
  if (body.size() <= options.body_bytes_max) return {};
  return base::InvalidArgument(
      fmt::format("the body has {} bytes; the limit is {}", body.size(), options.body_bytes_max),
      "limits.body_bytes");
}

// Adds the place to a fault of the JSON.
base::Error At(const base::Error& error, ondemand::document& document, std::string_view text) {
  const char* place = nullptr;
  if (!error.field.empty() || document.current_location().get(place) != simdjson::SUCCESS) {
    return error;
  }
  const auto offset = place - text.data();
  if (offset < 0 || offset > static_cast<std::ptrdiff_t>(text.size())) return error;
  return error.With(fmt::format("near byte {}", offset));
}

// Runs `document` over a text that is followed by padding.
base::Result<size_t> ReadPadded(ondemand::parser& parser, std::string_view text, size_t allocated,
                                Document& reader) {
  ondemand::document document;
  if (const auto code = parser.iterate(text.data(), text.size(), allocated).get(document)) {
    return Broken(code);
  }
  base::Result<size_t> items = reader.Read(document);
  if (!items.ok()) return At(items.error(), document, text);
  return items;
}

base::Result<bool> AppendArray(Value& value, size_t depth_max, std::string& out) {
  ondemand::array array;
  if (const auto code = value.get_array().get(array)) return Broken(code);
  out += '[';
  bool first = true;
  for (auto element : array) {
    Value child;
    if (const auto code = std::move(element).get(child)) return Broken(code);
    if (!std::exchange(first, false)) out += ',';
    VEDETTE_TRY(const bool complete, AppendJson(child, depth_max, out));
    if (!complete) return false;
  }
  out += ']';
  return true;
}

base::Result<bool> AppendObject(Value& value, size_t depth_max, std::string& out) {
  Object object;
  if (const auto code = value.get_object().get(object)) return Broken(code);
  out += '{';
  bool first = true;
  const auto ended = ForEachField(
      object, [&](std::string_view key, Value child) -> base::Result<std::optional<Problem>> {
        out += std::exchange(first, false) ? "\"" : ",\"";
        base::AppendJsonEscaped(out, key);
        out += "\":";
        VEDETTE_TRY(const bool complete, AppendJson(child, depth_max, out));
        return complete ? std::nullopt : std::optional<Problem>(Problem{});
      });
  if (!ended.ok()) return ended.error();
  out += '}';
  return !ended->has_value();
}

}  // namespace

base::Error Broken(simdjson::error_code code) {
  return base::InvalidArgument(
      fmt::format("the body is no valid JSON: {}", simdjson::error_message(code)));
}

base::Result<size_t> ReadDocument(const std::string& body, std::string_view wrapper,
                                  const Options& options, const ItemReader& read,
                                  std::vector<Rejection>& rejected) {
  VEDETTE_TRY_VOID(CheckSize(body, options));
  if (TrimEnd(body).empty()) return base::InvalidArgument("the body is empty");
  ondemand::parser parser;
  Document reader(Document::Shape::kAny, wrapper, options, read, rejected);
  if (body.capacity() >= body.size() + simdjson::SIMDJSON_PADDING) {
    return ReadPadded(parser, body, body.capacity(), reader);
  }
  std::string padded;
  padded.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  padded = body;
  return ReadPadded(parser, padded, padded.capacity(), reader);
}

base::Result<size_t> ReadLines(const std::string& body, const Options& options,
                               const ItemReader& read, std::vector<Rejection>& rejected) {
  VEDETTE_TRY_VOID(CheckSize(body, options));
  std::string padded;
  const bool is_padded = body.capacity() >= body.size() + simdjson::SIMDJSON_PADDING;
  if (!is_padded) {
    padded.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    padded = body;
  }
  std::string_view rest = is_padded ? body : padded;
  const char* const end = rest.data() + (is_padded ? body : padded).capacity();
  ondemand::parser parser;
  size_t items = 0;
  while (!rest.empty()) {
    const size_t size = std::min(rest.find('\n'), rest.size());
    const std::string_view line = TrimEnd(rest.substr(0, size));
    rest.remove_prefix(std::min(size + 1, rest.size()));
    if (line.empty()) continue;
    if (items >= options.items_max) return TooManyItems(options);
    const ItemReader numbered = [&](size_t, Object& item) { return read(items, item); };
    std::vector<Rejection> problems;
    Document reader(Document::Shape::kOneObject, "", options, numbered, problems);
    const auto allocated = static_cast<size_t>(end - line.data());
    const base::Result<size_t> done = ReadPadded(parser, line, allocated, reader);
    if (!done.ok()) {
      rejected.push_back({items, "", done.error().message});
    } else if (!problems.empty()) {
      rejected.push_back({items, std::move(problems[0].field), std::move(problems[0].message)});
    }
    ++items;
  }
  if (items == 0) return base::InvalidArgument("the body is empty");
  return items;
}

bool LooksLikeLines(std::string_view body) {
  const size_t first = body.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || body[first] != '{') return false;
  const size_t end = std::min(body.find('\n', first), body.size());
  const std::string_view line = TrimEnd(body.substr(first, end - first));
  const size_t next = body.find_first_not_of(" \t\r\n", end);
  return line.ends_with('}') && next != std::string_view::npos && body[next] == '{';
}

base::Result<Kind> KindOf(Value& value) {
  Kind kind;
  if (const auto code = value.type().get(kind)) return Broken(code);
  return kind;
}

base::Result<std::string_view> StringOf(Value& value) {
  std::string_view text;
  if (const auto code = value.get_string().get(text)) return Broken(code);
  return text;
}

base::Result<std::string_view> TokenOf(Value& value) {
  const std::string_view token = TrimEnd(value.raw_json_token());
  const bool word = token == "true" || token == "false" || token == "null";
  if (word || IsNumber(token)) return token;
  return base::InvalidArgument(fmt::format("the body is no valid JSON: \"{}\" is no value",
                                           token.substr(0, kKeyBytesShown)));
}

base::Result<bool> AppendJson(Value& value, size_t depth_max, std::string& out) {
  VEDETTE_TRY(const Kind kind, KindOf(value));
  switch (kind) {
    case Kind::array: return depth_max == 0 ? false : AppendArray(value, depth_max - 1, out);
    case Kind::object: return depth_max == 0 ? false : AppendObject(value, depth_max - 1, out);
    case Kind::string: {
      VEDETTE_TRY(const std::string_view text, StringOf(value));
      out += '"';
      base::AppendJsonEscaped(out, text);
      out += '"';
      return true;
    }
    default: {
      VEDETTE_TRY(const std::string_view token, TokenOf(value));
      const std::string_view quote = kind == Kind::number && Overflows(token) ? "\"" : "";
      out.append(quote).append(token).append(quote);
      return true;
    }
  }
}

base::Result<std::optional<std::string>> TextOf(Value& value, size_t depth_max) {
  VEDETTE_TRY(const Kind kind, KindOf(value));
  if (kind == Kind::string) {
    VEDETTE_TRY(const std::string_view text, StringOf(value));
    return std::optional<std::string>(text);
  }
  if (kind == Kind::number) {
    VEDETTE_TRY(const std::string_view token, TokenOf(value));
    return std::optional<std::string>(token);
  }
  std::string text;
  VEDETTE_TRY(const bool complete, AppendJson(value, depth_max, text));
  return complete ? std::optional<std::string>(std::move(text)) : std::nullopt;
}

base::Result<std::optional<base::TimePoint>> TimeOf(Value& value, WithoutOffset without) {
  VEDETTE_TRY(const Kind kind, KindOf(value));
  if (kind == Kind::number) {
    VEDETTE_TRY(const std::string_view token, TokenOf(value));
    return TimeOfNumber(token);
  }
  if (kind != Kind::string) return std::optional<base::TimePoint>();
  VEDETTE_TRY(const std::string_view text, StringOf(value));
  if (const auto number = TimeOfNumber(text)) return number;
  base::Result<base::TimePoint> time = base::ParseTime(text);
  if (!time.ok() && without == WithoutOffset::kUtc) time = base::ParseTime(std::string(text) + "Z");
  const bool in_range = time.ok() && base::ToMillis(*time) >= 0 &&
                        static_cast<double>(base::ToMillis(*time)) <= kLatestMillis;
  return in_range ? std::optional(*time) : std::nullopt;
}

}  // namespace vedette::sources::json_items
