// What evaluation on ingest costs per sample, in the shard: without rules, for series that no rule
// wants, and for series whose thresholds are not crossed. Also what new rules cost per series.

#include <benchmark/benchmark.h>
#include <cstdint>
#include <string>
#include <vector>

#include "model/labels.h"
#include "query/parser.h"
#include "rules/ingest/shard_watch.h"

namespace vedette::rules::ingest {
namespace {

constexpr int64_t kStartMs = 1'767'225'600'000;

std::vector<Bells::Watched> Rules(int count, const std::string& metric) {
  std::vector<Bells::Watched> rules;
  for (int i = 0; i < count; ++i) {
    const auto expr = query::Parse(metric + " > " + std::to_string(100 + i));
    rules.push_back({"default", TriggersOf(**expr)});
  }
  return rules;
}

struct Shard {
  Bells bells;
  ShardWatch watch{bells, nullptr};
  std::vector<model::Labels> labels;
  std::vector<series::ObservedSample> samples;

  explicit Shard(int64_t count) {
    labels.reserve(static_cast<size_t>(count) + 1);
    for (int64_t i = 0; i < count; ++i) {
      labels.emplace_back(std::vector<std::pair<std::string, std::string>>{
          {"__name__", "process_memory_usage"}, {"instance", std::to_string(i)}});
      watch.OnSeries(static_cast<uint32_t>(i), "default", labels.back());
      samples.push_back({static_cast<uint32_t>(i), kStartMs, 1});
    }
    // One that rules may want, so that each sample of the others is asked about.
    labels.emplace_back(
        std::vector<std::pair<std::string, std::string>>{{"__name__", "another_metric"}});
    watch.OnSeries(static_cast<uint32_t>(count), "default", labels.back());
  }
  void Take(std::vector<Bells::Watched> rules) {
    bells.SetRules(std::move(rules));
    do {
      watch.OnTick(base::FromMillis(kStartMs));
    } while (watch.resolving());
  }
};

// range(0): series; range(1): rules; range(2): whether they want these series.
void BM_Samples(benchmark::State& state) {
  Shard shard(state.range(0));
  shard.Take(Rules(static_cast<int>(state.range(1)),
                   state.range(2) != 0 ? "process_memory_usage" : "another_metric"));
  for (auto _ : state) {
    for (series::ObservedSample& sample : shard.samples) sample.t_ms += 10'000;
    shard.watch.OnSamples(shard.samples, true);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_Samples)
    ->Args({1'000, 0, 0})
    ->Args({1'000, 100, 0})
    ->Args({1'000, 1, 1})
    ->Args({1'000'000, 0, 0})
    ->Args({1'000'000, 100, 0})
    ->Args({1'000'000, 1, 1});

// The same loop over the samples without anybody who looks at them.
void BM_NobodyLooks(benchmark::State& state) {
  Shard shard(state.range(0));
  for (auto _ : state) {
    for (series::ObservedSample& sample : shard.samples) sample.t_ms += 10'000;
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_NobodyLooks)->Arg(1'000)->Arg(1'000'000);

void BM_NewRules(benchmark::State& state) {
  Shard shard(state.range(0));
  for (auto _ : state) shard.Take(Rules(100, "another_metric"));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_NewRules)->Arg(1'000'000);

}  // namespace
}  // namespace vedette::rules::ingest

BENCHMARK_MAIN();
