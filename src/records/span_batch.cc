#include "records/span_batch.h"

#include "model/labels.h"
#include "records/bits.h"

namespace vedette::records {
namespace {

constexpr char kVersion = 1;

}  // namespace

std::optional<model::Span> SpanRow::Read() const { return Finish(KeyParts{}, view); }

std::optional<SpanRow> ReadSpanRow(std::string_view bytes) {
  const auto view = ViewSpan(bytes);
  if (!view.has_value()) return std::nullopt;
  SpanRow row;
  row.view = *view;
  row.bytes = bytes;
  std::string_view rest = view->rest;
  if (!ReadSized(rest, row.trace_id) || !ReadSized(rest, row.span_id) ||
      !ReadSized(rest, row.parent_span_id)) {
    return std::nullopt;
  }
  return row;
}

std::string SpanBatch::Encode(std::string_view tenant, const std::vector<model::Span>& spans) {
  std::string out{kVersion};
  AppendSized(out, tenant);
  model::AppendVarint(out, spans.size());
  for (const model::Span& span : spans) AppendSized(out, EncodeValue(span));
  return out;
}

base::Result<std::shared_ptr<SpanBatch>> SpanBatch::Parse(std::string bytes) {
  std::shared_ptr<SpanBatch> batch(new SpanBatch(std::move(bytes)));
  if (!batch->ParseAll()) return base::DataLoss("the batch of spans is damaged");
  return batch;
}

bool SpanBatch::ParseAll() {
  std::string_view rest = bytes_;
  uint64_t count = 0;
  if (rest.empty() || rest[0] != kVersion) return false;
  rest.remove_prefix(1);
  if (!ReadSized(rest, tenant_) || !model::ReadVarint(rest, count) || count > rest.size()) {
    return false;
  }
  rows_.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    std::string_view value;
    if (!ReadSized(rest, value)) return false;
    const auto row = ReadSpanRow(value);
    if (!row.has_value()) return false;
    rows_.push_back(*row);
  }
  return rest.empty();
}

}  // namespace vedette::records
