#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/log_record.h"
#include "records/log_line.h"
#include "records/message.h"
#include "records/record_id.h"

namespace vedette::records {

// The lines of one append: the bytes that make it durable (docs/formats/records.md) and, over them,
// what searching and sealing need. Immutable but for the patterns, which are set once before others
// see it.
class LogBatch {
 public:
  struct Stream {
    std::string_view service;
    std::vector<std::pair<std::string_view, std::string_view>> fields;
  };
  struct Shape {
    std::string text;
    uint32_t stream = 0;  // any with the service
    uint64_t pattern = 0;
    uint32_t example_row = 0;
    uint32_t rows = 0;
  };
  struct Row {
    int64_t time_ms = 0;
    uint32_t message_offset = 0;
    uint32_t message_size = 0;
    uint32_t trace_offset = 0;
    uint32_t id_offset = 0;  // with id_size 0: how far the id is from the batch's first
    uint16_t trace_size = 0;
    uint16_t id_size = 0;
    uint32_t stream = 0;
    uint32_t shape = 0;
    uint32_t first_value = 0;
    model::LogSeverity level = model::LogSeverity::kInfo;
  };

  // Error: kInvalidArgument for a record without an id or with a long trace id.
  static base::Result<std::string> Encode(std::string_view tenant,
                                          const std::vector<model::LogRecord>& records);
  // Error: kDataLoss.
  static base::Result<std::shared_ptr<LogBatch>> Parse(std::string bytes);

  std::string_view tenant() const { return tenant_; }
  const std::vector<Row>& rows() const { return rows_; }  // ascending by time, then id
  const std::vector<Shape>& shapes() const { return shapes_; }
  std::vector<Shape>& mutable_shapes() { return shapes_; }
  const Stream& stream(const Row& row) const { return streams_[row.stream]; }
  const Stream& stream(uint32_t index) const { return streams_[index]; }
  size_t stream_count() const { return streams_.size(); }
  std::string_view message(const Row& row) const {
    return std::string_view(bytes_).substr(row.message_offset, row.message_size);
  }
  std::string_view trace_id(const Row& row) const {
    return std::string_view(bytes_).substr(row.trace_offset, row.trace_size);
  }
  // REQUIRES: as many as the row's shape has holes.
  std::span<const ValueSpan> values(size_t row, size_t holes) const {
    return std::span(values_).subspan(rows_[row].first_value, holes);
  }
  IdNumber first_id() const { return first_id_; }
  std::string id(const Row& row) const;
  // Empty when the id is one of a run.
  std::string_view explicit_id(const Row& row) const {
    if (row.id_size == 0) return {};
    return std::string_view(bytes_).substr(row.id_offset, row.id_size);
  }
  int64_t min_time_ms() const { return rows_.empty() ? 0 : rows_.front().time_ms; }
  int64_t max_time_ms() const { return rows_.empty() ? 0 : rows_.back().time_ms; }
  size_t bytes() const { return bytes_.size(); }
  const std::string& encoded() const { return bytes_; }

 private:
  struct Reader;
  explicit LogBatch(std::string bytes) : bytes_(std::move(bytes)) {}
  bool ParseAll();
  void Sort();

  const std::string bytes_;
  std::string_view tenant_;
  IdNumber first_id_ = 0;
  std::vector<Stream> streams_;
  std::vector<Shape> shapes_;
  std::vector<Row> rows_;
  std::vector<ValueSpan> values_;
};

// A line of a batch.
class BatchLine final : public LogLine {
 public:
  explicit BatchLine(const LogBatch& batch) : batch_(batch) {}
  void MoveTo(size_t row) { row_ = &batch_.rows()[row]; }
  const LogBatch::Row& row() const { return *row_; }
  const LogBatch::Shape& shape() const { return batch_.shapes()[row_->shape]; }

  int64_t time_ms() const override { return row_->time_ms; }
  model::LogSeverity level() const override { return row_->level; }
  std::string_view service() const override { return batch_.stream(*row_).service; }
  uint64_t pattern() const override { return shape().pattern; }
  std::string_view message() const override { return batch_.message(*row_); }
  std::string_view trace_id() const override { return batch_.trace_id(*row_); }
  std::optional<std::string_view> Field(std::string_view name) const override;
  model::LogRecord Record() const override;

 private:
  const LogBatch& batch_;
  const LogBatch::Row* row_ = nullptr;
};

}  // namespace vedette::records
