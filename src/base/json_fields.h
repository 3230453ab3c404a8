#pragma once

#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace vedette::base {

// One list of a struct's fields serves both directions, so that they cannot drift apart:
//
//   template <typename Archive>
//   void Fields(Archive& archive, Member& member) {
//     archive("incident", member.incident_id);
//     archive("severity", member.severity);
//   }
//   JsonOut out;  Fields(out, member);  out.Finish()
//   JsonIn in(json);  Fields(in, member);  VEDETTE_TRY_VOID(in.result());
//
// Times are milliseconds since 1970, durations milliseconds, enums their names, numbers that are
// not finite the strings "nan", "inf" and "-inf". A map is a list of pairs: a JSON object takes
// linear time per key here, and maps can be long.
//
// Enums are found by EnumName(Enum), which gives an empty name beyond the last, and other leaf
// types by ToJsonValue(const T&) and FromJsonValue(const Json&, T&), each in the namespace of its
// type.

template <typename Enum>
std::optional<Enum> ParseEnum(std::string_view name) {
  constexpr int kValuesMax = 16;  // more than any of them has; beyond the last, names are empty
  for (int i = 0; i < kValuesMax; ++i) {
    const std::string_view candidate = EnumName(static_cast<Enum>(i));
    if (candidate.empty()) return std::nullopt;
    if (candidate == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

// Writes fields as the text of a JSON object, in the form that DumpJson gives what it has parsed.
class JsonOut {
 public:
  JsonOut() : text_(own_) { text_ += '{'; }
  JsonOut(const JsonOut&) = delete;
  JsonOut& operator=(const JsonOut&) = delete;

  // REQUIRES: no key twice.
  template <typename T>
  void operator()(const char* key, const T& value) {
    if (text_.back() != '{') text_ += ',';
    text_ += '"';
    text_ += key;  // names of fields need no escapes
    text_ += "\":";
    Append(value);
  }
  template <typename T>
  void Since(const char* key, const T& value) {
    (*this)(key, value);
  }
  // The whole. Nothing may follow.
  std::string Finish() {
    text_ += '}';
    return std::move(own_);
  }

 private:
  explicit JsonOut(std::string& around) : text_(around) { text_ += '{'; }

  void Append(const std::string& value);
  void Append(double value);
  void Append(bool value) { text_ += value ? "true" : "false"; }
  void Append(int64_t value);
  void Append(TimePoint value) { Append(ToMillis(value)); }
  void Append(Duration value) { Append(int64_t{value.count()}); }
  template <typename T>
  void Append(const std::optional<T>& value) {
    if (value) {
      Append(*value);
    } else {
      text_ += "null";
    }
  }
  template <typename Key, typename T, typename Order>
  void Append(const std::map<Key, T, Order>& map) {
    AppendList(map, [&](const auto& entry) {
      text_ += '[';
      Append(entry.first);
      text_ += ',';
      Append(entry.second);
      text_ += ']';
    });
  }
  template <typename T>
  void Append(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      Append(std::string(EnumName(value)));
    } else if constexpr (requires { ToJsonValue(value); }) {
      text_ += DumpJson(ToJsonValue(value));
    } else if constexpr (requires { value.begin(); }) {
      AppendList(value, [&](const auto& item) { Append(item); });
    } else {
      JsonOut nested(text_);
      Fields(nested, const_cast<T&>(value));  // reads only; Fields is shared with JsonIn
      text_ += '}';
    }
  }
  template <typename List, typename One>
  void AppendList(const List& list, const One& one) {
    text_ += '[';
    bool first = true;
    for (const auto& item : list) {
      if (!std::exchange(first, false)) text_ += ',';
      one(item);
    }
    text_ += ']';
  }

  std::string own_;
  std::string& text_;  // its own, or that of the object around it
};

// Reads what JsonOut wrote. A field that is absent or of the wrong kind makes the result an error;
// the first one wins, and what follows is not touched.
class JsonIn {
 public:
  explicit JsonIn(const Json& json) : json_(json) {
    if (!json.is_object()) Fail("", "is not an object");
  }

  template <typename T>
  void operator()(const char* key, T& value) {
    if (error_) return;
    const auto it = json_.find(key);
    if (it == json_.end()) {
      Fail(key, "is missing");
    } else if (!Into(*it, value)) {
      Fail(key, "has the wrong form");
    }
  }
  // A field that earlier versions did not write: where it is absent the value stays as it is.
  template <typename T>
  void Since(const char* key, T& value) {
    if (!error_ && json_.contains(key)) (*this)(key, value);
  }
  Result<> result() const {
    if (error_) return *error_;
    return {};
  }

 private:
  void Fail(std::string_view key, std::string_view what) {
    error_ = DataLoss("field '" + std::string(key) + "' " + std::string(what));
  }

  static bool Into(const Json& json, std::string& value) {
    if (!json.is_string()) return false;
    value = json.get<std::string>();
    return true;
  }
  static bool Into(const Json& json, bool& value) {
    if (!json.is_boolean()) return false;
    value = json.get<bool>();
    return true;
  }
  static bool Into(const Json& json, int64_t& value) {
    if (!json.is_number_integer()) return false;
    value = json.get<int64_t>();
    return true;
  }
  static bool Into(const Json& json, double& value) {
    if (json.is_number()) {
      value = json.get<double>();
      return true;
    }
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (json == "nan") {
      value = std::numeric_limits<double>::quiet_NaN();
    } else if (json == "inf" || json == "-inf") {
      value = json == "inf" ? kInfinity : -kInfinity;
    } else {
      return false;
    }
    return true;
  }
  static bool Into(const Json& json, TimePoint& value) {
    int64_t millis = 0;
    if (!Into(json, millis)) return false;
    value = FromMillis(millis);
    return true;
  }
  static bool Into(const Json& json, Duration& value) {
    int64_t millis = 0;
    if (!Into(json, millis)) return false;
    value = Duration(millis);
    return true;
  }
  template <typename T>
  static bool Into(const Json& json, std::optional<T>& value) {
    value.reset();
    return json.is_null() || Into(json, value.emplace());
  }
  template <typename Key, typename T, typename Order>
  static bool Into(const Json& json, std::map<Key, T, Order>& map) {
    if (!json.is_array()) return false;
    for (const Json& pair : json) {
      if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string()) return false;
      if (!Into(pair[1], map[pair[0].get<std::string>()])) return false;
    }
    return true;
  }
  template <typename T>
  static bool Into(const Json& json, T& value) {
    if constexpr (std::is_enum_v<T>) {
      if (!json.is_string()) return false;
      const std::optional<T> parsed = ParseEnum<T>(json.get_ref<const std::string&>());
      if (parsed) value = *parsed;
      return parsed.has_value();
    } else if constexpr (requires { FromJsonValue(json, value); }) {
      return FromJsonValue(json, value);
    } else if constexpr (requires { value.begin(); }) {
      if (!json.is_array()) return false;
      for (const Json& item : json) {
        typename T::value_type element{};
        if (!Into(item, element)) return false;
        value.insert(value.end(), std::move(element));
      }
      return true;
    } else {
      JsonIn nested(json);
      if (!nested.error_) Fields(nested, value);
      return !nested.error_;
    }
  }

  const Json& json_;
  std::optional<Error> error_;
};

}  // namespace vedette::base
