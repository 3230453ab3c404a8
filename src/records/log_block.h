#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "records/column.h"
#include "records/log_batch.h"
#include "records/log_line.h"

namespace vedette::records {

// Many log lines in columns, sealed for good. Four parts, so that a query reads no more than it
// needs: the meta says whether to look at all, the filter which words are not there, the head holds
// times, levels, services and shapes, the body everything else. Bytes: docs/formats/records.md.

struct LogMeta {
  static constexpr size_t kServicesMax = 64;  // named in it; a block with more names none

  uint64_t rows = 0;
  int64_t min_time_ms = 0;
  int64_t max_time_ms = 0;
  std::array<uint64_t, 6> levels{};  // lines of each
  std::vector<std::string> services;

  std::string Encode() const;
  static base::Result<LogMeta> Parse(std::string_view bytes);
};

struct EncodedLogBlock {
  LogMeta meta;
  std::string head;
  std::string body;
  std::string filter;  // word_filter.h: words of messages, trace ids, FieldHash of fields
};

struct LogRowRef {
  const LogBatch* batch;
  uint32_t row;
};
// REQUIRES: rows ascending by time, then id; not empty.
EncodedLogBlock EncodeLogBlock(std::span<const LogRowRef> rows);

// What stands for "this field has this value" in the filter.
uint64_t FieldHash(std::string_view name, std::string_view value);

// What is wanted of a body: unpacking the rest would be most of the work.
struct WantedParts {
  bool fields = true;        // and ids and trace ids
  std::vector<bool> shapes;  // whose messages; empty: all
};

// A block that is read back. Parts are given when they are needed. Not thread-safe.
class LogBlock {
 public:
  struct Shape {
    uint64_t pattern = 0;
    std::string_view text;
    size_t rows = 0;
    size_t holes = 0;
  };

  // Error of both: kDataLoss.
  static base::Result<std::unique_ptr<LogBlock>> ParseHead(const LogMeta& meta,
                                                           std::string_view head);
  base::Result<> ParseBody(std::string_view body, const WantedParts& wanted = {});
  bool has_body() const { return has_body_; }

  size_t rows() const { return times_.size(); }
  int64_t time_ms(size_t row) const { return static_cast<int64_t>(times_[row]); }
  model::LogSeverity level(size_t row) const {
    return static_cast<model::LogSeverity>(levels_[row]);
  }
  std::string_view service(size_t row) const { return services_[service_of_[row]]; }
  size_t shape_of(size_t row) const { return shape_of_[row]; }
  const std::vector<Shape>& shapes() const { return shapes_; }

  // REQUIRES for the rest: has_body(), with what is asked for among what was wanted.
  void AppendMessage(size_t row, std::string& out) const;
  void AppendTraceId(size_t row, std::string& out) const { trace_ids_.Append(row, out); }
  std::string id(size_t row) const;
  bool AppendField(size_t row, std::string_view name, std::string& out) const;
  std::vector<std::pair<std::string, std::string>> fields(size_t row) const;
  // False only if no value of the shape's lines holds these folded bytes.
  bool MayContain(size_t shape, std::string_view folded_part) const;

 private:
  struct FieldSet {
    std::vector<std::string_view> names;
    std::vector<Column> columns;
  };
  bool ReadHead(std::string_view bytes);
  bool ReadBody(std::string_view bytes, const WantedParts& wanted);
  bool ReadIds(std::string_view& bytes, bool wanted);
  bool ReadFields(std::string_view& bytes, bool wanted);
  bool ReadMessages(std::string_view& bytes, const std::vector<bool>& wanted);

  std::string head_;
  std::string body_;
  std::string texts_;
  bool has_body_ = false;

  std::vector<Shape> shapes_;
  std::vector<std::string_view> services_;
  std::vector<uint64_t> times_;
  std::vector<uint64_t> levels_;
  std::vector<uint64_t> service_of_;
  std::vector<uint64_t> shape_of_;

  std::vector<uint32_t> row_in_shape_;
  std::vector<Column> values_;       // of all shapes one after another
  std::vector<size_t> first_value_;  // by shape, into `values_`
  std::vector<IdNumber> id_bases_;
  std::vector<uint64_t> id_base_of_;  // by row; 0: the id is in `explicit_ids_`
  std::vector<uint64_t> id_distance_;
  Column explicit_ids_;
  Column trace_ids_;
  std::vector<FieldSet> field_sets_;
  std::vector<uint64_t> field_set_of_;
  std::vector<uint32_t> row_in_field_set_;
};

// A line of a block.
class BlockLine final : public LogLine {
 public:
  explicit BlockLine(const LogBlock& block) : block_(block) {}
  void MoveTo(size_t row) {
    row_ = row;
    has_message_ = false;
  }
  size_t row() const { return row_; }

  int64_t time_ms() const override { return block_.time_ms(row_); }
  model::LogSeverity level() const override { return block_.level(row_); }
  std::string_view service() const override { return block_.service(row_); }
  uint64_t pattern() const override { return block_.shapes()[block_.shape_of(row_)].pattern; }
  std::string_view message() const override;
  std::string_view trace_id() const override;
  std::optional<std::string_view> Field(std::string_view name) const override;
  model::LogRecord Record() const override;

 private:
  const LogBlock& block_;
  size_t row_ = 0;
  mutable bool has_message_ = false;
  mutable std::string message_;
  mutable std::string scratch_;
};

}  // namespace vedette::records
