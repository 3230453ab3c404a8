// What a log line costs in the store: appended, sealed, on disk, and searched, without HTTP.
//
//   records_bench LINES.txt [FOLDER]
//
// LINES.txt as `logload gen` writes it (200 streams in turn). CPU seconds of the process, and bytes
// of the blocks; the same file through ripgrep is the yardstick (bench/logs.py).

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/id.h"
#include "kv/db.h"
#include "query/logs/engine.h"
#include "records/embedded_store.h"
#include "records/record_id.h"

namespace vedette {
namespace {

constexpr int kStreams = 200;
constexpr size_t kBatch = 1000;  // lines: 10 streams of 100

double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double WallSeconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

model::LogRecord RecordOf(std::string line, size_t number) {
  const auto stream = static_cast<int>(number % kStreams);
  model::LogRecord record;
  record.time = base::FromMillis(1'700'000'000'000 + static_cast<int64_t>(number / kStreams) * 140);
  record.service = "svc-" + std::to_string(stream % 40);
  record.fields = {{"cluster", "eu-west-1"},
                   {"container", stream % 4 == 3 ? "istio-proxy" : "app"},
                   {"namespace", "team-" + std::to_string(stream % 12)},
                   {"pod", record.service + "-" + std::to_string(stream)}};
  record.message = std::move(line);
  return record;
}

class Bench {
 public:
  explicit Bench(const std::string& folder) {
    kv::DbOptions options;
    options.path = folder;
    options.families = records::Families();
    db_ = std::move(*kv::Db::Open(std::move(options)));
    store_ = std::move(*records::EmbeddedStore::Create(*db_));
  }

  void Ingest(const std::string& file) {
    std::ifstream in(file);
    std::string line;
    std::vector<std::vector<model::LogRecord>> waiting(kStreams / 10);
    size_t bytes = 0;
    double cpu = 0;
    for (; std::getline(in, line); ++lines_) {
      bytes += line.size() + 1;
      auto& batch = waiting[lines_ % kStreams / 10];
      batch.push_back(RecordOf(std::move(line), lines_));
      if (batch.size() == kBatch) cpu += Append(batch);
    }
    for (auto& batch : waiting) cpu += batch.empty() ? 0 : Append(batch);
    const double acknowledged = cpu;
    const double before = CpuSeconds();
    base::IgnoreError(store_->Seal(), "the figures will tell");
    base::IgnoreError(db_->Flush(), "the figures will tell");
    cpu += CpuSeconds() - before;
    std::printf(
        "lines %zu, MB %.1f, us/line appended %.3f (with the sealing beside it), settled %.3f\n",
        lines_, static_cast<double>(bytes) / 1e6, acknowledged * 1e6 / Lines(),
        cpu * 1e6 / Lines());
    std::printf("disk MB %.1f (RocksDB's files)\n",
                static_cast<double>(db_->GetStats().disk_bytes) / 1e6);
  }

  void Ask(const std::string& query) {
    query::logs::Engine engine(*store_, clock_);
    query::logs::Request request;
    request.tenant = "default";
    request.query = query;
    std::vector<double> walls;
    std::vector<double> cpus;
    std::string answer;
    for (int round = 0; round < 5; ++round) {
      const double wall = WallSeconds();
      const double cpu = CpuSeconds();
      const auto result = engine.Run(request);
      walls.push_back(WallSeconds() - wall);
      cpus.push_back(CpuSeconds() - cpu);
      answer =
          !result.ok() ? result.error().message
          : result->stats.has_value()
              ? std::to_string(result->stats->series.empty() ? 0 : result->stats->series[0].total)
              : std::to_string(result->page.records.size()) + " lines";
    }
    std::sort(walls.begin(), walls.end());
    std::sort(cpus.begin(), cpus.end());
    std::printf("%-60s %8.1f ms wall %8.1f ms CPU   %s\n", query.c_str(), walls[2] * 1e3,
                cpus[2] * 1e3, answer.c_str());
  }

 private:
  double Lines() const { return static_cast<double>(std::max<size_t>(lines_, 1)); }

  double Append(std::vector<model::LogRecord>& batch) {
    // Streams come one after another in a push.
    std::stable_sort(batch.begin(), batch.end(), [](const auto& a, const auto& b) {
      return a.fields[3].second < b.fields[3].second;
    });
    records::IdNumber id = *records::ParseId(base::NewId(batch[0].time));
    for (model::LogRecord& record : batch) record.id = records::FormatId(id++);
    const double before = CpuSeconds();
    base::IgnoreError(store_->AppendLogs("default", batch), "the figures will tell");
    const double spent = CpuSeconds() - before;
    batch.clear();
    return spent;
  }

  base::SystemClock clock_;
  std::unique_ptr<kv::Db> db_;
  std::unique_ptr<records::EmbeddedStore> store_;
  size_t lines_ = 0;
};

}  // namespace
}  // namespace vedette

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  vedette::Bench bench(argc > 2 ? argv[2] : "records_bench.db");
  bench.Ingest(argv[1]);
  for (int i = 3; i < argc; ++i) bench.Ask(argv[i]);
  return 0;
}
