#include "diagnose/lost_calls.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "diagnose/robust.h"

namespace vedette::diagnose {
namespace {

constexpr double kLost = 0.5;  // of the usual ratio, at most so much is left
constexpr double kMinDeviation = 3;
constexpr double kCallerKept = 0.5;  // of its usual traffic, at least so much
constexpr size_t kMinStretches = 20;

struct Sums {
  double caller = 0;
  double callee = 0;
};

// Over the rows [from, to) where both are known.
Sums SumOf(const std::vector<double>& caller, const std::vector<double>& callee, size_t from,
           size_t to) {
  Sums sums;
  for (size_t row = from; row < std::min({to, caller.size(), callee.size()}); ++row) {
    if (std::isnan(caller[row]) || std::isnan(callee[row])) continue;
    sums.caller += caller[row];
    sums.callee += callee[row];
  }
  return sums;
}

double Ratio(const Sums& sums) {
  return sums.caller > 0 ? sums.callee / sums.caller : std::numeric_limits<double>::quiet_NaN();
}

bool Keeps(const Series& caller, const Sums& now, size_t rows) {
  const double usual = Describe(caller.baseline).center;
  return now.caller >= kCallerKept * usual * static_cast<double>(rows);
}

}  // namespace

std::vector<LostCalls> FindLostCalls(const Evidence& evidence, const Frame& frame) {
  if (SymptomSeries(evidence)) return {};
  std::map<std::string, std::set<std::string>> callers;
  for (const Call& call : evidence.calls) {
    if (call.caller != call.callee) callers[call.callee].insert(call.caller);
  }
  std::map<std::pair<std::string, std::string>, const Series*> traffic;  // by entity and metric
  for (const Series& series : evidence.series) {
    if (!series.callee.empty() || series.baseline.empty()) continue;
    if (KindOfMetric(series.metric) == MetricKind::kTraffic) {
      traffic[{series.entity, series.metric}] = &series;
    }
  }
  const size_t rows = frame.last - frame.incident;
  std::vector<LostCalls> lost;
  for (const auto& [key, callee] : traffic) {
    const auto& from = callers[key.first];
    if (from.size() != 1) continue;
    const auto caller = traffic.find({*from.begin(), key.second});
    if (caller == traffic.end()) continue;
    std::vector<double> usual;
    for (size_t row = 0; row + rows <= callee->baseline.size();
         row += std::max<size_t>(1, rows / 2)) {
      usual.push_back(Ratio(SumOf(caller->second->baseline, callee->baseline, row, row + rows)));
    }
    const Usual ratios = Describe(usual);
    const Sums sums = SumOf(caller->second->window, callee->window, frame.incident, frame.last);
    const double now = Ratio(sums);
    if (ratios.count < kMinStretches || !(now <= kLost * ratios.center)) continue;
    // Just before they must have been there: else it is another system than that of the baseline.
    const double before =
        Ratio(SumOf(caller->second->window, callee->window, frame.first, frame.incident));
    if (!(before > kLost * ratios.center)) continue;
    const double deviation = Deviation(ratios, now);
    if (deviation > -kMinDeviation || !Keeps(*caller->second, sums, rows)) continue;
    lost.push_back({*from.begin(), key.first, key.second, ratios.center, now, deviation});
  }
  std::sort(lost.begin(), lost.end(), [](const LostCalls& a, const LostCalls& b) {
    return std::tie(a.deviation, a.callee) < std::tie(b.deviation, b.callee);
  });
  return lost;
}

}  // namespace vedette::diagnose
