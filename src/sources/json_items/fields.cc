#include "sources/json_items/fields.h"

#include <algorithm>
#include <fmt/core.h>

namespace vedette::sources::json_items {
namespace {

Problem TooDeep(std::string_view key, size_t depth_max) {
  return {std::string(key), fmt::format("is nested deeper than {} levels", depth_max)};
}

}  // namespace

bool IsOneOf(std::string_view key, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, key) != names.end();
}

base::Result<bool> TakeNull(Value& value) {
  VEDETTE_TRY(const Kind kind, KindOf(value));
  if (kind != Kind::null) return false;
  VEDETTE_TRY_VOID(TokenOf(value));
  return true;
}

base::Result<MaybeProblem> ReadText(std::string_view key, Value& value, std::string& out) {
  VEDETTE_TRY(const Kind kind, KindOf(value));
  if (kind != Kind::string) return MaybeProblem({std::string(key), "must be a text"});
  VEDETTE_TRY(out, StringOf(value));
  return MaybeProblem();
}

base::Result<MaybeProblem> ReadId(std::string_view key, Value& value, std::string& out) {
  VEDETTE_TRY(const Kind kind, KindOf(value));
  if (kind != Kind::number) return ReadText(key, value, out);
  VEDETTE_TRY(out, TokenOf(value));
  return MaybeProblem();
}

base::Result<MaybeProblem> ReadTime(std::string_view key, Value& value, base::TimePoint& out,
                                    WithoutOffset without) {
  VEDETTE_TRY(const std::optional<base::TimePoint> time, TimeOf(value, without));
  if (!time) {
    return MaybeProblem(
        {std::string(key), "must be RFC 3339 or a number of seconds or milliseconds since 1970"});
  }
  out = *time;
  return MaybeProblem();
}

base::Result<MaybeProblem> ReadObject(std::string_view key, Value& value, size_t depth_max,
                                      size_t bytes_max, std::string& out) {
  VEDETTE_TRY(const Kind kind, KindOf(value));
  if (kind != Kind::object) return MaybeProblem({std::string(key), "must be an object"});
  std::string text;
  VEDETTE_TRY(const bool complete, AppendJson(value, depth_max, text));
  if (!complete) return MaybeProblem(TooDeep(key, depth_max));
  if (MaybeProblem problem = CheckBytes(key, text, bytes_max)) return problem;
  out = std::move(text);
  return MaybeProblem();
}

base::Result<MaybeProblem> AddField(std::string_view key, Value& value, const FieldLimits& limits,
                                    TextPairs& out) {
  if (key.empty()) return MaybeProblem({"", "a field has an empty name"});
  if (key.size() > limits.name_bytes_max) {
    return MaybeProblem({"", fmt::format("a field name has {} bytes; the limit is {}", key.size(),
                                         limits.name_bytes_max)});
  }
  std::string name(key);
  VEDETTE_TRY(std::optional<std::string> text, TextOf(value, limits.depth_max));
  if (!text) return MaybeProblem(TooDeep(name, limits.depth_max));
  const auto same = std::ranges::find(out, name, &TextPairs::value_type::first);
  if (same != out.end()) {
    same->second = *std::move(text);
    return MaybeProblem();
  }
  if (out.size() >= limits.fields_max) {
    return MaybeProblem({"", fmt::format("more than {} fields", limits.fields_max)});
  }
  out.emplace_back(std::move(name), *std::move(text));
  return MaybeProblem();
}

base::Result<MaybeProblem> AddMembers(Value& value, const FieldLimits& limits, TextPairs& out) {
  Object members;
  if (const auto code = value.get_object().get(members)) return Broken(code);
  return ForEachField(members, [&](std::string_view key, Value member) {
    return AddField(key, member, limits, out);
  });
}

MaybeProblem CheckBytes(std::string_view key, std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return std::nullopt;
  return Problem{std::string(key),
                 fmt::format("has {} bytes; the limit is {}", text.size(), bytes_max)};
}

}  // namespace vedette::sources::json_items
