#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/histogram.h"
#include "model/labels.h"
#include "model/matcher.h"

namespace vedette::sources::remote_read {

// Prometheus' remote read: protobuf messages under snappy's block format. Times are milliseconds,
// both ends of a range belong to it. Pure.

struct Query {
  int64_t from_ms = 0;
  int64_t to_ms = 0;
  std::vector<model::Matcher> matchers;
};

struct DecodeLimits {
  size_t decoded_bytes_max = 1 << 20;
  size_t queries_max = 64;
  size_t matchers_max = 64;  // of a query
};

struct Request {
  std::vector<Query> queries;
  // The kinds of answer that the client takes; a client that names none takes samples.
  bool takes_samples = true;
  bool takes_chunks = false;
};

// Error: kInvalidArgument for what is no request or is beyond a limit, which is named.
base::Result<Request> DecodeRequest(std::string_view body, const DecodeLimits& limits);

// A series as columns of equal length; `histograms` is empty or has a null for each float.
struct SeriesView {
  model::LabelsView labels;
  std::span<const int64_t> t_ms;
  std::span<const double> values;
  std::span<const std::shared_ptr<const model::Histogram>> histograms;
};

// Writes a ReadResponse: for each query BeginQuery, its series, EndQuery. Not thread-safe.
class ResponseWriter {
 public:
  void BeginQuery() { result_.clear(); }
  void Add(const SeriesView& series);
  void EndQuery();
  // Bytes so far, of which the caller may want no more.
  size_t size() const { return message_.size() + result_.size(); }
  // The message under snappy; the writer is empty again.
  std::string Finish();

 private:
  std::string message_;
  std::string result_;  // of the query that is being written
  std::string series_;
};

}  // namespace vedette::sources::remote_read
