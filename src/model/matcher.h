#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/labels.h"

namespace re2 {
class RE2;
}

namespace vedette::model {

enum class MatchOp { kEqual, kNotEqual, kRegex, kNotRegex };

// A condition on one label, with Prometheus' meaning: regular expressions (RE2) match the whole
// value, and a missing label has the empty value. Cheap to copy; thread-safe.
class Matcher {
 public:
  // Error: kInvalidArgument when the regular expression does not compile.
  static base::Result<Matcher> Create(std::string name, MatchOp op, std::string value);
  // Reads what ToString writes, quoted or not: service="payment", severity=~critical|warning.
  static base::Result<Matcher> Parse(std::string_view text);
  // One or several with commas between them, in braces or not: {service="payment",
  // severity!="info"}.
  static base::Result<std::vector<Matcher>> ParseList(std::string_view text);

  const std::string& name() const { return name_; }
  MatchOp op() const { return op_; }
  const std::string& value() const { return value_; }

  bool Matches(std::string_view value) const;
  bool Matches(LabelsView labels) const { return Matches(labels.Get(name_)); }
  // True when a series without the label satisfies the matcher.
  bool MatchesEmpty() const { return Matches(std::string_view()); }
  // For a regex that is a plain alternation of literals (a|b|c): those literals; else empty.
  const std::vector<std::string>& alternatives() const { return alternatives_; }

  std::string ToString() const;  // name="value"

  friend bool operator==(const Matcher& a, const Matcher& b) {
    return a.name_ == b.name_ && a.op_ == b.op_ && a.value_ == b.value_;
  }

 private:
  Matcher() = default;
  std::string name_;
  MatchOp op_ = MatchOp::kEqual;
  std::string value_;
  std::shared_ptr<const re2::RE2> regex_;
  std::vector<std::string> alternatives_;
};

// True when all matchers hold.
bool MatchesAll(const std::vector<Matcher>& matchers, LabelsView labels);

}  // namespace vedette::model
