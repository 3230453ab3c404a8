#include "sources/senders/pattern.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json_writer.h"

namespace vedette::sources::senders {
namespace {

using base::Json;

constexpr size_t kTextMax = 4'000;  // of a pattern
constexpr size_t kStepsMax = 20;
constexpr std::string_view kParse = "json()";
constexpr size_t kParsedBytesMax = 1 << 20;

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

const Json* Member(const Json& json, const std::string& name) {
  if (!json.is_object()) return nullptr;
  const auto it = json.find(name);
  return it == json.end() ? nullptr : &*it;
}

// The value of "name:value" among tags.
std::optional<std::string> TagIn(std::string_view tags, std::string_view name) {
  while (!tags.empty()) {
    const size_t end = std::min(tags.find(','), tags.size());
    const std::string_view tag = Trim(tags.substr(0, end));
    tags.remove_prefix(std::min(end + 1, tags.size()));
    if (tag.size() > name.size() && tag.starts_with(name) && tag[name.size()] == ':') {
      return std::string(Trim(tag.substr(name.size() + 1)));
    }
  }
  return std::nullopt;
}

std::optional<std::string> TagOf(const Json& json, const std::string& name) {
  if (json.is_string()) return TagIn(json.get_ref<const std::string&>(), name);
  if (!json.is_array()) return std::nullopt;
  for (const Json& each : json) {
    if (!each.is_string()) continue;
    if (auto value = TagIn(each.get_ref<const std::string&>(), name)) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string TextOf(const Json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) {
    std::string text;
    const auto number = value.get<double>();
    // Dots and zeros say nothing: 93.0 is 93.
    base::AppendJsonNumber(text, number);
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return text;
  }
  const bool texts = value.is_array() &&
                     std::ranges::all_of(value, [](const Json& each) { return each.is_string(); });
  if (!texts) return base::DumpJson(value);
  std::string list;
  for (const Json& each : value) list += (list.empty() ? "" : ", ") + each.get<std::string>();
  return list;
}

// --- paths

base::Result<Path::Step> Path::ParseBrackets(std::string_view inside) {
  Step step;
  if (inside.size() > 1 && inside.ends_with(':')) {
    step.kind = Kind::kTag;
    step.name = inside.substr(0, inside.size() - 1);
    return step;
  }
  if (const size_t equals = inside.find('='); equals != std::string_view::npos && equals > 0) {
    step.kind = Kind::kWhere;
    step.name = inside.substr(0, equals);
    step.value = inside.substr(equals + 1);
    return step;
  }
  step.kind = Kind::kIndex;
  const char* const end = inside.data() + inside.size();
  const auto read = std::from_chars(inside.data(), end, step.index);
  if (inside.empty() || read.ec != std::errc() || read.ptr != end) {
    return base::InvalidArgument(fmt::format("[{}] is no number, name=value or tag:", inside));
  }
  return step;
}

base::Result<Path> Path::Parse(std::string_view text) {
  Path path;
  std::string_view rest = Trim(text);
  if (rest.empty()) return base::InvalidArgument("a path is missing");
  if (rest.starts_with('^')) {
    path.from_root_ = true;
    rest.remove_prefix(1);
    if (rest.starts_with('.')) rest.remove_prefix(1);
  }
  while (!rest.empty()) {
    Step step;
    if (path.steps_.size() >= kStepsMax) return base::InvalidArgument("a path is too long");
    if (rest.starts_with('[')) {
      const size_t end = rest.find(']');
      if (end == std::string_view::npos) return base::InvalidArgument("a ']' is missing");
      VEDETTE_TRY(step, ParseBrackets(rest.substr(1, end - 1)));
      rest.remove_prefix(end + 1);
    } else if (rest.starts_with('\'')) {
      const size_t end = rest.find('\'', 1);
      if (end == std::string_view::npos) return base::InvalidArgument("a \"'\" is missing");
      step.name = rest.substr(1, end - 1);
      rest.remove_prefix(end + 1);
    } else {
      const size_t end = std::min(rest.find_first_of(".["), rest.size());
      step.name = rest.substr(0, end);
      if (step.name == kParse) step.kind = Kind::kParse;
      if (step.name.empty())
        return base::InvalidArgument(fmt::format("\"{}\" has an empty name", text));
      rest.remove_prefix(end);
    }
    path.steps_.push_back(std::move(step));
    if (!rest.starts_with('.')) continue;
    rest.remove_prefix(1);
    if (rest.empty()) return base::InvalidArgument(fmt::format("\"{}\" ends in a dot", text));
  }
  return path;
}

const Json* Path::Find(const Json& item, const Json& root, std::deque<Json>& made) const {
  const Json* at = from_root_ ? &root : &item;
  for (const Step& step : steps_) {
    const Json* next = nullptr;
    switch (step.kind) {
      case Kind::kMember: next = Member(*at, step.name); break;
      case Kind::kIndex: {
        if (!at->is_array()) break;
        const auto size = static_cast<int64_t>(at->size());
        const int64_t index = step.index < 0 ? size + step.index : step.index;
        if (index >= 0 && index < size) next = &(*at)[static_cast<size_t>(index)];
        break;
      }
      case Kind::kWhere:
        if (!at->is_array()) break;
        for (const Json& each : *at) {
          const Json* const member = Member(each, step.name);
          if (next == nullptr && member != nullptr && TextOf(*member) == step.value) next = &each;
        }
        break;
      case Kind::kTag:
        if (std::optional<std::string> value = TagOf(*at, step.name)) {
          next = &made.emplace_back(*std::move(value));
        }
        break;
      case Kind::kParse:
        if (at->is_object()) next = at;  // some senders write it both ways
        if (at->is_string() && at->get_ref<const std::string&>().size() <= kParsedBytesMax) {
          base::Result<Json> json = base::ParseJson(at->get_ref<const std::string&>());
          if (json.ok()) next = &made.emplace_back(*std::move(json));
        }
        break;
    }
    if (next == nullptr) return nullptr;
    at = next;
  }
  return at;
}

// --- patterns

base::Result<Pattern> Pattern::Parse(std::string_view text) {
  if (text.size() > kTextMax) return base::InvalidArgument("a pattern is too long");
  Pattern pattern;
  while (!text.empty()) {
    Piece& piece = pattern.pieces_.emplace_back();
    const size_t begin = std::min(text.find('{'), text.size());
    piece.text = text.substr(0, begin);
    text.remove_prefix(begin);
    if (text.empty()) break;
    const size_t end = text.find('}');
    if (end == std::string_view::npos) return base::InvalidArgument("a '}' is missing");
    std::string_view inside = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    while (true) {
      const size_t bar = inside.find('|');
      const std::string_view one = Trim(inside.substr(0, bar));
      Alternative& alternative = piece.alternatives.emplace_back();
      if (one.size() >= 2 && one.starts_with('"') && one.ends_with('"')) {
        alternative.text = one.substr(1, one.size() - 2);
      } else {
        alternative.is_path = true;
        VEDETTE_TRY(alternative.path, Path::Parse(one));
      }
      if (bar == std::string_view::npos) break;
      inside.remove_prefix(bar + 1);
    }
  }
  return pattern;
}

std::string Pattern::Fill(const Json& item, const Json& root, size_t bytes_max) const {
  std::string out;
  std::deque<Json> made;
  for (const Piece& piece : pieces_) {
    out += piece.text;
    for (const Alternative& alternative : piece.alternatives) {
      std::string text = alternative.text;
      if (alternative.is_path) {
        const Json* const value = alternative.path.Find(item, root, made);
        if (value != nullptr) text = TextOf(*value);
      }
      if (text.empty()) continue;
      out += text;
      break;
    }
    if (out.size() > bytes_max) break;
  }
  if (out.size() > bytes_max) {
    size_t size = bytes_max;
    while (size > 0 && (static_cast<unsigned char>(out[size]) & 0xC0) == 0x80) --size;
    out.resize(size);
  }
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n') c = ' ';
  }
  return std::string(Trim(out));
}

}  // namespace vedette::sources::senders
