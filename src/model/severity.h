#pragma once

#include <optional>
#include <string_view>

namespace vedette::model {

// How bad something is, on one inner scale of 0 to 1 with named levels:
// info < 0.7 <= warning < 0.9 <= critical. Outside scales are mapped at the edge.
enum class Severity { kInfo, kWarning, kCritical };

inline constexpr double kWarningScore = 0.7;
inline constexpr double kCriticalScore = 0.9;

constexpr Severity SeverityOf(double score) {
  if (score >= kCriticalScore) return Severity::kCritical;
  return score >= kWarningScore ? Severity::kWarning : Severity::kInfo;
}

// What an open incident says of a service in it: a warning at most, for the service may be well
// again. Its own open anomalies say whether it is worse.
constexpr double MemberScore(Severity incident) {
  return incident == Severity::kInfo ? 0 : kWarningScore;
}

std::string_view SeverityName(Severity severity);  // "info", "warning", "critical"
std::optional<Severity> ParseSeverity(std::string_view name);

}  // namespace vedette::model
