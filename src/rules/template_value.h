#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace vedette::rules {

struct TemplateList;
struct TemplateMap;

// A value of a template: what Go's reflection would find there. Lists and maps are shared and never
// change, so copies are cheap. A plain value.
class TemplateValue {
 public:
  using ListPtr = std::shared_ptr<const TemplateList>;
  using MapPtr = std::shared_ptr<const TemplateMap>;

  TemplateValue() = default;
  explicit TemplateValue(bool value) : value_(value) {}
  explicit TemplateValue(int64_t value) : value_(value) {}
  explicit TemplateValue(double value) : value_(value) {}
  explicit TemplateValue(std::string value) : value_(std::move(value)) {}
  explicit TemplateValue(std::string_view value) : value_(std::string(value)) {}
  explicit TemplateValue(TemplateList list);
  explicit TemplateValue(TemplateMap map);

  template <typename T>
  const T* As() const {
    return std::get_if<T>(&value_);
  }
  const std::string* text() const { return As<std::string>(); }
  const TemplateList* list() const;
  const TemplateMap* map() const;
  bool is_nil() const { return std::holds_alternative<std::monostate>(value_); }

  // What `if` asks: not nil, not false, not zero, not empty.
  bool Truth() const;
  // Go's name of the type, for errors: "float64", "string", ...
  std::string_view TypeName() const;

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, ListPtr, MapPtr> value_;
};

struct TemplateList {
  std::vector<TemplateValue> items;
};

// A map of texts, where a missing key is an empty text, or a record with fixed fields.
struct TemplateMap {
  std::map<std::string, TemplateValue, std::less<>> entries;
  bool record = false;
};

inline TemplateValue::TemplateValue(TemplateList list)
    : value_(std::make_shared<const TemplateList>(std::move(list))) {}
inline TemplateValue::TemplateValue(TemplateMap map)
    : value_(std::make_shared<const TemplateMap>(std::move(map))) {}
inline const TemplateList* TemplateValue::list() const {
  const ListPtr* list = As<ListPtr>();
  return list == nullptr ? nullptr : list->get();
}
inline const TemplateMap* TemplateValue::map() const {
  const MapPtr* map = As<MapPtr>();
  return map == nullptr ? nullptr : map->get();
}

// As fmt.Sprint of Go writes it.
std::string TemplateText(const TemplateValue& value);

// Go's fmt.Sprintf for the verbs %v %s %q %d %f %e %g %x %t %c %% with flags, width and precision;
// misuse is written as Go does: "%!d(string=x)". Widths beyond 1000 are refused.
base::Result<std::string> TemplatePrintf(std::string_view format,
                                         const std::vector<TemplateValue>& args);

// A float as Go's %v writes it: the shortest form, 1e+06 from a million on.
std::string GoFloat(double value);

}  // namespace vedette::rules
