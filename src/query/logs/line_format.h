#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/log_record.h"

namespace vedette::query::logs {

// What a line shall read: "{pod} {status}: {message}", with the value of a field for its name in
// braces. {{.pod}} is the same, as elsewhere; \{ is a brace. Immutable, then thread-safe.
class LineFormat {
 public:
  // Error: kInvalidArgument for a brace without its other, a name that is none, or too many.
  static base::Result<LineFormat> Parse(std::string_view text);

  // A field that is missing leaves nothing.
  std::string Of(const model::LogRecord& record) const;

 private:
  struct Part {
    std::string literal;
    std::string field;  // behind the literal; empty: none
  };
  std::vector<Part> parts_;
};

}  // namespace vedette::query::logs
