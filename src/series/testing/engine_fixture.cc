#include "series/testing/engine_fixture.h"

#include <fmt/format.h>

#include "base/check.h"

namespace vedette::series {

model::Labels LabelsOf(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find(','));
    const size_t equals = pair.find('=');
    VEDETTE_CHECK(equals != std::string_view::npos);
    pairs.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
  }
  return model::Labels(std::move(pairs));
}

EngineFixture::EngineFixture(EngineOptions options, kv::FaultInjector* faults)
    : options_(options), faults_(faults) {
  VEDETTE_CHECK(OpenDatabase().ok());
  Reopen();
}

base::Result<> EngineFixture::OpenDatabase() {
  VEDETTE_TRY(db_, kv::Db::Open({.path = "/series",
                                 .families = Engine::Families(),
                                 .in_memory = faults_ == nullptr,
                                 .faults = faults_}));
  return {};
}

void EngineFixture::ReopenDatabase() { VEDETTE_CHECK(TryReopenDatabase().ok()); }

base::Result<> EngineFixture::TryReopenDatabase() {
  engine_.reset();
  db_.reset();
  VEDETTE_TRY_VOID(OpenDatabase());
  return TryReopen();
}

void EngineFixture::Reopen() { VEDETTE_CHECK(TryReopen().ok()); }

base::Result<> EngineFixture::TryReopen() {
  engine_.reset();
  registry_ = std::make_unique<base::MetricsRegistry>();
  VEDETTE_TRY(engine_, Engine::Open(options_, *db_, clock_, observers_, *registry_));
  return {};
}

base::Result<AppendReport> EngineFixture::Append(
    int64_t t_ms, const std::vector<std::pair<std::string, double>>& samples,
    const AppendLimits& limits, const std::string& tenant) {
  model::WriteBatch batch;
  for (const auto& [labels, value] : samples) {
    batch.BeginSeries(LabelsOf(labels));
    batch.Add(t_ms, value);
  }
  return engine_->Append(tenant, batch, limits);
}

base::Result<AppendReport> EngineFixture::AppendTo(const std::string& labels,
                                                   const std::vector<model::Sample>& samples,
                                                   const AppendLimits& limits,
                                                   const std::string& tenant) {
  model::WriteBatch batch;
  batch.BeginSeries(LabelsOf(labels));
  for (const model::Sample& sample : samples) batch.Add(sample.t_ms, sample.value);
  return engine_->Append(tenant, batch, limits);
}

std::string EngineFixture::Read(const std::string& labels, int64_t from_ms, int64_t to_ms,
                                const std::string& tenant) {
  SelectRequest request{.tenant = tenant, .matchers = {}, .from_ms = from_ms, .to_ms = to_ms};
  const auto found = engine_->Select(request);
  if (!found.ok()) return "error: " + found.error().message;
  const model::Labels wanted = LabelsOf(labels);
  std::string text;
  for (const auto& series : *found) {
    if (series->labels() != wanted.view()) continue;
    SampleColumns samples;
    const base::Result<> read = series->Read(samples);
    if (!read.ok()) return "error: " + read.error().message;
    for (size_t i = 0; i < samples.t_ms.size(); ++i) {
      const bool histogram = !samples.histograms.empty() && samples.histograms[i] != nullptr;
      text +=
          fmt::format("{}{}:{}{}", text.empty() ? "" : " ", samples.t_ms[i], histogram ? "h" : "",
                      histogram ? samples.histograms[i]->count : samples.values[i]);
    }
  }
  return text;
}

size_t EngineFixture::CountSeries(const std::string& tenant) {
  SelectRequest request;
  request.tenant = tenant;
  const auto found = engine_->Select(request);
  VEDETTE_CHECK(found.ok());
  return found->size();
}

}  // namespace vedette::series
