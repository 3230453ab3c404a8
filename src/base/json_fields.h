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
//   JsonOut out;  Fields(out, member);  DumpJson(out.value())
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

// Writes fields into a JSON object.
class JsonOut {
 public:
  JsonOut() : json_(Json::object()) {}

  template <typename T>
  void operator()(const char* key, const T& value) {
    json_[key] = Of(value);
  }
  template <typename T>
  void Since(const char* key, const T& value) {
    (*this)(key, value);
  }
  const Json& value() const { return json_; }

 private:
  static Json Of(const std::string& value) { return value; }
  static Json Of(bool value) { return value; }
  static Json Of(int64_t value) { return value; }
  static Json Of(double value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    return value;
  }
  static Json Of(TimePoint value) { return ToMillis(value); }
  static Json Of(Duration value) { return value.count(); }
  template <typename T>
  static Json Of(const std::optional<T>& value) {
    return value ? Of(*value) : Json(nullptr);
  }
  template <typename Key, typename T, typename Order>
  static Json Of(const std::map<Key, T, Order>& map) {
    Json json = Json::array();
    for (const auto& [key, value] : map) json.push_back(Json::array({key, Of(value)}));
    return json;
  }
  template <typename T>
  static Json Of(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      return std::string(EnumName(value));
    } else if constexpr (requires { ToJsonValue(value); }) {
      return ToJsonValue(value);
    } else if constexpr (requires { value.begin(); }) {
      Json json = Json::array();
      for (const auto& item : value) json.push_back(Of(item));
      return json;
    } else {
      JsonOut nested;
      Fields(nested, const_cast<T&>(value));  // reads only; Fields is shared with JsonIn
      return nested.json_;
    }
  }

  Json json_;
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
