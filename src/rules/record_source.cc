#include "rules/record_source.h"

#include <utility>

namespace vedette::rules {
namespace {

constexpr size_t kPageRecords = 1000;

}  // namespace

base::Result<> StoredRecords::Events(const records::EventQuery& query,
                                     const std::function<bool(const model::Event&)>& visit) {
  records::EventQuery page = query;
  page.tenant = tenant_;
  page.limit = kPageRecords;
  do {
    if (keep_going_ && !keep_going_()) return base::Unavailable("cancelled");
    VEDETTE_TRY(const records::Page<model::Event> events, store_.QueryEvents(page));
    for (const model::Event& event : events.records) {
      if (!visit(event)) return {};
    }
    page.cursor = events.next_cursor;
  } while (!page.cursor.empty());
  return {};
}

base::Result<> StoredRecords::Logs(const records::LogScan& scan,
                                   const std::function<bool(const records::LogLine&)>& visit) {
  records::LogScan whole = scan;
  whole.tenant = tenant_;
  whole.keep_going = keep_going_;
  bool enough = false;
  VEDETTE_TRY(const records::ScanReport report,
              store_.ScanLogs(whole, [&](const records::LogLine& line) {
                enough = !visit(line);
                return !enough;
              }));
  if (!report.complete && !enough) return base::Unavailable("cancelled");
  return {};
}

}  // namespace vedette::rules
