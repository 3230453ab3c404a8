#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rules/template_value.h"

namespace vedette::rules {

// Tokens of a template. Outside {{ }} all is one kText; inside, `spaced` says whether white space
// stood before, which tells `.A .B` from `.A.B`.
struct TemplateToken {
  enum class Kind {
    kText,
    kOpen,        // {{
    kClose,       // }}
    kIdentifier,  // also true, false, nil and the keywords
    kVariable,    // $name, text without the $
    kField,       // .name, text without the dot
    kDot,
    kConstant,  // number, string or character
    kSymbol,    // ( ) | , := =
    kEnd,
  };
  Kind kind = Kind::kEnd;
  std::string text;
  TemplateValue constant;
  int line = 1;
  bool spaced = false;
};

// Error: kInvalidArgument, "LINE: what is wrong". Linear in the text.
base::Result<std::vector<TemplateToken>> LexTemplate(std::string_view text);

}  // namespace vedette::rules
