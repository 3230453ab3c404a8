#include "ingest/ingester.h"

#include <fmt/core.h>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/duration.h"
#include "base/id.h"
#include "ingest/relabel_batch.h"
#include "ingest/validity.h"
#include "records/record_id.h"

namespace vedette::ingest {
namespace {

constexpr size_t kShownBytes = 300;  // of a series in a message

struct Rate {
  double per_second;
  std::string_view what;
  std::string_view field;
};

Rate RateOf(const TenantLimits& limits, size_t kind) {
  switch (kind) {
    case 0: return {limits.samples_per_second, "samples", "limits.samples_per_second"};
    case 1: return {limits.logs_per_second, "log lines", "limits.logs_per_second"};
    case 2: return {limits.events_per_second, "events", "limits.events_per_second"};
    case 3: return {limits.changes_per_second, "changes", "limits.changes_per_second"};
    default: return {limits.spans_per_second, "spans", "limits.spans_per_second"};
  }
}

// Floats and histograms.
size_t SamplesOf(const model::WriteBatch& batch) {
  return batch.sample_count() + batch.histograms().size();
}

std::string Shown(model::LabelsView labels) {
  std::string text = labels.ToString();
  if (text.size() > kShownBytes) text = text.substr(0, kShownBytes) + "...";
  return text;
}

base::Result<> CheckTenant(const model::TenantName& tenant) {
  if (model::IsValidTenantName(tenant)) return {};
  return base::InvalidArgument(
      "a tenant name has 1 to 64 letters, digits and the characters . _ -, and is not . or ..",
      "tenant");
}

// Splits records into the good ones and the reasons against the others.
template <typename Record, typename Check>
RecordReport Sift(std::vector<Record>& records, const Check& check) {
  RecordReport report;
  std::vector<Record> good;
  good.reserve(records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    if (Problem problem = check(records[i]); !problem.message.empty()) {
      report.rejected.push_back({i, std::move(problem.field), std::move(problem.message)});
    } else {
      good.push_back(std::move(records[i]));
    }
  }
  records = std::move(good);
  report.ids.reserve(records.size());
  return report;
}

// Neighbours are mostly of one service.
template <typename Record, typename Tell>
void EachService(const std::vector<Record>& records, const Tell& tell) {
  std::string_view last;
  for (const Record& record : records) {
    if (record.service == last) continue;
    last = record.service;
    tell(last);
  }
}

}  // namespace

Ingester::Ingester(series::Store& series, records::Store& records, const base::Clock& clock,
                   base::MetricsRegistry& registry, std::shared_ptr<const Limits> limits,
                   std::function<base::Result<>()> may_store)
    : series_(series),
      records_(records),
      clock_(clock),
      metrics_(registry),
      may_store_(std::move(may_store)),
      limits_(std::move(limits)) {
  VEDETTE_CHECK(this->limits() != nullptr);
}

void Ingester::SetLimits(std::shared_ptr<const Limits> limits) {
  VEDETTE_CHECK(limits != nullptr);
  base::MutexLock lock(mutex_);
  limits_ = std::move(limits);
}

std::shared_ptr<const Limits> Ingester::limits() const {
  base::MutexLock lock(mutex_);
  return limits_;
}

base::Result<TenantLimits> Ingester::Admit(const model::TenantName& tenant, Kind kind,
                                           size_t count) {
  VEDETTE_TRY_VOID(CheckTenant(tenant));
  if (may_store_) {
    if (base::Result<> may = may_store_(); !may.ok()) {
      metrics_.store_errors.Add();
      return may.error();
    }
  }
  base::MutexLock lock(mutex_);
  auto found = tenants_.find(tenant);
  if (found == tenants_.end()) {
    if (tenants_.size() >= limits_->tenants_max) {
      return base::ResourceExhausted(
          fmt::format("tenant {} is one more than the limit of {} tenants", tenant,
                      limits_->tenants_max),
          "limits.tenants_max");
    }
    found = tenants_.emplace(tenant, Tenant{}).first;
    metrics_.tenants.Set(static_cast<double>(tenants_.size()));
  }
  const TenantLimits& limits = limits_->Of(tenant);
  const auto index = static_cast<size_t>(kind);
  const Rate rate = RateOf(limits, index);
  if (!found->second.buckets[index].Take(static_cast<double>(count), rate.per_second,
                                         limits.burst_seconds, clock_.Steady())) {
    metrics_.throttled.Add();
    return base::ResourceExhausted(
        fmt::format("tenant {} sends more than {} {} a second; try again later", tenant,
                    rate.per_second, rate.what),
        std::string(rate.field));
  }
  return limits;
}

// Whether all histograms and exemplars can be stored as they are.
bool Ingester::CheckExtras(const model::WriteBatch& batch, WriteReport& report) {
  bool valid = true;
  for (const auto& [entry, t_ms, histogram] : batch.histograms()) {
    const base::Result<> checked = histogram.Validate();
    if (checked.ok()) continue;
    valid = false;
    ++report.invalid_samples;
    ++report.invalid_histograms;
    report.refused_entries.push_back(entry);
    if (!report.first_refusal.empty()) continue;
    report.first_refusal =
        fmt::format("series {} at {}: {}", Shown(batch.labels(batch.entries()[entry])),
                    base::FormatTime(base::FromMillis(t_ms)), checked.error().message);
  }
  for (const auto& [entry, exemplar] : batch.exemplars()) {
    valid = valid && IsValidExemplar(exemplar);
  }
  return valid;
}

// A copy without the series, histograms and exemplars that are not valid; `valid_entries` gets
// which entry of the batch each of the copy was.
model::WriteBatch Ingester::ValidPart(const model::WriteBatch& batch, const TenantLimits& limits,
                                      WriteReport& report, std::vector<uint32_t>& valid_entries) {
  model::WriteBatch valid;
  const auto histograms = batch.histograms();
  const auto exemplars = batch.exemplars();
  size_t histogram = 0;
  size_t exemplar = 0;
  for (uint32_t i = 0; i < batch.entries().size(); ++i) {
    const model::WriteBatch::Entry& entry = batch.entries()[i];
    const bool valid_labels = AreValidLabels(batch, entry, limits);
    if (valid_labels) {
      valid_entries.push_back(i);
      valid.BeginSeries(batch.labels(entry));
      for (const model::Sample& sample : batch.samples(entry)) valid.Add(sample.t_ms, sample.value);
    }
    for (; histogram < histograms.size() && histograms[histogram].entry == i; ++histogram) {
      const auto& [_, t_ms, value] = histograms[histogram];
      if (!value.Validate().ok()) continue;  // counted before
      if (valid_labels) {
        valid.AddHistogram(t_ms, value);
      } else {
        ++report.invalid_samples;
        ++report.invalid_histograms;
      }
    }
    for (; exemplar < exemplars.size() && exemplars[exemplar].entry == i; ++exemplar) {
      if (!valid_labels || !IsValidExemplar(exemplars[exemplar].exemplar)) continue;
      valid.AddExemplar(exemplars[exemplar].exemplar);
    }
  }
  return valid;
}

base::Result<WriteReport> Ingester::Write(const model::TenantName& tenant,
                                          const model::WriteBatch& batch, Age age) {
  const relabel::Rules rules = limits()->relabel;
  if (rules.empty()) return Store(tenant, batch, age);
  std::vector<uint32_t> kept_entries;
  const model::WriteBatch kept = RelabelBatch(batch, rules, kept_entries);
  // What failed is sent and dropped again.
  VEDETTE_TRY(WriteReport report, Store(tenant, kept, age));
  metrics_.relabel_dropped.Add(SamplesOf(batch) - SamplesOf(kept));
  for (uint32_t& entry : report.refused_entries) entry = kept_entries[entry];
  return report;
}

base::Result<WriteReport> Ingester::Store(const model::TenantName& tenant,
                                          const model::WriteBatch& batch, Age age) {
  VEDETTE_TRY(TenantLimits limits, Admit(tenant, Kind::kSamples, SamplesOf(batch)));
  if (age == Age::kAny) limits.unlimited_out_of_order = true;
  WriteReport report;
  const bool valid_extras = CheckExtras(batch, report);
  for (uint32_t i = 0; i < batch.entries().size(); ++i) {
    const model::WriteBatch::Entry& entry = batch.entries()[i];
    if (AreValidLabels(batch, entry, limits)) [[likely]] {
      continue;
    }
    report.refused_entries.push_back(i);
    const model::LabelsView labels = batch.labels(entry);
    if (report.invalid_series++ == 0) {
      report.first_refusal =
          fmt::format("series {}: {}", Shown(labels), LabelProblem(labels, limits));
    }
    report.invalid_samples += entry.samples;
  }
  std::vector<uint32_t> valid_entries;
  const bool whole = report.invalid_series == 0 && valid_extras;
  if (whole) {
    VEDETTE_TRY(report.stored, Append(tenant, batch, limits));
  } else {
    VEDETTE_TRY(report.stored,
                Append(tenant, ValidPart(batch, limits, report, valid_entries), limits));
  }
  for (const uint32_t entry : report.stored.refused_entries) {
    report.refused_entries.push_back(whole ? entry : valid_entries[entry]);
  }
  if (report.first_refusal.empty()) report.first_refusal = report.stored.first_refusal;
  Count(report);
  return report;
}

base::Result<series::AppendReport> Ingester::Append(const model::TenantName& tenant,
                                                    const model::WriteBatch& batch,
                                                    const TenantLimits& limits) {
  if (batch.empty()) return series::AppendReport{};
  const int64_t now_ms = base::ToMillis(clock_.Now());
  auto report = series_.Append(tenant, batch,
                               {.max_series = limits.max_series,
                                .out_of_order_window = limits.out_of_order_window,
                                .unlimited_out_of_order = limits.unlimited_out_of_order,
                                .now_ms = now_ms,
                                .max_time_ms = now_ms + limits.max_future.count()});
  if (!report.ok()) metrics_.store_errors.Add();
  return report;
}

void Ingester::Count(const WriteReport& report) {
  metrics_.samples.Add(report.stored.accepted);
  metrics_.duplicates.Add(report.stored.duplicates);
  metrics_.invalid.Add(report.invalid_samples);
  metrics_.out_of_order.Add(report.stored.out_of_order);
  metrics_.conflicting.Add(report.stored.conflicting);
  metrics_.too_new.Add(report.stored.too_new);
  metrics_.over_series_limit.Add(report.stored.over_series_limit);
  metrics_.new_series.Add(report.stored.new_series);
}

base::Result<RecordReport> Ingester::WriteLogs(const model::TenantName& tenant,
                                               std::vector<model::LogRecord> records) {
  VEDETTE_TRY(const TenantLimits limits, Admit(tenant, Kind::kLogs, records.size()));
  const base::TimePoint now = clock_.Now();
  RecordReport report = Sift(
      records, [&](const model::LogRecord& record) { return LogProblem(record, limits, now); });
  // One after another from a random first one, so that they take no room in the store.
  records::IdNumber id = records::ParseId(base::NewId(now)).value_or(0);
  for (model::LogRecord& record : records) {
    record.id = records::FormatId(id++);
    report.ids.push_back(record.id);
  }
  if (!records.empty()) {
    if (base::Result<> stored = records_.AppendLogs(tenant, records); !stored.ok()) {
      metrics_.store_errors.Add();
      return stored.error();
    }
    if (source_tap_)
      EachService(records,
                  [&](std::string_view service) { source_tap_(tenant, "logs", service, now); });
  }
  metrics_.logs.Add(records.size());
  metrics_.refused_logs.Add(report.rejected.size());
  return report;
}

base::Result<RecordReport> Ingester::WriteEvents(const model::TenantName& tenant,
                                                 std::vector<model::Event> events) {
  VEDETTE_TRY(const TenantLimits limits, Admit(tenant, Kind::kEvents, events.size()));
  const base::TimePoint now = clock_.Now();
  RecordReport report =
      Sift(events, [&](const model::Event& event) { return EventProblem(event, limits, now); });
  for (model::Event& event : events) {
    if (event.id.empty()) event.id = base::NewId(now);
    report.ids.push_back(event.id);
  }
  if (!events.empty()) {
    if (base::Result<> stored = records_.AppendEvents(tenant, events); !stored.ok()) {
      metrics_.store_errors.Add();
      return stored.error();
    }
  }
  metrics_.events.Add(events.size());
  metrics_.refused_events.Add(report.rejected.size());
  return report;
}

base::Result<RecordReport> Ingester::WriteChanges(const model::TenantName& tenant,
                                                  std::vector<model::Change> changes) {
  VEDETTE_TRY(const TenantLimits limits, Admit(tenant, Kind::kChanges, changes.size()));
  const base::TimePoint now = clock_.Now();
  RecordReport report = Sift(
      changes, [&](const model::Change& change) { return ChangeProblem(change, limits, now); });
  for (model::Change& change : changes) {
    if (change.id.empty()) change.id = base::NewId(now);
    report.ids.push_back(change.id);
  }
  if (!changes.empty()) {
    if (base::Result<> stored = records_.AppendChanges(tenant, changes); !stored.ok()) {
      metrics_.store_errors.Add();
      return stored.error();
    }
  }
  metrics_.changes.Add(changes.size());
  metrics_.refused_changes.Add(report.rejected.size());
  return report;
}

base::Result<RecordReport> Ingester::WriteSpans(const model::TenantName& tenant,
                                                std::vector<model::Span> spans) {
  VEDETTE_TRY(const TenantLimits limits, Admit(tenant, Kind::kSpans, spans.size()));
  const base::TimePoint now = clock_.Now();
  RecordReport report =
      Sift(spans, [&](const model::Span& span) { return SpanProblem(span, limits, now); });
  if (!spans.empty()) {
    if (base::Result<> stored = records_.AppendSpans(tenant, spans); !stored.ok()) {
      metrics_.store_errors.Add();
      return stored.error();
    }
    if (span_tap_) span_tap_(tenant, spans);
    if (source_tap_)
      EachService(spans,
                  [&](std::string_view service) { source_tap_(tenant, "spans", service, now); });
  }
  metrics_.spans.Add(spans.size());
  metrics_.refused_spans.Add(report.rejected.size());
  return report;
}

base::Result<> Ingester::DeleteTenant(const model::TenantName& tenant) {
  VEDETTE_TRY_VOID(CheckTenant(tenant));
  VEDETTE_TRY_VOID(series_.DeleteTenant(tenant));
  return records_.DeleteTenant(tenant);
}

}  // namespace vedette::ingest
