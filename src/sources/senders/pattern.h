#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/json.h"
#include "base/result.h"

namespace vedette::sources::senders {

// Where something stands in a JSON document, as mappings write it (docs/guide/senders.md):
//
//   incident.title            members
//   'odd.name'.x              a member whose name has other characters
//   items[0], items[-1]       elements, from the front or the back
//   dims[name=Queue].value    the first element with such a member
//   tags[service:]            the value of a tag, in ["service:web"] or "env:x, service:web"
//   Message.json().state      of a text that is a document itself
//   ^.common.x                from the root, where the mapping goes through a list
//
// Pure; thread-safe.
class Path {
 public:
  // kInvalidArgument says what is wrong with the text.
  static base::Result<Path> Parse(std::string_view text);

  // Null when there is nothing. Values that are made on the way go to `made`.
  const base::Json* Find(const base::Json& item, const base::Json& root,
                         std::deque<base::Json>& made) const;

 private:
  enum class Kind { kMember, kIndex, kWhere, kTag, kParse };
  struct Step {
    Kind kind = Kind::kMember;
    std::string name;
    std::string value;
    int64_t index = 0;
  };
  static base::Result<Step> ParseBrackets(std::string_view inside);

  bool from_root_ = false;
  std::vector<Step> steps_;
};

// A text with places: "{host.name}: {title|message|\"no title\"}". Of alternatives the first that
// has a value counts. Pure; thread-safe.
class Pattern {
 public:
  Pattern() = default;
  static base::Result<Pattern> Parse(std::string_view text);

  bool empty() const { return pieces_.empty(); }
  // At most `bytes_max`, cut at the edge of a character; control characters become blanks.
  std::string Fill(const base::Json& item, const base::Json& root, size_t bytes_max) const;

 private:
  struct Alternative {
    bool is_path = false;
    Path path;
    std::string text;
  };
  struct Piece {
    std::string text;  // before the place
    std::vector<Alternative> alternatives;
  };
  std::vector<Piece> pieces_;
};

// A value as text: texts as they are, numbers at their shortest, true, false, lists of texts with
// ", " between; nothing for null; other values as JSON.
std::string TextOf(const base::Json& value);

}  // namespace vedette::sources::senders
