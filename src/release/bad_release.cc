#include "release/bad_release.h"

#include <fmt/core.h>
#include <limits>

#include "base/duration.h"

namespace vedette::release {
namespace {

double ScoreOf(model::Severity severity) {
  switch (severity) {
    case model::Severity::kInfo: return 0.4;
    case model::Severity::kWarning: return 0.75;
    case model::Severity::kCritical: return 0.95;
  }
  return 0.95;
}

model::Labels LabelsOf(const Release& release) {
  return model::Labels({{"service", release.service},
                        {"version", release.version},
                        {"environment", release.place.environment},
                        {"namespace", release.place.space}});
}

// What an incident of it is called: by the release, unless that failed only long after, or the
// diagnosis has found that it is not to blame.
std::string Headline(const Release& release, const Judgement& judgement) {
  const std::string since =
      judgement.late_since ? " since " + base::FormatTime(*judgement.late_since) : std::string();
  if (release.ruled_out_by) {
    return fmt::format("{} is worse{}. {}", release.service, since, SummaryOf(release));
  }
  if (!judgement.late_since) {
    return fmt::format("{} is bad. {}", NameOf(release), release.summary);
  }
  const base::Duration after =
      std::chrono::floor<std::chrono::minutes>(*judgement.late_since - release.released_at);
  return fmt::format("{} is worse{}, {} after {}. {}", release.service, since,
                     base::FormatDuration(after), NameOf(release), release.summary);
}

}  // namespace

std::string NameOf(const Release& release) {
  const std::string where =
      release.place.empty() || IsProduction(release.place) ? "" : " in " + TextOf(release.place);
  if (release.version.empty()) return fmt::format("The release of {}{}", release.service, where);
  return fmt::format("Release {} of {}{}", release.version, release.service, where);
}

std::string SummaryOf(const Release& release) {
  if (!release.ruled_out_by) return release.summary;
  return fmt::format("{}; but the diagnosis of incident {} rules this release out: {}",
                     release.summary, release.ruled_out_by->incident_id, release.ruled_out_by->why);
}

void Describe(const Release& release, const Judgement& judgement,
              const std::vector<model::Evidence>& evidence, model::Severity severity,
              model::Anomaly& out) {
  out.kind = model::AnomalyKind::kRule;
  out.tenant = release.tenant;
  out.entity = release.service;
  out.labels = LabelsOf(release);
  out.severity = severity;
  out.score = ScoreOf(severity);
  out.detector = kVerdictDetector;
  constexpr double kNone = std::numeric_limits<double>::infinity();
  out.summary = Headline(release, judgement);
  out.observed = std::numeric_limits<double>::quiet_NaN();
  out.expected_low = -kNone;
  out.expected_high = kNone;
  size_t sides = 0;
  for (const Check& check : judgement.checks) {
    if (check.outcome != Outcome::kWorse || check.sides.empty()) {
      sides += check.sides.size();
      continue;
    }
    out.observed = check.sides.front().value;
    if (check.sides.size() > 1) out.expected_high = check.sides[1].value;
    const std::string id = out.evidence.id;
    out.evidence = evidence[sides];
    out.evidence.id = id;
    break;
  }
}

}  // namespace vedette::release
