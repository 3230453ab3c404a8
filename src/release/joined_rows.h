#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "release/reading.h"

namespace vedette::release {

// Several questions as one, so that one answer shows a number that was counted in all of them: the
// rows of each have a label of their own. Pure.

inline constexpr std::string_view kWeeksAgo = "weeks_ago";  // "1", "2", ...
inline constexpr std::string_view kCounts = "counts";       // what else the rows count: "failures"

// PromQL: the rows of the question with that label.
std::string Labelled(const std::string& question, std::string_view label, std::string_view value);
// The same text with `or` between.
void Join(const std::string& question, std::string& joined);

// What makes a selector look so many weeks back: " offset 2w"; empty for none.
std::string Offset(int weeks);
// The question, which Offset(weeks) is in, with the label that tells the week; as it is for none.
std::string OfWeek(const std::string& question, int weeks);

// Adds rows with that label, their times moved on. The first rows give the grid.
void AddRows(const Rows& rows, std::string_view label, std::string_view value, base::Duration later,
             Rows& out);
// Those of them that have the label.
Rows RowsWith(const Rows& rows, std::string_view label, std::string_view value);

}  // namespace vedette::release
