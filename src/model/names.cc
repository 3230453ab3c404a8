#include "model/names.h"

#include <string>

#include "model/anomaly.h"
#include "model/incident.h"
#include "model/log_record.h"
#include "model/page.h"
#include "model/severity.h"
#include "model/silence.h"
#include "model/tenant.h"

namespace vedette::model {
namespace {

constexpr NameTable<Severity, 3> kSeverities = {{{{Severity::kInfo, "info"},
                                                  {Severity::kWarning, "warning"},
                                                  {Severity::kCritical, "critical"}}}};

constexpr NameTable<AnomalyKind, 5> kAnomalyKinds = {{{{AnomalyKind::kBaseline, "baseline"},
                                                       {AnomalyKind::kThreshold, "threshold"},
                                                       {AnomalyKind::kAbsence, "absence"},
                                                       {AnomalyKind::kRule, "rule"},
                                                       {AnomalyKind::kAlert, "alert"}}}};

constexpr NameTable<AnomalyState, 2> kAnomalyStates = {
    {{{AnomalyState::kOpen, "open"}, {AnomalyState::kClosed, "closed"}}}};

constexpr NameTable<AnomalyTransition, 3> kAnomalyTransitions = {
    {{{AnomalyTransition::kOpened, "opened"},
      {AnomalyTransition::kUpdated, "updated"},
      {AnomalyTransition::kClosed, "closed"}}}};

constexpr NameTable<IncidentState, 3> kIncidentStates = {
    {{{IncidentState::kOpen, "open"},
      {IncidentState::kAcknowledged, "acknowledged"},
      {IncidentState::kResolved, "resolved"}}}};

constexpr NameTable<IncidentPhase, 5> kIncidentPhases = {
    {{{IncidentPhase::kDetection, "detection"},
      {IncidentPhase::kTriage, "triage"},
      {IncidentPhase::kMitigation, "mitigation"},
      {IncidentPhase::kResolution, "resolution"},
      {IncidentPhase::kPostMortem, "post_mortem"}}}};

constexpr NameTable<SilenceState, 3> kSilenceStates = {{{{SilenceState::kPending, "pending"},
                                                         {SilenceState::kActive, "active"},
                                                         {SilenceState::kExpired, "expired"}}}};

constexpr NameTable<PageKind, 6> kPageKinds = {
    {{{PageKind::kOpened, "opened"},
      {PageKind::kSeverityRaised, "severity_raised"},
      {PageKind::kAcknowledged, "acknowledged"},
      {PageKind::kResolved, "resolved"},
      {PageKind::kUpdated, "updated"},
      {PageKind::kSilenceExpiring, "silence_expiring"}}}};

constexpr NameTable<LogSeverity, 6> kLogSeverities = {{{{LogSeverity::kTrace, "trace"},
                                                        {LogSeverity::kDebug, "debug"},
                                                        {LogSeverity::kInfo, "info"},
                                                        {LogSeverity::kWarning, "warning"},
                                                        {LogSeverity::kError, "error"},
                                                        {LogSeverity::kFatal, "fatal"}}}};

constexpr NameTable<LogSeverity, 9> kLogSynonyms = {{{{LogSeverity::kWarning, "warn"},
                                                      {LogSeverity::kError, "err"},
                                                      {LogSeverity::kFatal, "critical"},
                                                      {LogSeverity::kFatal, "crit"},
                                                      {LogSeverity::kFatal, "emergency"},
                                                      {LogSeverity::kFatal, "alert"},
                                                      {LogSeverity::kFatal, "panic"},
                                                      {LogSeverity::kInfo, "notice"},
                                                      {LogSeverity::kInfo, "information"}}}};

bool IsTenantCharacter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

std::string_view SeverityName(Severity severity) { return kSeverities.NameOf(severity); }
std::optional<Severity> ParseSeverity(std::string_view name) { return kSeverities.Find(name); }

std::string_view AnomalyKindName(AnomalyKind kind) { return kAnomalyKinds.NameOf(kind); }
std::optional<AnomalyKind> ParseAnomalyKind(std::string_view name) {
  return kAnomalyKinds.Find(name);
}

std::string_view AnomalyStateName(AnomalyState state) { return kAnomalyStates.NameOf(state); }
std::string_view AnomalyTransitionName(AnomalyTransition transition) {
  return kAnomalyTransitions.NameOf(transition);
}

std::string_view IncidentStateName(IncidentState state) { return kIncidentStates.NameOf(state); }
std::optional<IncidentState> ParseIncidentState(std::string_view name) {
  return kIncidentStates.Find(name);
}

std::string_view IncidentPhaseName(IncidentPhase phase) { return kIncidentPhases.NameOf(phase); }
std::optional<IncidentPhase> ParseIncidentPhase(std::string_view name) {
  return kIncidentPhases.Find(name);
}

std::string_view SilenceStateName(SilenceState state) { return kSilenceStates.NameOf(state); }

std::string_view PageKindName(PageKind kind) { return kPageKinds.NameOf(kind); }
std::optional<PageKind> ParsePageKind(std::string_view name) { return kPageKinds.Find(name); }

std::string_view LogSeverityName(LogSeverity level) { return kLogSeverities.NameOf(level); }

std::optional<LogSeverity> ParseLogSeverity(std::string_view name) {
  std::string lower(name.substr(0, 16));
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (const auto level = kLogSeverities.Find(lower)) return level;
  return kLogSynonyms.Find(lower);
}

bool IsValidTenantName(std::string_view name) {
  if (name.empty() || name.size() > 64 || name == "." || name == "..") return false;
  for (const char c : name) {
    if (!IsTenantCharacter(c)) return false;
  }
  return true;
}

}  // namespace vedette::model
