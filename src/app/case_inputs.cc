#include "app/case_inputs.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>
#include <string>

#include "base/duration.h"

namespace vedette::app {
namespace {

using diagnose::Evidence;
using diagnose::InputNote;
using diagnose::InputState;

constexpr double kGaps = 0.2;  // share of the rows, from which it is said
constexpr size_t kNamed = 5;

std::string NameOf(const diagnose::Series& series) {
  std::string name = series.callee.empty() ? series.entity : series.entity + "->" + series.callee;
  name += "|" + series.metric;
  return series.statistic.empty() ? name : name + "|" + series.statistic;
}

// "; 7 with gaps: a|cpu, b|cpu and others".
std::string Some(std::string_view what, const std::vector<std::string>& names) {
  if (names.empty()) return {};
  const auto end = names.begin() + static_cast<ptrdiff_t>(std::min(names.size(), kNamed));
  return fmt::format("; {} {}: {}{}", names.size(), what,
                     fmt::join(std::vector<std::string>(names.begin(), end), ", "),
                     names.size() > kNamed ? " and others" : "");
}

InputNote OfMetrics(const Evidence& evidence) {
  std::set<std::string> entities;
  std::vector<std::string> empty, gaps;
  for (const diagnose::Series& series : evidence.series) {
    entities.insert(series.entity);
    const auto missing = static_cast<size_t>(std::count_if(
        series.window.begin(), series.window.end(), [](double v) { return std::isnan(v); }));
    if (missing == series.window.size()) {
      empty.push_back(NameOf(series));
    } else if (static_cast<double>(missing) > kGaps * static_cast<double>(series.window.size())) {
      gaps.push_back(NameOf(series));
    }
  }
  const bool whole = empty.empty() && gaps.empty();
  return {
      .name = "metrics",
      .state = whole ? InputState::kOk : InputState::kPartial,
      .text = fmt::format("{} series of {} entities{}{}", evidence.series.size(), entities.size(),
                          Some("without a value", empty), Some("with gaps", gaps))};
}

InputNote Counted(std::string name, size_t count, std::string_view what) {
  return {.name = std::move(name),
          .state = count > 0 ? InputState::kOk : InputState::kNone,
          .text = count > 0 ? fmt::format("{} {}", count, what) : fmt::format("no {}", what)};
}

}  // namespace

std::vector<InputNote> NoteInputs(const Evidence& evidence) {
  std::vector<InputNote> notes = {OfMetrics(evidence)};
  for (const diagnose::StoppedSource& stopped :
       diagnose::StoppedSources(evidence.times, evidence.series)) {
    notes.push_back({.name = "metrics",
                     .state = InputState::kPartial,
                     .text = fmt::format("{} has sent no metrics since {}", stopped.entity,
                                         base::FormatTime(stopped.last_seen))});
  }
  notes.push_back(Counted("calls", evidence.calls.size(), "calls between services"));
  notes.push_back(Counted("changes", evidence.changes.size(), "changes"));
  notes.push_back(Counted("logs", evidence.templates.size() + evidence.traces.lines.size(),
                          "log lines and forms of them"));
  notes.push_back(Counted("spans", evidence.traces.spans.size(), "spans"));
  return notes;
}

}  // namespace vedette::app
