// Any bytes as a log query: parsed or refused with a position, and what is parsed runs over a line.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "query/logs/query.h"
#include "records/log_batch.h"
#include "records/log_matcher.h"

namespace model = vedette::model;
namespace query = vedette::query;
namespace records = vedette::records;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto query = query::logs::Parse(text);
  if (!query.ok()) {
    VEDETTE_CHECK(!query.error().message.empty());
    return 0;
  }
  model::LogRecord log;
  log.id = "x";
  log.service = "shop";
  log.message = text;
  const auto batch = *records::LogBatch::Parse(*records::LogBatch::Encode("t", {log}));
  records::BatchLine line(*batch);
  line.MoveTo(0);
  const records::LogMatcher matcher(*query->condition);
  matcher.Matches(line);
  query::logs::ExtractedLine(line, query->extractions).Record();
  return 0;
}
