#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "diagnose/evidence.h"

namespace vedette::diagnose {

// How one kind of input fared: said to people, because a diagnosis is as good as what it saw.
enum class InputState { kOk, kNone, kPartial, kFailed };
std::string_view InputStateName(InputState state);  // "ok", "none", "partial", "failed"
struct InputNote {
  std::string name;  // "metrics", "logs", "spans", "changes", "calls"
  InputState state = InputState::kOk;
  std::string text;
};

// Whose metrics ended before the window did.
struct StoppedSource {
  std::string entity;
  base::TimePoint last_seen;
  size_t series = 0;  // one of them
};

// Those that were there in most rows until then, and are silent for three rows at least. Pure.
std::vector<StoppedSource> StoppedSources(const std::vector<base::TimePoint>& times,
                                          const std::vector<Series>& series);

}  // namespace vedette::diagnose
