#include "diagnose/live/differences.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace vedette::diagnose::live {
namespace {

constexpr std::array<std::string_view, 21> kDimensions = {
    "endpoint", "route",    "path",   "handler",  "operation", "method",  "tenant",
    "customer", "region",   "zone",   "az",       "version",   "cluster", "instance",
    "pod",      "platform", "device", "location", "uri",       "topic",   "queue"};
constexpr double kBadLeast = 10;          // failures that are worth splitting up
constexpr double kDifferenceLeast = 0.1;  // of shares
constexpr size_t kKept = 10;
constexpr double kWorse = 1.3;  // times the usual that the entity's measure must be

// The values of one label with their sums.
using Shares = std::map<std::string, double>;

double SumOf(const Shares& shares) {
  double sum = 0;
  for (const auto& [unused, value] : shares) sum += value;
  return sum;
}

class Splitter {
 public:
  Splitter(const Gathered& gathered, const Exhibits& exhibits, const std::string& entity,
           std::vector<Difference>& out)
      : gathered_(gathered), exhibits_(exhibits), entity_(entity), out_(out) {}

  void Run();

 private:
  bool GotWorse(size_t series) const;
  void Split(const Measure& measure, const std::vector<std::string>& values);
  void Compare(const std::string& dimension, const std::string& bad, const std::string& all,
               bool of_failures);

  const Gathered& gathered_;
  const Exhibits& exhibits_;
  const std::string& entity_;
  std::vector<Difference>& out_;
};

bool Splitter::GotWorse(size_t series) const {
  const evidence::Reading reading =
      exhibits_.OfSeries(series, evidence::Reading::Rule::kMean).reading;
  return reading.after.value_or(0) > kWorse * reading.before.value_or(0);
}

// `bad` and `all` are PromQL that sums up by the dimension.
void Splitter::Compare(const std::string& dimension, const std::string& bad, const std::string& all,
                       bool of_failures) {
  std::optional<SplitExhibit> bad_exhibit = exhibits_.OfSplit(bad, dimension);
  std::optional<SplitExhibit> all_exhibit = exhibits_.OfSplit(all, dimension);
  if (!bad_exhibit || !all_exhibit || all_exhibit->sums.size() < 2) return;
  Shares rest = all_exhibit->sums;
  if (of_failures) {
    for (auto& [value, sum] : rest) {
      const auto at = bad_exhibit->sums.find(value);
      if (at != bad_exhibit->sums.end()) sum = std::max(0.0, sum - at->second);
    }
  }
  const double bad_sum = SumOf(bad_exhibit->sums), rest_sum = SumOf(rest);
  if (!(bad_sum > 0) || !(rest_sum > 0) || (of_failures && bad_sum < kBadLeast)) return;
  for (const auto& [value, sum] : bad_exhibit->sums) {
    const auto at = rest.find(value);
    Difference difference;
    difference.entity = entity_;
    difference.dimension = dimension;
    difference.value = value;
    difference.inside = sum / bad_sum;
    difference.outside = (at == rest.end() ? 0 : at->second) / rest_sum;
    if (difference.inside - difference.outside < kDifferenceLeast) continue;
    difference.text =
        fmt::format("{} {} of {} has {:.0f} % of the {} and {:.0f} % of the {}", dimension, value,
                    entity_, 100 * difference.inside, of_failures ? "failures" : "time",
                    100 * difference.outside, of_failures ? "rest" : "requests");
    difference.bad = bad_exhibit->evidence;
    difference.all = all_exhibit->evidence;
    out_.push_back(std::move(difference));
  }
}

void Splitter::Split(const Measure& measure, const std::vector<std::string>& values) {
  const base::Duration length = exhibits_.until() - exhibits_.onset();
  for (const std::string& dimension : measure.dimensions) {
    if (std::find(kDimensions.begin(), kDimensions.end(), dimension) == kDimensions.end()) continue;
    const auto increase = [&](Form form) {
      return IncreaseOf(measure, form, values, dimension, length);
    };
    if (measure.form == Form::kErrorShare) {
      Compare(dimension, increase(Form::kFailedRate), increase(Form::kRate), true);
    } else {
      Compare(dimension, increase(Form::kMean), increase(Form::kRate), false);
    }
  }
}

void Splitter::Run() {
  std::set<Form> done;
  for (size_t i = 0; i < gathered_.tables.series.size(); ++i) {
    if (gathered_.tables.series[i].entity != entity_) continue;
    const SeriesQuestion& question = gathered_.questions[i];
    const Measure& measure = gathered_.measures[question.measure];
    if (measure.form != Form::kErrorShare && measure.form != Form::kMean) continue;
    if (done.contains(measure.form) || !GotWorse(i)) continue;
    done.insert(measure.form);
    std::vector<std::string> values;
    for (const std::string& name : measure.by) values.emplace_back(question.labels.Get(name));
    Split(measure, values);
  }
}

}  // namespace

void FindDifferences(const Gathered& gathered, const Exhibits& exhibits, const std::string& entity,
                     std::vector<Difference>& out) {
  Splitter(gathered, exhibits, entity, out).Run();
}

void KeepClearest(std::vector<Difference>& differences) {
  std::sort(differences.begin(), differences.end(), [](const Difference& a, const Difference& b) {
    return std::tuple(b.inside - b.outside, a.entity, a.dimension, a.value) <
           std::tuple(a.inside - a.outside, b.entity, b.dimension, b.value);
  });
  if (differences.size() > kKept) differences.resize(kKept);
}

std::optional<double> PercentOf(std::optional<double> normal, std::optional<double> during) {
  if (!normal || !during || *normal == 0) return std::nullopt;
  return 100 * (*during - *normal) / *normal;
}

}  // namespace vedette::diagnose::live
