#include "detect/learned/history.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/core.h>
#include <limits>
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
    Add(0, {name + " 5xx", fmt::format("{} or vector(0)", Rate(failed)), true});
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

}  // namespace

base::Result<std::vector<Metric>> FindMetrics(query::Engine& queries,
                                              const model::TenantName& tenant,
                                              const std::string& service, base::TimePoint at,
                                              base::Duration step, size_t limit) {
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
  return chooser.Best(std::min(limit, kMetricsMax));
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
    for (int64_t first = 0; first < rows; first += kStepsPerQuery) {
      const int64_t last = std::min(rows, first + kStepsPerQuery) - 1;
      VEDETTE_TRY(const query::QueryResult part,
                  queries.Range({.tenant = request.tenant,
                                 .text = history.metrics[column].promql,
                                 .start = base::FromMillis(from + first * step),
                                 .end = base::FromMillis(from + last * step),
                                 .step = request.step,
                                 .lookback = std::max(request.step, base::Duration(60'000)),
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

}  // namespace vedette::detect::learned
