// What detection costs per sample: with the series in the cache, and with so many that each is
// read from memory. Also reports the bytes that a series takes.

#include <benchmark/benchmark.h>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bounded_queue.h"
#include "base/random.h"
#include "detect/baseline/series_detector.h"
#include "detect/detector.h"
#include "model/labels.h"

namespace vedette::detect {
namespace {

constexpr int64_t kStepMs = 10'000;
constexpr int64_t kStartMs = 1'767'225'600'000;

model::Labels SeriesOf(int64_t number) {
  // A third gauges, a third counters of events, a third counters of seconds.
  static const char* const kMetrics[] = {"process_memory_usage", "http_requests_total",
                                         "node_cpu_seconds_total"};
  return model::Labels({{"__name__", kMetrics[number % 3]},
                        {"job", "bench"},
                        {"mode", number % 3 == 2 ? "user" : ""},
                        {"instance", "10.0.0." + std::to_string(number / 3) + ":9100"}});
}

void BM_ShardDetector(benchmark::State& state) {
  const int64_t count = state.range(0);
  base::BoundedQueue<model::AnomalyUpdate> queue(1000, base::OverflowPolicy::kDropOldest);
  ShardDetector detector({}, {.rules = *rules::RuleSet::Create(rules::DefaultRules()),
                              .queue = queue,
                              .adopted = nullptr,
                              .metrics = nullptr});
  base::Random random(1);
  std::vector<series::ObservedSample> samples;
  for (int64_t i = 0; i < count; ++i) {
    detector.OnSeries(static_cast<uint32_t>(i), "default", SeriesOf(i));
    samples.push_back({static_cast<uint32_t>(i), kStartMs, 0});
  }
  // The values wander a little; made outside of the measured time.
  const auto advance = [&] {
    for (series::ObservedSample& sample : samples) {
      sample.t_ms += kStepMs;
      const double noise = random.Uniform();
      switch (sample.slot % 3) {
        case 0: sample.value = 0.4 + 0.02 * noise; break;
        case 1: sample.value += static_cast<double>(static_cast<int64_t>(300 + 30 * noise)); break;
        default: sample.value += 2 + 0.3 * noise;
      }
    }
  };
  for (int warm = 0; warm < 70; ++warm) {
    advance();
    detector.OnSamples(samples, true);
  }
  for (auto _ : state) {
    state.PauseTiming();
    advance();
    state.ResumeTiming();
    detector.OnSamples(samples, true);
  }
  state.SetItemsProcessed(state.iterations() * count);
  state.counters["bytes/series"] = static_cast<double>(sizeof(Watch) + SeriesOf(0).bytes().size());
  state.counters["open"] = static_cast<double>(detector.open());
}
BENCHMARK(BM_ShardDetector)->Arg(300)->Arg(10'000)->Arg(100'000);

// All that is done with a value, and the baseline alone: so many series in turn.
void BM_Step(benchmark::State& state, bool whole) {
  const baseline::BaselineOptions options;
  const baseline::Signal signal = baseline::ClassifySignal(SeriesOf(0));
  std::vector<baseline::SeriesDetector> series(static_cast<size_t>(state.range(0)));
  base::Random random(1);
  std::vector<double> values(1021);
  for (double& value : values) value = 0.4 + 0.02 * random.Normal();
  int64_t t_ms = kStartMs;
  size_t next = 0;
  const auto round = [&] {
    t_ms += kStepMs;
    for (baseline::SeriesDetector& one : series) {
      const double value = values[next++ % values.size()];
      if (whole) {
        benchmark::DoNotOptimize(baseline::Step(options, signal, {}, one, t_ms, value));
      } else {
        benchmark::DoNotOptimize(
            baseline::Step(options, signal, baseline::Seasonal{}, one.state, t_ms, value));
      }
    }
  };
  for (int warm = 0; warm < 200; ++warm) round();
  for (auto _ : state) round();
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["bytes/series"] = static_cast<double>(sizeof(baseline::SeriesDetector));
}
BENCHMARK_CAPTURE(BM_Step, whole, true)->Arg(1)->Arg(300)->Arg(100'000);
// A round is a value of each; more of them would warm up a million series anew each time.
BENCHMARK_CAPTURE(BM_Step, million, true)->Arg(1'000'000)->Iterations(5)->Repetitions(1);
BENCHMARK_CAPTURE(BM_Step, baseline, false)->Arg(1)->Arg(300)->Arg(100'000);

}  // namespace
}  // namespace vedette::detect

BENCHMARK_MAIN();
