#include "release/usual.h"

#include <algorithm>
#include <utility>

namespace vedette::release {
namespace {

constexpr base::Duration kFurtherBack = std::chrono::hours(24);
constexpr base::Duration kLeast = std::chrono::minutes(15);

}  // namespace

UsualTime::UsualTime(std::vector<Span> trouble) {
  std::erase_if(trouble, [](const Span& span) { return span.to <= span.from; });
  std::sort(trouble.begin(), trouble.end(),
            [](const Span& a, const Span& b) { return a.from < b.from; });
  for (const Span& span : trouble) {
    if (trouble_.empty() || trouble_.back().to < span.from) {
      trouble_.push_back(span);
    } else {
      trouble_.back().to = std::max(trouble_.back().to, span.to);
    }
  }
}

bool UsualTime::Has(base::TimePoint from, base::TimePoint to) const {
  return std::none_of(trouble_.begin(), trouble_.end(),
                      [&](const Span& span) { return span.from < to && from < span.to; });
}

base::Duration UsualTime::TroubleIn(base::TimePoint from, base::TimePoint to) const {
  base::Duration sum{0};
  for (const Span& span : trouble_) {
    sum += std::max(base::Duration(0), std::min(span.to, to) - std::max(span.from, from));
  }
  return sum;
}

std::vector<Span> UsualTime::TroublesIn(base::TimePoint from, base::TimePoint to) const {
  std::vector<Span> out;
  for (const Span& span : trouble_) {
    if (span.from < to && from < span.to) {
      out.push_back({std::max(span.from, from), std::min(span.to, to)});
    }
  }
  return out;
}

std::optional<base::TimePoint> UsualTime::StartOf(base::Duration wanted,
                                                  base::TimePoint end) const {
  const base::TimePoint earliest = end - wanted - kFurtherBack;
  base::TimePoint start = end;
  base::Duration found{0};
  for (auto span = trouble_.rbegin(); span != trouble_.rend() && found < wanted; ++span) {
    if (span->from >= start) continue;
    const base::Duration usual = std::max(base::Duration(0), start - span->to);
    if (found + usual >= wanted) break;
    found += usual;
    start = span->from;
  }
  start = std::max(earliest, start - (wanted - found));
  if (end - start - TroubleIn(start, end) < kLeast) return std::nullopt;
  return start;
}

}  // namespace vedette::release
