#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sources/json_items/items.h"

namespace vedette::sources::json_items {

// JSON bodies that hold one item, a list of them, or an object around the list; and what items are
// made of. Shared by the sources that take logs and events. Two kinds of faults: a body that is no
// JSON is an Error for all of it; an item that is no good is a Problem of that item alone.

using Object = simdjson::ondemand::object;
using Value = simdjson::ondemand::value;

// Reads one item. An Error is a fault of the JSON.
using ItemReader = std::function<base::Result<std::optional<Problem>>(size_t index, Object& item)>;

// Calls `read` for each item of one JSON document: an object, a list of objects, or an object with
// such a list under `wrapper`. Returns the number of items; problems go to `rejected`. Errors are
// kInvalidArgument: not JSON (with the byte offset), or a limit. Items before a fault have been
// read by then. `body` is best followed by 64 readable bytes in its capacity, else it is copied.
base::Result<size_t> ReadDocument(const std::string& body, std::string_view wrapper,
                                  const Options& options, const ItemReader& read,
                                  std::vector<Rejection>& rejected);

// The same for one object per line. A line that is no JSON is a Problem of that line.
base::Result<size_t> ReadLines(const std::string& body, const Options& options,
                               const ItemReader& read, std::vector<Rejection>& rejected);

// True for a body of several objects, one per line.
bool LooksLikeLines(std::string_view body);

// Of one value; each value may be read once.
using Kind = simdjson::ondemand::json_type;
base::Result<Kind> KindOf(Value& value);
// REQUIRES: a string. The text lives as long as the document is read.
base::Result<std::string_view> StringOf(Value& value);
// REQUIRES: a number, true, false or null. As written.
base::Result<std::string_view> TokenOf(Value& value);
// Appends any value as compact JSON, checked to the last byte; a number beyond all doubles, which
// most readers refuse, as a text. False when it is nested deeper than `depth_max`; `out` is then of
// no use.
base::Result<bool> AppendJson(Value& value, size_t depth_max, std::string& out);
// A string as it is, anything else as JSON; nothing when it is nested too deep.
base::Result<std::optional<std::string>> TextOf(Value& value, size_t depth_max);

// What a time without an offset is ("2026-11-23T07:30:00", as Python writes it).
enum class WithoutOffset { kNoTime, kUtc };
// RFC 3339, or a number since 1970 in s, ms, us or ns, told apart by its size (as text too).
// Nothing when the value is no time between 1970 and 9999.
base::Result<std::optional<base::TimePoint>> TimeOf(Value& value,
                                                    WithoutOffset without = WithoutOffset::kNoTime);

// An Error for a fault of simdjson's in the middle of an item.
base::Error Broken(simdjson::error_code code);

// Calls `each(key, value)` for the fields of an object; ends early when it gives a Problem.
template <typename Each>
base::Result<std::optional<Problem>> ForEachField(Object& object, const Each& each) {
  for (auto entry : object) {
    simdjson::ondemand::field field;
    if (const auto code = std::move(entry).get(field)) return Broken(code);
    std::string_view key;
    if (const auto code = field.unescaped_key().get(key)) return Broken(code);
    VEDETTE_TRY(std::optional<Problem> problem, each(key, field.value()));
    if (problem) return problem;
  }
  return std::optional<Problem>();
}

// An ItemReader for ReadDocument and ReadLines: makes a Record of each item that is one, of the
// time `now` unless the item says another, by Parser(options, record).Read(item), and notes its
// index. All arguments must outlive it.
template <typename Parser, typename Options, typename Record>
ItemReader Collect(base::TimePoint now, const Options& options, std::vector<Record>& records,
                   std::vector<size_t>& indexes) {
  return [now, &options, &records, &indexes](size_t index,
                                             Object& item) -> base::Result<std::optional<Problem>> {
    Record record;
    record.time = now;
    VEDETTE_TRY(std::optional<Problem> problem, Parser(options, record).Read(item));
    if (problem) return problem;
    records.push_back(std::move(record));
    indexes.push_back(index);
    return std::optional<Problem>();
  };
}

}  // namespace vedette::sources::json_items
