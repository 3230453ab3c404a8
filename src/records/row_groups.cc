#include "records/row_groups.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>

namespace vedette::records {
namespace {

constexpr size_t kBytesBesideMessage = 32;

struct TimedRow {
  int64_t time_ms;  // beside the row, so that sorting looks at the rows only where times are equal
  LogRowRef ref;
};

// Rows in runs that ascend: one run for each batch, whose rows are sorted already.
struct Runs {
  std::vector<TimedRow> rows;
  std::vector<size_t> ends;
  size_t bytes = 0;

  void Add(const LogBatch& batch, uint32_t i) {
    const LogBatch::Row& row = batch.rows()[i];
    if (!rows.empty() && rows.back().ref.batch != &batch) ends.push_back(rows.size());
    rows.push_back({row.time_ms, {&batch, i}});
    bytes += row.message_size + kBytesBesideMessage;
  }
};

bool Before(const TimedRow& a, const TimedRow& b) {
  if (a.time_ms != b.time_ms) return a.time_ms < b.time_ms;
  const LogBatch::Row& x = a.ref.batch->rows()[a.ref.row];
  const LogBatch::Row& y = b.ref.batch->rows()[b.ref.row];
  if (x.id_size > 0 || y.id_size > 0) return a.ref.batch->id(x) < b.ref.batch->id(y);
  return a.ref.batch->first_id() + x.id_offset < b.ref.batch->first_id() + y.id_offset;
}

std::vector<LogRowRef> Merged(Runs runs) {
  std::vector<TimedRow>& rows = runs.rows;
  std::vector<TimedRow> target(rows.size());
  const auto at = [](std::vector<TimedRow>& in, size_t i) {
    return in.begin() + static_cast<ptrdiff_t>(i);
  };
  runs.ends.push_back(rows.size());
  while (runs.ends.size() > 1) {
    std::vector<size_t> ends;
    size_t begin = 0;
    for (size_t i = 0; i < runs.ends.size(); i += 2) {
      const size_t middle = runs.ends[i];
      const size_t end = runs.ends[std::min(i + 1, runs.ends.size() - 1)];
      std::merge(at(rows, begin), at(rows, middle), at(rows, middle), at(rows, end),
                 at(target, begin), Before);
      ends.push_back(end);
      begin = end;
    }
    rows.swap(target);
    runs.ends.swap(ends);
  }
  std::vector<LogRowRef> refs;
  refs.reserve(rows.size());
  for (const TimedRow& row : rows) refs.push_back(row.ref);
  return refs;
}

}  // namespace

std::vector<std::vector<LogRowRef>> GroupRows(
    std::span<const std::shared_ptr<const LogBatch>> batches, size_t own_bytes) {
  std::map<std::string_view, Runs> services;
  for (const auto& batch : batches) {
    Runs* service = nullptr;
    uint32_t stream = UINT32_MAX;
    for (uint32_t i = 0; i < batch->rows().size(); ++i) {
      const LogBatch::Row& row = batch->rows()[i];
      if (row.stream != stream) service = &services[batch->stream(row).service];
      stream = row.stream;
      service->Add(*batch, i);
    }
  }
  std::vector<std::vector<LogRowRef>> groups;
  Runs rest;
  for (auto& [name, service] : services) {
    if (service.bytes >= own_bytes || services.size() == 1) {
      groups.push_back(Merged(std::move(service)));
      continue;
    }
    if (!rest.rows.empty()) rest.ends.push_back(rest.rows.size());
    for (const size_t end : service.ends) rest.ends.push_back(rest.rows.size() + end);
    rest.rows.insert(rest.rows.end(), service.rows.begin(), service.rows.end());
  }
  if (!rest.rows.empty()) groups.push_back(Merged(std::move(rest)));
  return groups;
}

}  // namespace vedette::records
