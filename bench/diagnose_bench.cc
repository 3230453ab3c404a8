// What a diagnosis costs, once its tables are gathered: by series, and in a large system of which a
// hundredth moves.

#include <benchmark/benchmark.h>
#include <cmath>
#include <cstdint>
#include <string>

#include "base/random.h"
#include "diagnose/diagnose.h"

namespace vedette::diagnose {
namespace {

constexpr int64_t kRows = 300;
constexpr base::Duration kStep{15'000};
const char* const kMetrics[] = {"request_latency_seconds", "cpu_usage", "error_ratio",
                                "memory_usage", "requests_per_second"};

std::string Name(int64_t number) { return "service-" + std::to_string(number); }

// A tree of services, each with `metrics` series; those on the way from number `culprit` to the
// root are slow from three quarters of the rows on.
Evidence System(int64_t services, int64_t metrics, int64_t rows, int64_t moving) {
  base::Random random(7);
  Evidence evidence;
  for (int64_t row = 0; row < rows; ++row) {
    evidence.times.push_back(base::FromMillis(1'767'225'600'000) + row * kStep);
  }
  const int64_t incident = rows * 3 / 4;
  evidence.detected_at = evidence.times[static_cast<size_t>(incident)];
  evidence.changes_are_all = false;
  for (int64_t i = 1; i < services; ++i) {
    evidence.calls.push_back({Name((i - 1) / 3), Name(i)});
  }
  for (int64_t i = 0; i < services; ++i) {
    for (int64_t m = 0; m < metrics; ++m) {
      Series series{.entity = Name(i),
                    .callee = {},
                    .metric = kMetrics[m],
                    .statistic = {},
                    .baseline = {},
                    .window = {}};
      for (int64_t row = 0; row < rows; ++row) {
        const bool slow = i < moving && m == 0 && row >= incident;
        series.window.push_back((slow ? 3 + static_cast<double>(i) / 10 : 1) *
                                std::exp(0.1 * random.Normal()));
      }
      evidence.series.push_back(std::move(series));
    }
  }
  return evidence;
}

// 60 services with five series each, and so on.
void BM_Diagnose(benchmark::State& state) {
  const Evidence evidence = System(state.range(0) / 5, 5, kRows, 4);
  for (auto _ : state) benchmark::DoNotOptimize(Diagnose(evidence));
  state.counters["series"] = static_cast<double>(evidence.series.size());
}
BENCHMARK(BM_Diagnose)->Arg(300)->Arg(1'500)->Arg(5'000)->Unit(benchmark::kMillisecond);

// 10,000 services, 100 of them anomalous.
void BM_DiagnoseLarge(benchmark::State& state) {
  const Evidence evidence = System(10'000, 1, 60, 100);
  for (auto _ : state) benchmark::DoNotOptimize(Diagnose(evidence));
}
BENCHMARK(BM_DiagnoseLarge)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vedette::diagnose

BENCHMARK_MAIN();
