#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
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

enum class AnswerKind { kSamples, kStreamedChunks };

struct Request {
  std::vector<Query> queries;
  // What the client takes, in the order of its preference, each kind once; kSamples when it names
  // none. Empty when it names only others.
  std::vector<AnswerKind> kinds;
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

// Writes a streamed answer: frames of a length (LEB128), the CRC-32C of what follows (big endian)
// and a ChunkedReadResponse with one series in chunks. A long series takes several frames. Not
// thread-safe.
class FrameWriter {
 public:
  explicit FrameWriter(size_t frame_bytes_max = 1 << 20) : frame_bytes_max_(frame_bytes_max) {}

  // Histograms have no place in these chunks. REQUIRES: series without any, in ascending order of
  // their labels.
  void Add(size_t query_index, const SeriesView& series);
  size_t size() const { return stream_.size(); }
  std::string Finish() { return std::exchange(stream_, {}); }

 private:
  void EndFrame(size_t query_index);

  const size_t frame_bytes_max_;
  std::string stream_;
  std::string labels_;
  std::string series_;
  std::string chunk_;
  std::string frame_;
};

}  // namespace vedette::sources::remote_read
