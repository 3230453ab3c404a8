#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "records/log_block.h"
#include "records/log_condition.h"
#include "records/log_line.h"

namespace vedette::records {

enum class Verdict : uint8_t { kNo, kYes, kMaybe };

// A condition made ready for looking at many lines. Not thread-safe.
class LogMatcher {
 public:
  explicit LogMatcher(const LogCondition& condition);  // which must outlive it
  ~LogMatcher();

  bool Matches(const LogLine& line) const;

  // What can be said of a whole block from its meta and its filter, and of all lines of a shape
  // from the block's head. kNo and kYes are certain.
  Verdict OfMeta(const LogMeta& meta) const;
  // Whether a line's level, service, time and pattern are not enough to judge it.
  bool NeedsDetails() const { return needs_details_; }
  // Whether it looks at more of a line than that and its message.
  bool NeedsFields() const { return needs_fields_; }
  bool NeedsFilter() const { return needs_filter_; }
  Verdict OfFilter(std::string_view filter) const;  // never kYes
  // With a block whose body is there, also its columns are looked at.
  Verdict OfShape(const LogBlock& block, size_t shape) const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
  bool needs_filter_ = false;
  bool needs_details_ = false;
  bool needs_fields_ = false;
};

}  // namespace vedette::records
