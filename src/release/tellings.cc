#include "release/tellings.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include "release/signals.h"

namespace vedette::release {
namespace {

// Two tellings of a deployment without a version, within that, are of one.
constexpr base::Duration kSameDeployment = std::chrono::minutes(5);
// And of one with a version: whoever deploys tells of it, and so does what runs, as it rolls out.
constexpr base::Duration kSameRollout = std::chrono::minutes(30);

std::string_view LabelOf(const model::Change& change, std::string_view name) {
  for (const auto& [label, value] : change.labels) {
    if (label == name) return value;
  }
  return {};
}

}  // namespace

bool DeploymentFailed(const model::Change& change) {
  constexpr std::array<std::string_view, 6> kStatuses = {"failed",    "failure",  "error",
                                                         "cancelled", "canceled", "aborted"};
  std::string status = change.status;
  for (char& c : status) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::find(kStatuses.begin(), kStatuses.end(), status) != kStatuses.end();
}

bool WasTakenBack(const model::Change& change) {
  const std::string_view source = LabelOf(change, "source");
  return change.status == "rolled_back" && source != "metrics" && source != "kubernetes";
}

std::optional<bool> SameBySender(const model::Change& a, const model::Change& b) {
  for (const std::string_view whose : {"source", "repository"}) {
    if (LabelOf(a, whose) != LabelOf(b, whose)) return std::nullopt;
  }
  const std::string_view number = LabelOf(a, "deployment");
  if (!number.empty() && number == LabelOf(b, "deployment")) return true;
  const std::string_view commit = LabelOf(a, "commit"), other = LabelOf(b, "commit");
  if (!commit.empty() && !other.empty() && commit != other) return false;
  return std::nullopt;
}

bool FailedAfterAll(const model::Change& change, const std::vector<model::Change>& told) {
  return std::any_of(told.begin(), told.end(), [&](const model::Change& other) {
    return DeploymentFailed(other) && other.service == change.service &&
           other.time >= change.time && SameBySender(other, change).value_or(false);
  });
}

bool TellsOf(const model::Change& change, const Release& release,
             const std::vector<model::Change>& told) {
  if (release.service != change.service || !SamePlace(release.place, PlaceOf(change))) {
    return false;
  }
  const base::Duration apart = std::chrono::abs(change.time - release.released_at);
  if (change.version.empty() || release.version.empty()) {
    return change.version == release.version && apart < kSameDeployment;
  }
  if (!SameVersion(release.version, change.version)) return false;
  const auto first = std::find_if(told.begin(), told.end(), [&](const model::Change& one) {
    return one.id == release.change_id;
  });
  const std::optional<bool> same =
      first == told.end() ? std::nullopt : SameBySender(*first, change);
  if (same) return *same;
  // What is told after the next release took its place is that it is back.
  return apart < kSameRollout && change.time <= release.watched_until;
}

bool NearlyAt(base::TimePoint time, const Release& release) {
  return std::chrono::abs(time - release.released_at) < kSameRollout;
}

}  // namespace vedette::release
