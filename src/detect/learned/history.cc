#include "detect/learned/history.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/core.h>
#include <initializer_list>
#include <limits>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/json_writer.h"
#include "detect/baseline/signal.h"

namespace vedette::detect::learned {
namespace {

using baseline::Reading;
using baseline::Signal;
using baseline::SignalKind;

constexpr int64_t kStepsPerQuery = 5'000;
constexpr std::string_view kFailuresSuffix = " 5xx";
constexpr std::array<std::string_view, kVitals> kVitalNames = {"traffic", "error_share", "latency",
                                                               "cpu", "memory"};
constexpr std::array<std::string_view, 3> kCodes = {"code", "status", "status_code"};

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  base::AppendJsonEscaped(out, text);
  return out + '"';
}

struct Candidate {
  int rank = 0;  // smaller first
  Metric metric;
};

int RankOf(const Signal& signal) {
  switch (signal.kind) {
    case SignalKind::kErrors: return 0;
    case SignalKind::kLatency: return 1;
    case SignalKind::kTraffic: return 2;
    case SignalKind::kSaturation: return 3;
    case SignalKind::kIdle:
    case SignalKind::kAvailability: return 4;
    default: return signal.internal ? 6 : 5;
  }
}

// What there is to choose from, and how it is asked.
class Chooser {
 public:
  // `whose`: matchers of the service's series.
  Chooser(std::string whose, base::Duration step)
      : whose_(std::move(whose)),
        range_(fmt::format("{}s", std::max<int64_t>(120, step.count() * 4 / 1000))) {}

  std::string Selector(std::string_view name, std::string_view more = {}) const {
    return fmt::format("{{__name__={},{}{}}}", Quoted(name), whose_, more);
  }
  std::string Rate(const std::string& selector) const {
    return fmt::format("sum(rate({}[{}]))", selector, range_);
  }

  void Offer(const std::string& name, const std::set<std::string>& all) {
    const auto base_of = [&](std::string_view suffix) -> std::string {
      if (!name.ends_with(suffix)) return {};
      return name.substr(0, name.size() - suffix.size());
    };
    if (const std::string base = base_of("_sum"); !base.empty() && all.contains(base + "_count")) {
      const std::string counts = Rate(Selector(base + "_count"));
      Add(1, {base, fmt::format("{} / {}", Rate(Selector(name)), counts), true});
      return;
    }
    const Signal signal = baseline::ClassifySignal(
        model::Labels({std::pair<std::string, std::string>("__name__", name)}));
    if (signal.reading == Reading::kSkip || name == "up") return;
    const bool counter = signal.reading == Reading::kCounter;
    Add(RankOf(signal),
        {name, counter ? Rate(Selector(name)) : fmt::format("avg({})", Selector(name)), counter});
  }
  void OfferFailures(const std::string& name, std::string_view code) {
    const std::string failed = Selector(name, fmt::format(",{}=~\"5..\"", code));
    // None failed is 0, but only where there is something that could have failed.
    Add(0, {name + std::string(kFailuresSuffix),
            fmt::format("{} or 0 * {}", Rate(failed), Rate(Selector(name))), true});
  }

  std::vector<Metric> Best(size_t limit) {
    std::sort(found_.begin(), found_.end(), [](const Candidate& a, const Candidate& b) {
      return std::pair(a.rank, a.metric.name) < std::pair(b.rank, b.metric.name);
    });
    std::vector<Metric> best;
    for (Candidate& each : found_) {
      if (best.size() < limit) best.push_back(std::move(each.metric));
    }
    return best;
  }

 private:
  void Add(int rank, Metric metric) { found_.push_back({rank, std::move(metric)}); }

  const std::string whose_;
  const std::string range_;
  std::vector<Candidate> found_;
};

// Among the best metrics first, the one of each vital.
class VitalChooser {
 public:
  void Offer(const Metric& metric) {
    const Signal signal = baseline::ClassifySignal(
        model::Labels({std::pair<std::string, std::string>("__name__", metric.name)}));
    if (signal.internal) return;
    if (metric.name.ends_with(kFailuresSuffix)) {
      failures_.push_back(metric);
    } else if (signal.kind == SignalKind::kErrors) {
      if (metric.counter) failures_.push_back(metric);
      if (!metric.counter) Take(Vital::kErrorShare, metric);
    } else if (IsMean(metric) || signal.kind == SignalKind::kLatency) {
      Take(Vital::kLatency, metric);
    } else if (signal.kind == SignalKind::kTraffic) {
      traffic_.push_back(metric);
    } else if (Mentions(metric.name, {"cpu"}) && signal.kind != SignalKind::kIdle) {
      Take(Vital::kCpu, metric);
    } else if (Mentions(metric.name, {"memory", "_mem_", "heap"}) && !metric.counter &&
               signal.kind != SignalKind::kIdle) {
      Take(Vital::kMemory, metric);
    }
  }
  VitalMetrics Take() {
    const bool own = ChooseTraffic();
    std::optional<Metric>& share = Of(Vital::kErrorShare);
    // What a rule has recorded lags behind; it counts where nothing counts the traffic's failures.
    if (failures_.empty() || (share && !own)) return std::move(chosen_);
    const std::optional<Metric>& traffic = Of(Vital::kTraffic);
    share = failures_.front();
    if (traffic && traffic->counter) {
      share->name += " error ratio";
      share->promql = fmt::format("({}) / ({})", share->promql, traffic->promql);
    }
    return std::move(chosen_);
  }

 private:
  static bool Mentions(std::string_view name, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
      return name.find(word) != std::string_view::npos;
    });
  }
  // A mean of what a histogram or summary observed, as Chooser makes them of times.
  static bool IsMean(const Metric& metric) {
    return metric.counter && metric.promql.find(" / ") != std::string::npos &&
           Mentions(metric.name, {"duration", "latency", "seconds", "time"});
  }
  std::optional<Metric>& Of(Vital vital) { return chosen_.at(static_cast<size_t>(vital)); }
  void Take(Vital vital, const Metric& metric) {
    if (!Of(vital)) Of(vital) = metric;
  }

  // The first whose failures are counted apart, and these before other failures: true. Else the
  // first of all.
  bool ChooseTraffic() {
    for (const Metric& traffic : traffic_) {
      const std::string own = traffic.name + std::string(kFailuresSuffix);
      const auto failures = std::find_if(failures_.begin(), failures_.end(),
                                         [&](const Metric& each) { return each.name == own; });
      if (failures == failures_.end()) continue;
      std::rotate(failures_.begin(), failures, failures + 1);
      Take(Vital::kTraffic, traffic);
      return true;
    }
    if (!traffic_.empty()) Take(Vital::kTraffic, traffic_.front());
    return false;
  }

  VitalMetrics chosen_;
  std::vector<Metric> traffic_;
  std::vector<Metric> failures_;  // that are counted
};

base::Result<std::set<std::string>> Names(query::Engine& queries, const model::TenantName& tenant,
                                          std::string selector, base::TimePoint at) {
  VEDETTE_TRY(const query::QueryResult result,
              queries.Instant({.tenant = tenant,
                               .text = fmt::format("count by (__name__) ({})", selector),
                               .time = at,
                               .cancelled = {}}));
  std::set<std::string> names;
  for (const query::VectorSample& each : result.vector) {
    names.emplace(each.labels.metric_name());
  }
  return names;
}

// `service="",service_name="pay"`: series that have this label, and none that counts before it.
std::string Whose(size_t label, const std::string& service) {
  std::string matchers;
  for (size_t i = 0; i < label; ++i) matchers += fmt::format("{}=\"\",", kServiceLabels.at(i));
  return matchers + fmt::format("{}={}", kServiceLabels.at(label), Quoted(service));
}

base::Result<Chooser> Choices(query::Engine& queries, const model::TenantName& tenant,
                              const std::string& service, base::TimePoint at, base::Duration step) {
  std::string whose;
  std::set<std::string> all;
  for (size_t label = 0; label < kServiceLabels.size() && all.empty(); ++label) {
    whose = Whose(label, service);
    VEDETTE_TRY(all, Names(queries, tenant, fmt::format("{{{}}}", whose), at));
  }
  Chooser chooser(whose, step);
  for (const std::string& name : all) chooser.Offer(name, all);
  for (const std::string_view code : kCodes) {
    VEDETTE_TRY(const std::set<std::string> coded,
                Names(queries, tenant,
                      fmt::format("{{{},{}=~\".+\",__name__=~\".+_total\"}}", whose, code), at));
    for (const std::string& name : coded) chooser.OfferFailures(name, code);
  }
  return chooser;
}

}  // namespace

std::string_view VitalName(Vital vital) { return kVitalNames.at(static_cast<size_t>(vital)); }

base::Result<std::vector<Metric>> FindMetrics(query::Engine& queries,
                                              const model::TenantName& tenant,
                                              const std::string& service, base::TimePoint at,
                                              base::Duration step, size_t limit) {
  VEDETTE_TRY(Chooser chooser, Choices(queries, tenant, service, at, step));
  return chooser.Best(std::min(limit, kMetricsMax));
}

base::Result<VitalMetrics> FindVitals(query::Engine& queries, const model::TenantName& tenant,
                                      const std::string& service, base::TimePoint at,
                                      base::Duration step) {
  VEDETTE_TRY(Chooser chooser, Choices(queries, tenant, service, at, step));
  VitalChooser vitals;
  for (const Metric& metric : chooser.Best(std::numeric_limits<size_t>::max())) {
    vitals.Offer(metric);
  }
  return vitals.Take();
}

base::Result<History> ReadHistory(query::Engine& queries, const HistoryRequest& request,
                                  std::vector<Metric> metrics) {
  const int64_t step = request.step.count();
  if (step < 1'000) return base::InvalidArgument("a step has at least one second", "step");
  const int64_t from = base::ToMillis(request.from) / step * step;
  const int64_t to = base::ToMillis(request.to) / step * step;
  const int64_t rows = (to - from) / step + 1;
  if (from < 0 || to < from || rows > static_cast<int64_t>(kRowsMax)) {
    return base::InvalidArgument(fmt::format("from, to: a range of 1 to {} steps", kRowsMax),
                                 "from");
  }
  History history{.metrics = std::move(metrics),
                  .start = base::FromMillis(from),
                  .step = request.step,
                  .values = {}};
  history.values = learn::Matrix(static_cast<size_t>(rows), history.metrics.size(),
                                 std::numeric_limits<double>::quiet_NaN());
  for (size_t column = 0; column < history.metrics.size(); ++column) {
    if (history.metrics[column].promql.empty()) continue;
    for (int64_t first = 0; first < rows; first += kStepsPerQuery) {
      const int64_t last = std::min(rows, first + kStepsPerQuery) - 1;
      VEDETTE_TRY(const query::QueryResult part,
                  queries.Range({.tenant = request.tenant,
                                 .text = history.metrics[column].promql,
                                 .start = base::FromMillis(from + first * step),
                                 .end = base::FromMillis(from + last * step),
                                 .step = request.step,
                                 .lookback = std::max(request.step, base::Duration(60'000)),
                                 .deadline = request.deadline,
                                 .cancelled = request.cancelled}));
      if (part.matrix.empty()) continue;
      const series::SampleColumns& samples = part.matrix.front().samples;
      for (size_t i = 0; i < samples.t_ms.size(); ++i) {
        if (!std::isfinite(samples.values[i])) continue;
        history.values(static_cast<size_t>((samples.t_ms[i] - from) / step), column) =
            samples.values[i];
      }
    }
  }
  return history;
}

History FromWhereKnown(const History& history) {
  size_t asked = 0;
  for (const Metric& metric : history.metrics) asked += metric.promql.empty() ? 0 : 1;
  const auto known = [&](size_t row) {
    size_t there = 0;
    for (size_t j = 0; j < history.values.cols(); ++j) {
      if (std::isfinite(history.values(row, j))) ++there;
    }
    return 2 * there >= asked;
  };
  size_t first = 0;
  while (first < history.rows() && !known(first)) ++first;
  History out{.metrics = history.metrics,
              .start = history.TimeOf(first),
              .step = history.step,
              .values = learn::Matrix(history.rows() - first, history.values.cols())};
  for (size_t i = 0; i < out.rows(); ++i) {
    std::copy_n(history.values.row(first + i), out.values.cols(), out.values.row(i));
  }
  return out;
}

}  // namespace vedette::detect::learned
