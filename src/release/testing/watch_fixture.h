#pragma once

#include <cmath>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "detect/anomaly_store.h"
#include "evidence/question.h"
#include "query/testing/memory_store.h"
#include "records/testing/fake_records.h"
#include "release/watch.h"

namespace vedette::release::testing {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

inline constexpr base::TimePoint kRelease{base::Duration(1'760'000'000'000)};
inline const model::TenantName kTenant("acme");

// What a process serves each 15 seconds; shares are met exactly, as far as they go.
struct Traffic {
  std::string service = "checkout";
  std::string version = {};  // empty: no label
  std::string pod = "a";
  double requests = 150;  // in 15 s: 10 a second
  double errors = 0.005;
  double slow = 0.04;  // slower than 250 ms
  double cpu = 0.3;
  std::string space = {};  // empty: no label namespace
};

// A watch over releases of services whose metrics are made up.
class WatchFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Database::Open({.path = ":memory:"});
    anomalies_ = *detect::AnomalyStore::Open(*database_);
    Restart();
  }
  void Restart() {
    Ask ask;
    ask.instant = [this](const query::InstantQuery& query) { return engine_.Instant(query); };
    ask.range = [this](const query::RangeQuery& query) { return engine_.Range(query); };
    watch_ = *Watch::Open(
        options_,
        {.database = *database_,
         .records = records_,
         .findings = findings_,
         .metrics = metrics_,
         .ask = ask,
         .answer = [this](const auto&, const auto& question) -> base::Result<std::string> {
           lines_asked_ = question.query;
           return lines_answer_;
         },
         .changed = [this](const auto&) { ++published_; },
         .ruled_out = [this](const auto&) -> base::Result<std::optional<Doubt>> {
           return ruled_out_;
         }});
  }

  void Serve(const Traffic& traffic, base::TimePoint from, base::TimePoint to) {
    const auto add = [&](std::string name, std::vector<model::Label> more, base::TimePoint at,
                         double value) {
      more.push_back({"__name__", std::move(name)});
      more.push_back({"service", traffic.service});
      more.push_back({"pod", traffic.pod});
      if (!traffic.version.empty()) more.push_back({"version", traffic.version});
      if (!traffic.space.empty()) more.push_back({"namespace", traffic.space});
      std::vector<std::pair<std::string, std::string>> pairs;
      for (const model::Label& label : more) pairs.emplace_back(label.name, label.value);
      store_.Add(kTenant, model::Labels(std::move(pairs)), base::ToMillis(at), value);
    };
    double requests = 0;
    for (base::TimePoint at = from; at <= to; at += seconds(15)) {
      const double failed = std::floor(requests * traffic.errors + 1e-9);
      add("http_requests_total", {{"code", "200"}}, at, requests - failed);
      // As client libraries do it: no series before the first failure.
      if (failed > 0) add("http_requests_total", {{"code", "500"}}, at, failed);
      add("http_request_duration_seconds_bucket", {{"le", "0.25"}}, at,
          std::round(requests * (1 - traffic.slow)));
      add("http_request_duration_seconds_bucket", {{"le", "+Inf"}}, at, requests);
      add("process_cpu_usage", {}, at,
          traffic.cpu + 0.001 * std::sin(static_cast<double>(base::ToMillis(at)) / 7e4));
      requests += traffic.requests;
    }
  }
  void Deploy(std::string version, base::TimePoint at = kRelease,
              std::string service = "checkout") {
    model::Change change;
    change.id = fmt::format("change-{}-{}", service, version);
    change.time = at;
    change.service = std::move(service);
    change.kind = "deployment";
    change.version = std::move(version);
    records_.changes.push_back(change);
  }
  void DeployTo(const std::string& environment, const std::string& version,
                base::TimePoint at = kRelease) {
    Deploy(version, at);
    records_.changes.back().id += environment;
    records_.changes.back().labels.emplace_back("environment", environment);
  }
  // Finds what was released, and judges all that is due.
  void Tend(base::Duration after) {
    ASSERT_TRUE(watch_->FindReleases({kTenant}, kRelease + after).ok());
    while (*watch_->JudgeOne(kRelease + after)) continue;
  }
  // What the detectors said of the service.
  void Wrong(base::TimePoint from, std::optional<base::TimePoint> to) {
    model::Anomaly anomaly;
    anomaly.id = fmt::format("an_{}", base::ToMillis(from));
    anomaly.tenant = kTenant;
    anomaly.entity = "checkout";
    anomaly.severity = model::Severity::kCritical;
    anomaly.started_at = from;
    anomaly.updated_at = to.value_or(from);
    anomaly.ended_at = to;
    anomaly.state = to ? model::AnomalyState::kClosed : model::AnomalyState::kOpen;
    ASSERT_TRUE(anomalies_->Save({model::AnomalyTransition::kOpened, anomaly}).ok());
  }
  Release JudgeAt(base::Duration after, const std::string& version = "") {
    const base::Result<Release> release = watch_->JudgeNow(
        {.tenant = kTenant, .service = "checkout", .version = version, .since = {}},
        kRelease + after);
    EXPECT_TRUE(release.ok()) << release.error().message;
    return *release;
  }
  static base::Json CheckOf(const Release& release, const std::string& signal) {
    const base::Json judgement = *base::ParseJson(release.judgement_json);
    for (const base::Json& check : judgement["checks"]) {
      if (check["signal"] == signal) return check;
    }
    return {};
  }
  std::string EvidenceIdOf(const Release& release) {
    return CheckOf(release, "errors")["sides"][0]["evidence_id"].get<std::string>();
  }
  // What the store answers to the question of a piece of evidence now.
  std::string AnswerTo(const model::Evidence& evidence) {
    query::RangeQuery query;
    query.tenant = kTenant;
    query.text = evidence.query;
    query.start = evidence.from;
    query.end = evidence.to;
    query.step = evidence.step;
    const base::Result<query::QueryResult> result = engine_.Range(query);
    EXPECT_TRUE(result.ok()) << result.error().message;
    return evidence::MatrixAnswer(result->matrix).substr(1);
  }
  std::vector<model::AnomalyUpdate> Findings() {
    std::vector<model::AnomalyUpdate> updates;
    while (findings_.size() > 0) updates.push_back(*findings_.Pop());
    return updates;
  }

  Options options_;
  query::testing::MemoryStore store_;
  const base::SystemClock clock_;
  query::Engine engine_{{}, store_, clock_};
  records::testing::FakeRecords records_;
  base::MetricsRegistry metrics_;
  base::BoundedQueue<model::AnomalyUpdate> findings_{1000, base::OverflowPolicy::kReject};
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<detect::AnomalyStore> anomalies_;
  std::unique_ptr<Watch> watch_;
  int published_ = 0;
  std::optional<Doubt> ruled_out_;
  std::string lines_asked_;
  std::string lines_answer_ = R"({"resultType":"matrix","result":[]})";
};

}  // namespace vedette::release::testing
