#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/matcher.h"
#include "model/tenant.h"

namespace vedette::model {

enum class SilenceState { kPending, kActive, kExpired };
std::string_view SilenceStateName(SilenceState state);  // "pending", "active", "expired"

// While it is active, nobody is told of what all its matchers match. It is hidden, not lost: it
// stays in the lists, and whoever looks at an incident sees what is held back and by whom.
struct Silence {
  std::string id;  // in the form of a UUID
  TenantName tenant;
  std::vector<Matcher> matchers;
  base::TimePoint starts_at;
  base::TimePoint ends_at;  // not included
  base::TimePoint updated_at;
  std::string created_by;
  std::string comment;
  // Ends before that when it has hidden something and nothing of it fires any more.
  bool until_resolved = false;
  std::string window;  // the maintenance window of the configuration that it is; empty: a person's

  SilenceState StateAt(base::TimePoint now) const {
    if (ends_at <= now) return SilenceState::kExpired;
    return starts_at <= now ? SilenceState::kActive : SilenceState::kPending;
  }
};

}  // namespace vedette::model
