// PromQL in process, without HTTP: counters of an hour in series::Engine on a real disk, and what a
// query costs in wall time and in CPU of the process, medians.
//
//   promql_bench [SERIES [ROUNDS [HELPERS [QUERY]]]]
//
// QUERY is asked instead of those below. The samples are not packed yet: that needs a rest.

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/random.h"
#include "kv/db.h"
#include "model/write_batch.h"
#include "query/engine.h"
#include "series/engine.h"

namespace {

namespace base = vedette::base;
namespace kv = vedette::kv;
namespace model = vedette::model;
namespace query = vedette::query;
namespace series = vedette::series;

constexpr size_t kSamplesPerRequest = 2000;
constexpr int64_t kStepMs = 15'000;
constexpr int64_t kScrapes = 260;
constexpr int64_t kBeginMs = 1'790'000'000'000 / kStepMs * kStepMs;
constexpr int64_t kEndMs = kBeginMs + (kScrapes - 1) * kStepMs - kStepMs + 7300;  // off the grid

double CpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

struct Load {
  struct One {
    model::Labels labels;
    double mean;
    double value;
  };
  explicit Load(size_t count) : random(1) {
    for (size_t i = 0; i < count; ++i) {
      const std::string pod = std::to_string(i / 20);
      const std::string service =
          (i / 20 % 50 < 10 ? "svc-0" : "svc-") + std::to_string(i / 20 % 50);
      const size_t code = i % 5;
      const double mean = std::vector<double>{300, 60, 4.5, 0.3, 0.03}[code];
      all.push_back(
          {model::Labels({{"__name__", "http_requests_total"},
                          {"cluster", "eu-west-1-k8s-1"},
                          {"code", std::to_string(100 * (code + 1))},
                          {"handler", i % 2 == 0 ? "/api/orders" : "/api/users"},
                          {"instance", "10.0.0." + pod + ":9090"},
                          {"job", service},
                          {"method", i / 10 % 2 == 0 ? "GET" : "POST"},
                          {"namespace", "team-" + std::to_string(i % 12)},
                          {"node", "ip-10-0-0-" + std::to_string(i / 400)},
                          {"pod", service + "-7d9f8b6c5d-" + pod + std::to_string(i % 20)},
                          {"service", service}}),
           mean, std::floor(mean * 5760 * random.Uniform())});
    }
  }
  std::vector<One> all;
  base::Random random;

  bool Write(series::Store& store) {
    for (int64_t scrape = 0; scrape < kScrapes; ++scrape) {
      model::WriteBatch batch;
      for (size_t i = 0; i < all.size(); ++i) {
        One& one = all[i];
        one.value += std::floor(one.mean * (0.8 + 0.4 * random.Uniform()) + random.Uniform());
        batch.BeginSeries(one.labels);
        batch.Add(kBeginMs + scrape * kStepMs, one.value);
        if ((i + 1) % kSamplesPerRequest != 0 && i + 1 != all.size()) continue;
        if (!store.Append("default", batch, {}).ok()) return false;
        batch.Clear();
      }
    }
    return true;
  }
};

void Measure(query::Engine& engine, const std::string& text, bool range, int rounds) {
  std::vector<double> wall;
  std::vector<double> cpu;
  size_t series = 0;
  for (int i = -1; i < rounds; ++i) {
    const double cpu_before = CpuSeconds();
    const auto before = std::chrono::steady_clock::now();
    base::Result<query::QueryResult> result = [&] {
      if (!range) {
        query::InstantQuery query;
        query.tenant = "default";
        query.text = text;
        query.time = base::FromMillis(kEndMs);
        return engine.Instant(query);
      }
      query::RangeQuery query;
      query.tenant = "default";
      query.text = text;
      query.start = base::FromMillis(kEndMs - 3'600'000);
      query.end = base::FromMillis(kEndMs);
      query.step = base::Duration(kStepMs);
      return engine.Range(query);
    }();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - before;
    if (!result.ok()) {
      std::printf("%s: %s\n", text.c_str(), result.error().message.c_str());
      return;
    }
    series = result->matrix.size() + result->vector.size();
    if (i < 0) continue;  // to warm up
    wall.push_back(took.count() * 1000);
    cpu.push_back((CpuSeconds() - cpu_before) * 1000);
  }
  std::sort(wall.begin(), wall.end());
  std::sort(cpu.begin(), cpu.end());
  std::printf("%-8s %8.2f ms wall %8.2f ms CPU %6zu series  %s\n", range ? "range" : "instant",
              wall[wall.size() / 2], cpu[cpu.size() / 2], series, text.c_str());
}

int Run(size_t count, int rounds, size_t helpers, const std::string& only) {
  const std::string folder = "/tmp/vedette-promql-bench";
  std::filesystem::remove_all(folder);
  auto db = kv::Db::Open({.path = folder, .families = series::Engine::Families()});
  base::SystemClock clock;
  base::MetricsRegistry registry;
  if (!db.ok()) {
    std::fprintf(stderr, "%s\n", db.error().message.c_str());
    return 1;
  }
  auto store = series::Engine::Open({}, **db, clock, {}, registry);
  if (!store.ok() || !Load(count).Write(**store)) {
    std::fprintf(stderr, "the store takes no samples\n");
    return 1;
  }
  query::Engine engine({.helpers = helpers}, **store, clock);
  const std::string rates = "rate(http_requests_total[5m])";
  std::vector<std::string> texts = {
      "sum by (service) (" + rates + ")",
      "topk(5, sum by (pod) (" + rates + "))",
      "sum by (service) (rate(http_requests_total{code=~\"5..\"}[5m])) / sum by (service) (" +
          rates + ")",
      std::string("avg by (namespace) (http_requests_total)"),
      std::string("max by (service) (max_over_time(http_requests_total[10m]))"),
      std::string("max by (service) (quantile_over_time(0.95, http_requests_total[10m]))"),
      std::string("http_requests_total{pod=~\"svc-07.*\"}"),
      std::string("count by (__name__) ({pod=~\"svc-1.*\"})"),
      "sum by (service) ((" + rates + ") or (" + rates + "))",
  };
  if (!only.empty()) texts = {only};
  for (const bool range : {true, false}) {
    for (const std::string& text : texts) Measure(engine, text, range, rounds);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int index, size_t fallback) {
    if (argc <= index) return fallback;
    const std::string_view text(argv[index]);
    size_t parsed = fallback;
    std::from_chars(text.data(), text.data() + text.size(), parsed);
    return parsed;
  };
  return Run(number(1, 10'000), static_cast<int>(number(2, 9)), number(3, 0),
             argc > 4 ? argv[4] : "");
}
