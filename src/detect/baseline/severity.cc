#include "detect/baseline/severity.h"

#include <algorithm>
#include <cmath>

#include "model/severity.h"

namespace vedette::detect::baseline {
namespace {

// Values that come and go are nothing to get up for.
constexpr double kSupportToPage = 0.75;

enum class Grade { kInfo, kWarning, kCritical };

Grade GradeIf(bool critical, bool warning) {
  return critical ? Grade::kCritical : warning ? Grade::kWarning : Grade::kInfo;
}

// Failures. Of events, a number must have failed that is not chance; a ratio must be one that
// users feel.
Grade GradeErrors(const Signal& signal, const Deviation& d) {
  if (d.side < 0) return Grade::kInfo;
  const double extra = d.sustained - d.expected;
  if (d.counts) {
    const double events = extra * d.lasted_s;
    return GradeIf(d.sustained >= 4 * d.expected && events >= 15 && d.sigmas >= 5,
                   d.sustained >= 2 * d.expected && events >= 8 && d.sigmas >= 4);
  }
  const double full = signal.full > 0 ? signal.full : 1;
  return GradeIf(d.sustained >= std::max(4 * d.expected, 0.05 * full) && d.sigmas >= 5,
                 d.sustained >= std::max(2 * d.expected, 0.02 * full) && d.sigmas >= 4);
}

Grade GradeLatency(const Signal& signal, const Deviation& d) {
  if (d.side < 0) return Grade::kInfo;
  const double seconds = d.sustained * signal.unit_seconds;  // 0: unknown, so nobody is woken
  const bool felt = signal.unit_seconds == 0 || seconds >= 0.005;
  return GradeIf(d.sustained >= 2 * d.expected && d.sigmas >= 6 && seconds >= 0.05,
                 d.sustained >= 1.5 * d.expected && d.sigmas >= 4 && felt);
}

Grade GradeSaturation(const Signal& signal, const Deviation& d) {
  if (d.side < 0) return Grade::kInfo;
  const double rise = d.sustained - d.expected;
  if (signal.full > 0 && d.sustained <= 1.2 * signal.full) {
    return GradeIf(d.sustained >= 0.8 * signal.full && rise >= 0.2 * signal.full,
                   d.sustained >= 1.4 * d.expected && rise >= 0.15 * signal.full && d.sigmas >= 5);
  }
  return GradeIf(false, d.sustained >= 2 * d.expected && d.sigmas >= 6 && rise >= 1);
}

Grade GradeIdle(const Signal& signal, const Deviation& d) {
  if (d.side > 0) return Grade::kInfo;
  const double drop = d.expected - d.sustained;
  if (signal.full > 0) {
    return GradeIf(d.sustained <= 0.15 * signal.full && drop >= 0.3 * signal.full,
                   drop >= 0.2 * signal.full && d.sigmas >= 4);
  }
  return GradeIf(false, d.sustained <= 0.6 * d.expected && d.sigmas >= 5);
}

Grade GradeTraffic(const Deviation& d) {
  const double missed = (d.expected - d.sustained) * d.lasted_s;
  if (d.side < 0) {
    return GradeIf(d.counts && d.sustained <= 0.3 * d.expected && missed >= 100 && d.sigmas >= 5,
                   d.sustained <= 0.5 * d.expected && missed >= 30 && d.sigmas >= 5);
  }
  return GradeIf(false, d.sustained >= 2 * d.expected && -missed >= 100 && d.sigmas >= 6);
}

Grade GradeAvailability(const Deviation& d) {
  if (d.side > 0) return Grade::kInfo;
  return GradeIf(d.sustained <= 0.5 * d.expected && d.lasted_s >= 60,
                 d.sustained <= 0.8 * d.expected);
}

Grade GradeOf(const Signal& signal, const Deviation& d) {
  switch (signal.kind) {
    case SignalKind::kErrors: return GradeErrors(signal, d);
    case SignalKind::kLatency: return GradeLatency(signal, d);
    case SignalKind::kSaturation: return GradeSaturation(signal, d);
    case SignalKind::kIdle: return GradeIdle(signal, d);
    case SignalKind::kTraffic: return GradeTraffic(d);
    case SignalKind::kAvailability: return GradeAvailability(d);
    case SignalKind::kWork:
      return GradeIf(false, d.side > 0 && d.sustained >= 2.5 * d.expected && d.sigmas >= 6);
    case SignalKind::kOther: break;  // nothing is known about it: its surprise decides
  }
  return Grade::kInfo;
}

}  // namespace

double ScoreOf(const BaselineOptions& options, const Signal& signal, const Deviation& deviation) {
  Deviation scaled = deviation;
  scaled.sigmas *= options.sensitivity;
  Grade grade = GradeOf(signal, scaled);
  const double critical_after_s = static_cast<double>(options.critical_after.count()) / 1000;
  if (grade == Grade::kCritical &&
      (!signal.may_page || scaled.lasted_s < critical_after_s || scaled.support < kSupportToPage)) {
    grade = Grade::kWarning;
  }
  // Within its level the score grows with the size of the deviation: half the way at 10 sigmas.
  const double within = 1 - 1 / (1 + scaled.sigmas / 10);
  switch (grade) {
    case Grade::kCritical: return model::kCriticalScore + within * (1 - model::kCriticalScore);
    case Grade::kWarning:
      return model::kWarningScore + within * (model::kCriticalScore - model::kWarningScore) * 0.95;
    case Grade::kInfo: break;
  }
  return 0.3 + within * (model::kWarningScore - 0.3) * 0.95;
}

bool MayPage(const Signal& signal) {
  if (!signal.may_page || signal.reading == Reading::kSkip) return false;
  switch (signal.kind) {
    case SignalKind::kErrors:
    case SignalKind::kAvailability: return true;
    case SignalKind::kLatency: return signal.unit_seconds > 0;
    case SignalKind::kSaturation:
    case SignalKind::kIdle: return signal.full > 0;
    case SignalKind::kTraffic: return signal.reading == Reading::kCounter;
    case SignalKind::kWork:
    case SignalKind::kOther: break;
  }
  return false;
}

bool MayHurt(const Signal& signal, double observed, double low, double high) {
  const bool above = observed >= low / 2 + high / 2;
  switch (signal.kind) {
    case SignalKind::kErrors:
    case SignalKind::kLatency:
    case SignalKind::kSaturation:
    case SignalKind::kWork: return above;
    case SignalKind::kIdle:
    case SignalKind::kAvailability: return !above;
    case SignalKind::kTraffic:
    case SignalKind::kOther: break;
  }
  return true;
}

}  // namespace vedette::detect::baseline
