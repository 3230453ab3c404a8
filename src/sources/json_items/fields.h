#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sources/json_items/reader.h"

namespace vedette::sources::json_items {

// The fields of which items are made, whatever the items are. Each function reads one value; the
// Problem it gives names the field by `key`. Pure and thread-safe.

using MaybeProblem = std::optional<Problem>;
using TextPairs = std::vector<std::pair<std::string, std::string>>;

struct FieldLimits {
  size_t fields_max = 64;  // of one item, beyond those that have a meaning
  size_t name_bytes_max = 256;
  size_t depth_max = 32;
};

bool IsOneOf(std::string_view key, std::initializer_list<std::string_view> names);

// True for null, which counts as absent; it has then been read.
base::Result<bool> TakeNull(Value& value);

// A text; anything else is a Problem.
base::Result<MaybeProblem> ReadText(std::string_view key, Value& value, std::string& out);
// A text or a number, as written.
base::Result<MaybeProblem> ReadId(std::string_view key, Value& value, std::string& out);
// As TimeOf reads it.
base::Result<MaybeProblem> ReadTime(std::string_view key, Value& value, base::TimePoint& out,
                                    WithoutOffset without = WithoutOffset::kNoTime);
// An object, as JSON text.
base::Result<MaybeProblem> ReadObject(std::string_view key, Value& value, size_t depth_max,
                                      size_t bytes_max, std::string& out);

// Any value as text under its name; the last of equal names counts, as in most readers of JSON.
base::Result<MaybeProblem> AddField(std::string_view key, Value& value, const FieldLimits& limits,
                                    TextPairs& out);
// The members of an object, each as AddField. REQUIRES: an object.
base::Result<MaybeProblem> AddMembers(Value& value, const FieldLimits& limits, TextPairs& out);

// A Problem when the text is longer than the limit.
MaybeProblem CheckBytes(std::string_view key, std::string_view text, size_t bytes_max);

}  // namespace vedette::sources::json_items
