// What one sample costs in series::Engine::Append, with the log on a real disk: nanoseconds of
// wall time and of CPU (all threads) per sample, one sample per series and request, 2,000 samples
// a request, as Prometheus sends them.
//
//   series_append_bench [SERIES [SCRAPES [SHARDS [FOLDER]]]]

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/random.h"
#include "kv/db.h"
#include "model/write_batch.h"
#include "series/engine.h"

namespace {

namespace base = vedette::base;
namespace kv = vedette::kv;
namespace model = vedette::model;
namespace series = vedette::series;

constexpr size_t kSamplesPerRequest = 2000;
constexpr int64_t kIntervalMs = 15'000;

double CpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// About 285 bytes in 11 labels, as Kubernetes makes them.
model::Labels LabelsOf(size_t index) {
  const std::string pod = std::to_string(index / 100);
  return model::Labels({{"__name__", "http_requests_total_" + std::to_string(index % 100)},
                        {"cluster", "production-eu-west-1"},
                        {"container", "application-server"},
                        {"endpoint", "http-metrics"},
                        {"instance", "10.42." + std::to_string(index / 25'600) + "." +
                                         std::to_string(index / 100 % 256) + ":8080"},
                        {"job", "kubernetes-service-endpoints"},
                        {"method", index % 2 == 0 ? "GET" : "POST"},
                        {"namespace", "team-" + std::to_string(index / 100 % 40)},
                        {"node", "ip-10-42-0-" + pod + ".eu-west-1.compute.internal"},
                        {"pod", "application-server-7d9f8b6c5d-" + pod},
                        {"service", "application-server-" + std::to_string(index / 1000)}});
}

// Integer counters, gauges with decimals, noise and constants in the proportions of the docs.
double Next(base::Random& random, size_t index, double previous) {
  const size_t kind = index % 100;
  if (kind < 58) return previous + static_cast<double>(random.Below(40));
  if (kind < 70) return std::floor(random.Uniform() * 1000) / 1000;
  if (kind < 84) return previous + static_cast<double>(random.Below(5)) - 2;
  return 42;
}

struct Load {
  explicit Load(size_t series_count) : values(series_count, 0), random(1) {
    for (size_t i = 0; i < series_count; ++i) labels.push_back(LabelsOf(i));
  }
  std::vector<model::Labels> labels;
  std::vector<double> values;
  base::Random random;

  // All requests of one scrape.
  std::vector<model::WriteBatch> Scrape(int64_t t_ms) {
    std::vector<model::WriteBatch> batches;
    for (size_t i = 0; i < labels.size(); ++i) {
      if (i % kSamplesPerRequest == 0) batches.emplace_back();
      values[i] = Next(random, i, values[i]);
      batches.back().BeginSeries(labels[i]);
      batches.back().Add(t_ms, values[i]);
    }
    return batches;
  }
};

int Run(size_t series_count, size_t scrapes, uint32_t shards, const std::string& folder) {
  std::filesystem::remove_all(folder);
  auto db = kv::Db::Open({.path = folder, .families = series::Engine::Families()});
  if (!db.ok()) {
    std::fprintf(stderr, "%s\n", db.error().message.c_str());
    return 1;
  }
  base::SystemClock clock;
  base::MetricsRegistry registry;
  series::EngineOptions options;
  options.shards = shards;
  auto engine = series::Engine::Open(options, **db, clock, {}, registry);
  Load load(series_count);
  double wall_s = 0;
  double cpu_s = 0;
  for (size_t scrape = 0; scrape <= scrapes; ++scrape) {
    const auto t_ms = 1'700'000'000'000 + static_cast<int64_t>(scrape) * kIntervalMs;
    const std::vector<model::WriteBatch> batches = load.Scrape(t_ms);
    const double cpu_before = CpuSeconds();
    const auto before = clock.Steady();
    for (const model::WriteBatch& batch : batches) {
      const auto report = (*engine)->Append("default", batch, {});
      if (!report.ok() || report->accepted != batch.sample_count()) {
        std::fprintf(stderr, "append failed\n");
        return 1;
      }
    }
    const double wall = std::chrono::duration<double>(clock.Steady() - before).count();
    const double cpu = CpuSeconds() - cpu_before;
    if (scrape == 0) {
      std::printf("new series: %.0f ns wall, %.0f ns CPU each\n",
                  wall * 1e9 / static_cast<double>(series_count),
                  cpu * 1e9 / static_cast<double>(series_count));
      continue;
    }
    wall_s += wall;
    cpu_s += cpu;
  }
  const double samples = static_cast<double>(series_count * scrapes);
  std::printf("series %zu, shards %u: %.0f ns wall, %.0f ns CPU per sample (%.0f samples/s)\n",
              series_count, shards, wall_s * 1e9 / samples, cpu_s * 1e9 / samples,
              samples / wall_s);
  const series::StoreStats stats = (*engine)->Stats();
  std::printf("head %.0f bytes per series, %llu chunks written\n",
              static_cast<double>(stats.head_bytes) / static_cast<double>(series_count),
              static_cast<unsigned long long>(stats.chunks_written));
  const auto start = clock.Steady();
  engine->reset();
  engine = series::Engine::Open(options, **db, clock, {}, registry);
  std::printf("reopened in %.3f s\n",
              std::chrono::duration<double>(clock.Steady() - start).count());
  engine->reset();
  db->reset();
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int index, size_t fallback) {
    return argc > index ? static_cast<size_t>(std::atoll(argv[index])) : fallback;
  };
  return Run(number(1, 100'000), number(2, 40), static_cast<uint32_t>(number(3, 1)),
             argc > 4 ? argv[4] : "/tmp/vedette-series-bench");
}
