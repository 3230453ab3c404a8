// What series cost that are not sent any more: WAVES times ACTIVE series come one wave after the
// other, as deployments do, SCRAPES samples each, in series::Engine with the log on a real disk.
//
//   cold_series_bench fill FOLDER leave|stay [ACTIVE [WAVES [SCRAPES]]]
//   cold_series_bench start FOLDER
//
// fill writes them; with `leave` a sweep follows each scrape, so that what a wave left behind
// leaves memory during the next one. start opens the folder in a process of its own and tells CPU
// seconds, resident memory, and what queries cost.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "kv/db.h"
#include "model/matcher.h"
#include "model/write_batch.h"
#include "series/engine.h"

namespace {

namespace base = vedette::base;
namespace kv = vedette::kv;
namespace model = vedette::model;
namespace series = vedette::series;

constexpr size_t kSamplesPerRequest = 2000;
constexpr int64_t kIntervalMs = 15'000;
constexpr int64_t kWaveMs = 3 * 3'600'000;
constexpr int64_t kBeginMs = 1'700'000'000'000;

double CpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double ResidentMb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

// About 285 bytes in 11 labels; a hundred metrics a pod, pods of a wave are no other wave's.
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

struct Store {
  base::SystemClock clock;
  base::MetricsRegistry registry;
  std::unique_ptr<kv::Db> db;
  std::unique_ptr<series::Engine> engine;

  bool Open(const std::string& folder) {
    auto opened = kv::Db::Open({.path = folder, .families = series::Engine::Families()});
    if (!opened.ok()) return Fail(opened.error());
    db = std::move(*opened);
    series::EngineOptions options;
    options.shards = 2;
    auto started = series::Engine::Open(options, *db, clock, {}, registry);
    if (!started.ok()) return Fail(started.error());
    engine = std::move(*started);
    return true;
  }
  static bool Fail(const base::Error& error) {
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return false;
  }
};

bool Scrape(series::Engine& engine, const std::vector<model::Labels>& labels, int64_t t_ms) {
  for (size_t i = 0; i < labels.size();) {
    model::WriteBatch batch;
    const size_t end = std::min(labels.size(), i + kSamplesPerRequest);
    for (; i < end; ++i) {
      batch.BeginSeries(labels[i]);
      batch.Add(t_ms, static_cast<double>(t_ms / kIntervalMs % 1000 + static_cast<int64_t>(i)));
    }
    const auto report = engine.Append("default", batch, {.max_series = UINT64_MAX});
    if (!report.ok()) return Store::Fail(report.error());
  }
  return true;
}

int Fill(const std::string& folder, bool leave, size_t active, size_t waves, size_t scrapes) {
  std::filesystem::remove_all(folder);
  Store store;
  if (!store.Open(folder)) return 1;
  double swept_s = 0;
  for (size_t wave = 0; wave < waves; ++wave) {
    std::vector<model::Labels> labels;
    for (size_t i = 0; i < active; ++i) labels.push_back(LabelsOf(wave * active + i));
    for (size_t scrape = 0; scrape < scrapes; ++scrape) {
      const int64_t t_ms = kBeginMs + static_cast<int64_t>(wave) * kWaveMs +
                           static_cast<int64_t>(scrape) * kIntervalMs;
      if (!Scrape(*store.engine, labels, t_ms)) return 1;
      if (!leave) continue;
      const double before = CpuSeconds();
      if (const auto swept = store.engine->SweepIdle(); !swept.ok()) {
        return Store::Fail(swept.error()) ? 0 : 1;
      }
      swept_s += CpuSeconds() - before;
    }
  }
  if (!store.engine->Checkpoint().ok() || !store.db->Tidy().ok()) return 1;
  const series::StoreStats stats = store.engine->Stats();
  std::printf(
      "series %zu, in memory %llu, head %.1f MB, resident %.1f MB, disk %.1f MB, CPU %.1f s",
      active * waves, static_cast<unsigned long long>(stats.active_series),
      static_cast<double>(stats.head_bytes) / 1048576.0, ResidentMb(),
      static_cast<double>(stats.disk_bytes) / 1048576.0, CpuSeconds());
  std::printf(", of that sweeps %.1f s\n", swept_s);
  return 0;
}

int Start(const std::string& folder) {
  Store store;
  const double before = CpuSeconds();
  if (!store.Open(folder)) return 1;
  const double started_s = CpuSeconds() - before;
  const series::StoreStats stats = store.engine->Stats();
  std::printf("start %.3f s CPU, in memory %llu, head %.1f MB, resident %.1f MB\n", started_s,
              static_cast<unsigned long long>(stats.active_series),
              static_cast<double>(stats.head_bytes) / 1048576.0, ResidentMb());
  const auto ask = [&](const char* what, int64_t from_ms, bool named) {
    series::SelectRequest request{.tenant = "default", .matchers = {}, .from_ms = from_ms};
    request.max_series = UINT64_MAX;
    if (named) {
      request.matchers.push_back(
          *model::Matcher::Create("__name__", model::MatchOp::kEqual, "http_requests_total_7"));
    }
    for (int round = 0; round < 2; ++round) {
      const double start = CpuSeconds();
      const auto found =
          named
              ? store.engine->Series(request).transform([](const auto& all) { return all.size(); })
              : store.engine->LabelValues(request, "namespace").transform([](const auto& all) {
                  return all.size();
                });
      if (round == 1)
        std::printf("%s: %zu, %.2f ms CPU\n", what, found.value_or(0),
                    (CpuSeconds() - start) * 1000);
    }
  };
  const int64_t last_ms = [&] {
    series::SelectRequest request{.tenant = "default", .matchers = {}};
    int64_t wave = 0;
    for (request.from_ms = kBeginMs; wave < 1000; ++wave, request.from_ms += kWaveMs) {
      const auto names = store.engine->LabelValues(request, "cluster");
      if (!names.ok() || names->empty()) break;
    }
    return kBeginMs + (wave - 1) * kWaveMs;
  }();
  ask("series of a metric, the last wave", last_ms, true);
  ask("series of a metric, all time", INT64_MIN, true);
  ask("values of a label, the last wave", last_ms, false);
  ask("values of a label, all time", INT64_MIN, false);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int index, size_t fallback) {
    return argc > index ? static_cast<size_t>(std::atoll(argv[index])) : fallback;
  };
  if (argc > 3 && std::strcmp(argv[1], "fill") == 0) {
    return Fill(argv[2], std::strcmp(argv[3], "leave") == 0, number(4, 100'000), number(5, 10),
                number(6, 8));
  }
  if (argc > 2 && std::strcmp(argv[1], "start") == 0) return Start(argv[2]);
  std::fprintf(stderr,
               "cold_series_bench fill FOLDER leave|stay [ACTIVE [WAVES [SCRAPES]]]\n"
               "cold_series_bench start FOLDER\n");
  return 2;
}
