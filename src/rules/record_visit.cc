#include "rules/record_visit.h"

namespace vedette::rules {

base::Result<> VisitRecords(const RecordSelector& selector, RecordSource& source,
                            base::TimePoint from, base::TimePoint to,
                            const std::function<bool(const RecordFields&)>& visit) {
  const auto meant = [&](const RecordFields& fields) {
    return (selector.where && !selector.where->Holds(fields.lookup())) || visit(fields);
  };
  if (selector.logs) {
    records::LogScan scan;
    scan.from = from;
    scan.to = to;
    scan.condition = selector.query->condition;
    return source.Logs(scan, [&](const records::LogLine& line) {
      const query::logs::ExtractedLine shown(line, selector.query->extractions);
      return meant(RecordFields(shown));
    });
  }
  records::EventQuery query;
  query.from = from;
  query.to = to;
  query.service = selector.service;
  query.type = selector.type;
  return source.Events(query,
                       [&](const model::Event& event) { return meant(RecordFields(event)); });
}

}  // namespace vedette::rules
