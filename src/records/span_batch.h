#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/span.h"
#include "records/format.h"

namespace vedette::records {

// A stored span, as far as filters look at it; views its bytes.
struct SpanRow {
  SpanView view;
  std::string_view trace_id;
  std::string_view span_id;
  std::string_view parent_span_id;
  std::string_view bytes;

  int64_t start_ms() const { return view.start_ns / 1'000'000; }
  int64_t duration_ns() const {
    return view.end_ns > view.start_ns ? view.end_ns - view.start_ns : 0;
  }
  std::string id() const { return std::string(trace_id) += span_id; }
  std::optional<model::Span> Read() const;
};

// Nothing for damaged bytes. The views live as long as the bytes.
std::optional<SpanRow> ReadSpanRow(std::string_view bytes);

// The spans of one append: the bytes that make it durable, and its rows. Immutable.
class SpanBatch {
 public:
  static std::string Encode(std::string_view tenant, const std::vector<model::Span>& spans);
  // Error: kDataLoss.
  static base::Result<std::shared_ptr<SpanBatch>> Parse(std::string bytes);

  std::string_view tenant() const { return tenant_; }
  const std::vector<SpanRow>& rows() const { return rows_; }
  size_t bytes() const { return bytes_.size(); }
  const std::string& encoded() const { return bytes_; }

 private:
  explicit SpanBatch(std::string bytes) : bytes_(std::move(bytes)) {}
  bool ParseAll();

  const std::string bytes_;
  std::string_view tenant_;
  std::vector<SpanRow> rows_;
};

}  // namespace vedette::records
