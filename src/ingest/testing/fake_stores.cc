#include "ingest/testing/fake_stores.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <utility>

namespace vedette::ingest {
namespace {

std::optional<base::Error> TakeError(std::optional<base::Error>& error) {
  return std::exchange(error, std::nullopt);
}

// A record as visitors see lines.
class RecordLine final : public records::LogLine {
 public:
  explicit RecordLine(const model::LogRecord& record) : record_(record) {}
  int64_t time_ms() const override { return base::ToMillis(record_.time); }
  model::LogSeverity level() const override { return record_.level; }
  std::string_view service() const override { return record_.service; }
  uint64_t pattern() const override { return 0; }
  std::string_view message() const override { return record_.message; }
  std::string_view trace_id() const override { return record_.trace_id; }
  std::optional<std::string_view> Field(std::string_view name) const override {
    for (const auto& [key, value] : record_.fields) {
      if (key == name) return value;
    }
    return std::nullopt;
  }
  model::LogRecord Record() const override { return record_; }

 private:
  const model::LogRecord& record_;
};

// Pages over what matches, newest arrival first.
template <typename Record, typename Matches>
base::Result<records::Page<Record>> PageOf(const std::vector<Record>& all,
                                           const std::string& cursor, size_t limit,
                                           const Matches& matches) {
  size_t skip = 0;
  if (!cursor.empty()) {
    const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), skip);
    if (error != std::errc{}) return base::InvalidArgument("a foreign cursor", "cursor");
  }
  records::Page<Record> page;
  size_t seen = 0;
  for (auto record = all.rbegin(); record != all.rend(); ++record) {
    if (!matches(*record) || seen++ < skip) continue;
    if (page.records.size() == limit) {
      page.next_cursor = std::to_string(skip + limit);
      break;
    }
    page.records.push_back(*record);
  }
  return page;
}

}  // namespace

void FakeSeriesStore::FailNext(base::Error error) {
  base::MutexLock lock(mutex_);
  next_error_ = std::move(error);
}

std::string FakeSeriesStore::Dump(const model::TenantName& tenant) const {
  base::MutexLock lock(mutex_);
  std::string out;
  const auto found = tenants_.find(tenant);
  if (found == tenants_.end()) return out;
  for (const auto& [labels, stored] : found->second) {
    for (const auto& [t_ms, point] : stored.points) {
      const std::string value = point.histogram.has_value()
                                    ? fmt::format("histogram {}", point.histogram->count)
                                : model::IsStale(point.value) ? "stale"
                                                              : fmt::format("{}", point.value);
      out += fmt::format("{} {} {}\n", labels.ToString(), t_ms, value);
    }
  }
  return out;
}

series::AppendLimits FakeSeriesStore::last_limits() const {
  base::MutexLock lock(mutex_);
  return last_limits_;
}

size_t FakeSeriesStore::appends() const {
  base::MutexLock lock(mutex_);
  return appends_;
}

bool FakeSeriesStore::Takes(const Stored& series, const model::Labels& labels, int64_t t_ms,
                            const series::AppendLimits& limits, series::AppendReport& report) {
  const int64_t newest = series.points.empty() ? INT64_MIN : series.points.rbegin()->first;
  const bool too_old = !limits.unlimited_out_of_order && !series.points.empty() &&
                       t_ms < newest - limits.out_of_order_window.count();
  const bool too_new = t_ms > limits.max_time_ms;
  report.out_of_order += too_old ? 1 : 0;
  report.too_new += too_new ? 1 : 0;
  if ((too_old || too_new) && report.first_refusal.empty()) {
    report.first_refusal = fmt::format("series {} at {}: {}", labels.ToString(), t_ms,
                                       too_new ? "too new" : "out of order");
  }
  report.accepted += too_old || too_new ? 0 : 1;
  return !too_old && !too_new;
}

base::Result<series::AppendReport> FakeSeriesStore::Append(const model::TenantName& tenant,
                                                           const model::WriteBatch& batch,
                                                           const series::AppendLimits& limits) {
  base::MutexLock lock(mutex_);
  ++appends_;
  last_limits_ = limits;
  if (auto error = TakeError(next_error_)) return *std::move(error);
  series::AppendReport report;
  auto& known = tenants_[tenant];
  const auto series_of = [&](const model::WriteBatch::Entry& entry) {
    auto [found, created] = known.try_emplace(model::Labels(batch.labels(entry)));
    report.new_series += created ? 1 : 0;
    return found;
  };
  for (uint32_t i = 0; i < batch.entries().size(); ++i) {
    const model::WriteBatch::Entry& entry = batch.entries()[i];
    const auto series = series_of(entry);
    for (const model::Sample& sample : batch.samples(entry)) {
      if (!Takes(series->second, series->first, sample.t_ms, limits, report)) {
        report.refused_entries.push_back(i);
        continue;
      }
      series->second.points.emplace(sample.t_ms, Point{sample.value, std::nullopt});
    }
  }
  for (const auto& [entry, t_ms, histogram] : batch.histograms()) {
    const auto series = series_of(batch.entries()[entry]);
    if (!Takes(series->second, series->first, t_ms, limits, report)) {
      ++report.refused_histograms;
      report.refused_entries.push_back(entry);
      continue;
    }
    series->second.points.emplace(t_ms, Point{histogram.sum, histogram});
  }
  for (const auto& [entry, exemplar] : batch.exemplars()) {
    series_of(batch.entries()[entry])->second.exemplars.push_back(exemplar);
    ++report.exemplars;
  }
  return report;
}

base::Result<std::vector<std::unique_ptr<series::SelectedSeries>>> FakeSeriesStore::Select(
    const series::SelectRequest& /*request*/) {
  return base::Unimplemented("fake");
}

base::Result<std::vector<model::Labels>> FakeSeriesStore::Series(
    const series::SelectRequest& /*request*/) {
  return base::Unimplemented("fake");
}

base::Result<std::vector<std::string>> FakeSeriesStore::LabelNames(
    const series::SelectRequest& /*request*/) {
  return base::Unimplemented("fake");
}

base::Result<std::vector<std::string>> FakeSeriesStore::LabelValues(
    const series::SelectRequest& /*request*/, std::string_view /*label*/) {
  return base::Unimplemented("fake");
}

base::Result<std::vector<series::ExemplarSeries>> FakeSeriesStore::Exemplars(
    const series::SelectRequest& request) {
  base::MutexLock lock(mutex_);
  if (auto error = TakeError(next_error_)) return *std::move(error);
  std::vector<series::ExemplarSeries> result;
  for (const auto& [labels, stored] : tenants_[request.tenant]) {
    if (!model::MatchesAll(request.matchers, labels)) continue;
    series::ExemplarSeries found{.labels = labels, .exemplars = stored.exemplars};
    std::erase_if(found.exemplars, [&](const model::Exemplar& exemplar) {
      return exemplar.t_ms < request.from_ms || exemplar.t_ms > request.to_ms;
    });
    if (!found.exemplars.empty()) result.push_back(std::move(found));
  }
  return result;
}

base::Result<> FakeSeriesStore::DeleteSeries(const series::SelectRequest& request) {
  base::MutexLock lock(mutex_);
  if (auto error = TakeError(next_error_)) return *std::move(error);
  if (request.matchers.empty()) return base::InvalidArgument("at least one matcher", "match[]");
  auto& all = tenants_[request.tenant];
  for (auto& [labels, stored] : all) {
    if (!model::MatchesAll(request.matchers, labels)) continue;
    std::erase_if(stored.points, [&](const auto& point) {
      return point.first >= request.from_ms && point.first <= request.to_ms;
    });
  }
  std::erase_if(all, [](const auto& entry) { return entry.second.points.empty(); });
  return {};
}

base::Result<> FakeSeriesStore::DeleteTenant(const model::TenantName& tenant) {
  base::MutexLock lock(mutex_);
  if (auto error = TakeError(next_error_)) return *std::move(error);
  tenants_.erase(tenant);
  return {};
}

base::Result<> FakeSeriesStore::DropBefore(base::TimePoint /*horizon*/) { return {}; }

series::StoreStats FakeSeriesStore::Stats() { return {}; }

void FakeRecordStore::FailNext(base::Error error) {
  base::MutexLock lock(mutex_);
  next_error_ = std::move(error);
}

std::vector<model::LogRecord> FakeRecordStore::logs(const model::TenantName& tenant) const {
  base::MutexLock lock(mutex_);
  const auto found = logs_.find(tenant);
  return found == logs_.end() ? std::vector<model::LogRecord>() : found->second;
}

std::vector<model::Event> FakeRecordStore::events(const model::TenantName& tenant) const {
  base::MutexLock lock(mutex_);
  const auto found = events_.find(tenant);
  return found == events_.end() ? std::vector<model::Event>() : found->second;
}

records::LogQuery FakeRecordStore::last_log_query() const {
  base::MutexLock lock(mutex_);
  return last_log_query_;
}

records::EventQuery FakeRecordStore::last_event_query() const {
  base::MutexLock lock(mutex_);
  return last_event_query_;
}

base::Result<> FakeRecordStore::AppendLogs(const model::TenantName& tenant,
                                           const std::vector<model::LogRecord>& records) {
  base::MutexLock lock(mutex_);
  if (auto error = TakeError(next_error_)) return *std::move(error);
  auto& list = logs_[tenant];
  list.insert(list.end(), records.begin(), records.end());
  return {};
}

base::Result<> FakeRecordStore::AppendEvents(const model::TenantName& tenant,
                                             const std::vector<model::Event>& events) {
  base::MutexLock lock(mutex_);
  if (auto error = TakeError(next_error_)) return *std::move(error);
  auto& list = events_[tenant];
  for (const model::Event& event : events) {
    const bool known =
        std::ranges::any_of(list, [&](const model::Event& other) { return other.id == event.id; });
    if (!known) list.push_back(event);
  }
  return {};
}

base::Result<records::Page<model::LogRecord>> FakeRecordStore::QueryLogs(
    const records::LogQuery& query) {
  base::MutexLock lock(mutex_);
  if (auto error = TakeError(next_error_)) return *std::move(error);
  last_log_query_ = query;
  return PageOf(logs_[query.tenant], query.cursor, query.limit,
                [&](const model::LogRecord& record) {
                  return record.time >= query.from && record.time <= query.to &&
                         (query.service.empty() || record.service == query.service) &&
                         (!query.min_level || record.level >= *query.min_level);
                });
}

base::Result<records::Page<model::Event>> FakeRecordStore::QueryEvents(
    const records::EventQuery& query) {
  base::MutexLock lock(mutex_);
  if (auto error = TakeError(next_error_)) return *std::move(error);
  last_event_query_ = query;
  return PageOf(events_[query.tenant], query.cursor, query.limit, [&](const model::Event& event) {
    return event.time >= query.from && event.time <= query.to &&
           (query.service.empty() || event.service == query.service) &&
           (query.type.empty() || event.type == query.type) &&
           (!query.min_severity || event.severity >= *query.min_severity);
  });
}

std::vector<model::Change> FakeRecordStore::changes(const model::TenantName& tenant) const {
  base::MutexLock lock(mutex_);
  const auto found = changes_.find(tenant);
  return found == changes_.end() ? std::vector<model::Change>() : found->second;
}

std::vector<model::Span> FakeRecordStore::spans(const model::TenantName& tenant) const {
  base::MutexLock lock(mutex_);
  const auto found = spans_.find(tenant);
  return found == spans_.end() ? std::vector<model::Span>() : found->second;
}

base::Result<> FakeRecordStore::AppendChanges(const model::TenantName& tenant,
                                              const std::vector<model::Change>& changes) {
  base::MutexLock lock(mutex_);
  if (auto error = TakeError(next_error_)) return *std::move(error);
  auto& list = changes_[tenant];
  for (const model::Change& change : changes) {
    const bool known = std::ranges::any_of(
        list, [&](const model::Change& other) { return other.id == change.id; });
    if (!known) list.push_back(change);
  }
  return {};
}

base::Result<> FakeRecordStore::AppendSpans(const model::TenantName& tenant,
                                            const std::vector<model::Span>& spans) {
  base::MutexLock lock(mutex_);
  if (auto error = TakeError(next_error_)) return *std::move(error);
  auto& list = spans_[tenant];
  list.insert(list.end(), spans.begin(), spans.end());
  return {};
}

base::Result<records::Page<model::Change>> FakeRecordStore::QueryChanges(
    const records::ChangeQuery& query) {
  base::MutexLock lock(mutex_);
  if (auto error = TakeError(next_error_)) return *std::move(error);
  return PageOf(changes_[query.tenant], query.cursor, query.limit,
                [&](const model::Change& change) {
                  return change.time >= query.from && change.time <= query.to &&
                         (query.service.empty() || change.service == query.service) &&
                         (query.kind.empty() || change.kind == query.kind);
                });
}

base::Result<records::Page<model::Span>> FakeRecordStore::QuerySpans(
    const records::SpanQuery& query) {
  base::MutexLock lock(mutex_);
  if (auto error = TakeError(next_error_)) return *std::move(error);
  return PageOf(spans_[query.tenant], query.cursor, query.limit, [&](const model::Span& span) {
    return span.time() >= query.from && span.time() <= query.to &&
           (query.service.empty() || span.service == query.service) &&
           (query.operation.empty() || span.name == query.operation) &&
           span.end_ns - span.start_ns >= query.min_duration_ns &&
           (!query.status.has_value() || span.status == *query.status);
  });
}

base::Result<records::Page<model::Span>> FakeRecordStore::Trace(const model::TenantName& tenant,
                                                                std::string_view trace_id) {
  std::vector<model::Span> found;
  for (const model::Span& span : spans(tenant)) {
    if (span.trace_id == trace_id) found.push_back(span);
  }
  std::ranges::sort(found, {}, &model::Span::start_ns);
  records::Page<model::Span> page;
  page.records = std::move(found);
  return page;
}

base::Result<> FakeRecordStore::DeleteTenant(const model::TenantName& tenant) {
  base::MutexLock lock(mutex_);
  if (auto error = TakeError(next_error_)) return *std::move(error);
  logs_.erase(tenant);
  events_.erase(tenant);
  changes_.erase(tenant);
  spans_.erase(tenant);
  return {};
}

base::Result<> FakeRecordStore::DropBefore(records::RecordKind /*kind*/,
                                           base::TimePoint /*horizon*/) {
  return {};
}

base::Result<records::ScanReport> FakeRecordStore::ScanLogs(
    const records::LogScan& scan, const std::function<bool(const records::LogLine&)>& visit) {
  if (scan.condition != nullptr) return base::Unimplemented("fake: conditions");
  records::ScanReport report;
  for (const model::LogRecord& record : logs(scan.tenant)) {
    const RecordLine line(record);
    if (record.time < scan.from || record.time > scan.to) continue;
    ++report.lines_scanned;
    report.complete = visit(line);
    if (!report.complete) break;
  }
  return report;
}

base::Result<std::vector<records::LogPattern>> FakeRecordStore::LogPatterns(
    const model::TenantName& /*tenant*/) {
  return base::Unimplemented("fake");
}

base::Result<std::vector<records::SpanOperation>> FakeRecordStore::Operations(
    const model::TenantName& /*tenant*/, base::TimePoint /*from*/, base::TimePoint /*to*/) {
  return base::Unimplemented("fake");
}

base::Result<std::vector<model::ServiceEdge>> FakeRecordStore::ServiceEdges(
    const model::TenantName& /*tenant*/, base::TimePoint /*from*/, base::TimePoint /*to*/) {
  return base::Unimplemented("fake");
}

}  // namespace vedette::ingest
