#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vedette::rules {

// What one field of a record holds.
struct FieldValue {
  enum class Kind { kNull, kBool, kNumber, kText, kOther };  // other: a list or an object
  Kind kind = Kind::kNull;
  bool flag = false;
  double number = 0;
  std::string text;    // also of the other kinds, as JSON
  bool empty = false;  // "", [] or {}
};

// A field by its path ("order.items"); null when the record has none.
using FieldLookup = std::function<FieldValue(std::string_view path)>;

// A condition on the fields of one record, as contracts write it (docs/guide/contracts.md):
//
//   status is success and (result is not null or items_processed > 0) and not region =~ "^eu-"
//
//   condition  = and { "or" and }
//   and        = not { "and" not }
//   not        = "not" not | "(" condition ")" | path test
//   test       = ( "is" [ "not" ] | "=" | "==" | "!=" ) ( "null" | "empty" | value )
//              | ( "<" | "<=" | ">" | ">=" ) ( number | "$" path )
//              | ( "=~" | "!~" ) text  | [ "not" ] "in" "(" value { "," value } ")" | "exists"
//   value      = text in quotes, number, true, false, word, or "$" path: what another field holds
//
// A field that is missing is null. Numbers compare as numbers also where the record has them as
// texts. Immutable, then thread-safe.
class Condition {
 public:
  // Error: kInvalidArgument, "1:14: message". At most 4 KiB, 200 tests, 32 deep.
  static base::Result<Condition> Parse(std::string_view text);

  bool Holds(const FieldLookup& fields) const;
  const std::string& text() const { return text_; }
  const std::vector<std::string>& paths() const { return paths_; }  // that it looks at, each once

  struct Node;

 private:
  Condition() = default;

  std::string text_;
  std::vector<std::string> paths_;
  std::shared_ptr<const Node> root_;
};

}  // namespace vedette::rules
