#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vedette::notify::channels {

// A text with places for values: {"to": "{{to}}"}. A plain value; nothing in a value is read as a
// place.
class Pattern {
 public:
  // kInvalidArgument names a place that is not one of `names`, is not closed, or a text beyond
  // 64 KiB.
  static base::Result<Pattern> Parse(std::string_view text, const std::vector<std::string>& names);

  // Each value as `escape` writes it.
  std::string Fill(const std::map<std::string, std::string>& values,
                   const std::function<std::string(std::string_view)>& escape) const;
  bool Has(std::string_view name) const;

 private:
  struct Piece {
    bool is_place = false;
    std::string text;  // or the name of the place
  };
  std::vector<Piece> pieces_;
};

}  // namespace vedette::notify::channels
