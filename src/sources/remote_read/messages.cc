#include "sources/remote_read/messages.h"

#include <algorithm>
#include <fmt/core.h>
#include <memory>
#include <snappy.h>
#include <utility>

#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>
#include <protozero/varint.hpp>

#include "sources/remote_read/xor_chunk.h"
#include "sources/snappy_body/size.h"

// The messages, of which unknown fields are skipped:
//
//   ReadRequest  1: Query...  2: accepted response types (0 samples, 1 streamed chunks)
//   Query        1: start (ms)  2: end (ms)  3: LabelMatcher...  4: hints
//   LabelMatcher 1: type (= != =~ !~)  2: name  3: value
//   ReadResponse 1: QueryResult...     QueryResult 1: TimeSeries...
//   TimeSeries   1: Label...  2: Sample...  4: Histogram...
//   Sample       1: double value  2: int64 timestamp (ms)
//
//   ChunkedReadResponse 1: ChunkedSeries...  2: index of the query
//   ChunkedSeries       1: Label...  2: Chunk...
//   Chunk               1: first time (ms)  2: last time (ms)  3: encoding (1 XOR)  4: bytes

namespace vedette::sources::remote_read {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::pbf_writer;
using protozero::tag_and_type;

constexpr auto kBytes = pbf_wire_type::length_delimited;
constexpr auto kVarint = pbf_wire_type::varint;

base::Result<model::Matcher> ReadMatcher(pbf_reader reader) {
  constexpr model::MatchOp kOps[] = {model::MatchOp::kEqual, model::MatchOp::kNotEqual,
                                     model::MatchOp::kRegex, model::MatchOp::kNotRegex};
  int32_t type = 0;
  std::string name;
  std::string value;
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kVarint): type = reader.get_int32(); break;
      case tag_and_type(2, kBytes): name = reader.get_string(); break;
      case tag_and_type(3, kBytes): value = reader.get_string(); break;
      default: reader.skip();
    }
  }
  if (type < 0 || type > 3) {
    return base::InvalidArgument(fmt::format("there is no matcher of type {}", type), "matchers");
  }
  if (name.empty()) return base::InvalidArgument("a matcher has no label name", "matchers");
  return model::Matcher::Create(std::move(name), kOps[type], std::move(value));
}

base::Result<Query> ReadQuery(pbf_reader reader, const DecodeLimits& limits) {
  Query query;
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kVarint): query.from_ms = reader.get_int64(); break;
      case tag_and_type(2, kVarint): query.to_ms = reader.get_int64(); break;
      case tag_and_type(3, kBytes): {
        if (query.matchers.size() == limits.matchers_max) {
          return base::InvalidArgument(
              fmt::format("a query has more than {} matchers", limits.matchers_max), "matchers");
        }
        VEDETTE_TRY(model::Matcher matcher, ReadMatcher(reader.get_message()));
        query.matchers.push_back(std::move(matcher));
        break;
      }
      default: reader.skip();
    }
  }
  return query;
}

void TakeKind(int32_t number, std::vector<AnswerKind>& kinds) {
  if (number != 0 && number != 1) return;
  const AnswerKind kind = number == 0 ? AnswerKind::kSamples : AnswerKind::kStreamedChunks;
  if (std::ranges::find(kinds, kind) == kinds.end()) kinds.push_back(kind);
}

base::Result<Request> ReadRequest(std::string_view message, const DecodeLimits& limits) {
  Request request;
  bool any_kind = false;
  pbf_reader reader(message.data(), message.size());
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kBytes): {
        if (request.queries.size() == limits.queries_max) {
          return base::InvalidArgument(
              fmt::format("the request has more than {} queries", limits.queries_max), "queries");
        }
        VEDETTE_TRY(Query query, ReadQuery(reader.get_message(), limits));
        request.queries.push_back(std::move(query));
        break;
      }
      case tag_and_type(2, kVarint):
        TakeKind(reader.get_enum(), request.kinds);
        any_kind = true;
        break;
      case tag_and_type(2, kBytes):
        for (const int32_t kind : reader.get_packed_enum()) TakeKind(kind, request.kinds);
        any_kind = true;
        break;
      default: reader.skip();
    }
  }
  if (!any_kind) request.kinds = {AnswerKind::kSamples};
  return request;
}

void AddSpans(pbf_writer& writer, protozero::pbf_tag_type tag,
              const std::vector<model::BucketRun>& runs) {
  for (const model::BucketRun& run : runs) {
    pbf_writer span(writer, tag);
    span.add_sint32(1, run.offset);
    span.add_uint32(2, run.length);
  }
}

void AddLabels(pbf_writer& series, model::LabelsView labels) {
  for (const model::Label& label : labels) {
    pbf_writer pair(series, 1);
    pair.add_string(1, label.name.data(), label.name.size());
    pair.add_string(2, label.value.data(), label.value.size());
  }
}

// With counts as fractions, which every reader takes.
void AddHistogram(pbf_writer& series, int64_t t_ms, const model::Histogram& histogram) {
  pbf_writer writer(series, 4);
  writer.add_double(2, histogram.count);
  writer.add_double(3, histogram.sum);
  writer.add_sint32(4, histogram.schema);
  writer.add_double(5, histogram.zero_threshold);
  writer.add_double(7, histogram.zero_count);
  AddSpans(writer, 8, histogram.negative_runs);
  writer.add_packed_double(10, histogram.negative_buckets.begin(),
                           histogram.negative_buckets.end());
  AddSpans(writer, 11, histogram.positive_runs);
  writer.add_packed_double(13, histogram.positive_buckets.begin(),
                           histogram.positive_buckets.end());
  writer.add_enum(14, static_cast<int32_t>(histogram.counter_reset));
  writer.add_int64(15, t_ms);
  writer.add_packed_double(16, histogram.custom_bounds.begin(), histogram.custom_bounds.end());
}

}  // namespace

base::Result<Request> DecodeRequest(std::string_view body, const DecodeLimits& limits) {
  VEDETTE_TRY_VOID(snappy_body::DecodedSize(body, limits.decoded_bytes_max));
  std::string message;
  if (!snappy::Uncompress(body.data(), body.size(), &message)) {
    return base::InvalidArgument("the snappy body is damaged", "body");
  }
  try {
    return ReadRequest(message, limits);
  } catch (const protozero::exception& exception) {
    return base::InvalidArgument(
        fmt::format("the body is no prometheus.ReadRequest: {}", exception.what()), "body");
  }
}

void ResponseWriter::Add(const SeriesView& series) {
  series_.clear();
  pbf_writer writer(series_);
  AddLabels(writer, series.labels);
  for (size_t i = 0; i < series.t_ms.size(); ++i) {
    if (i < series.histograms.size() && series.histograms[i] != nullptr) {
      AddHistogram(writer, series.t_ms[i], *series.histograms[i]);
      continue;
    }
    pbf_writer sample(writer, 2);
    sample.add_double(1, series.values[i]);
    sample.add_int64(2, series.t_ms[i]);
  }
  pbf_writer(result_).add_message(1, series_);
}

void ResponseWriter::EndQuery() {
  pbf_writer(message_).add_message(1, result_);
  result_.clear();
}

std::string ResponseWriter::Finish() {
  std::string packed;
  snappy::Compress(message_.data(), message_.size(), &packed);
  message_.clear();
  return packed;
}

void FrameWriter::Add(size_t query_index, const SeriesView& series) {
  constexpr int32_t kXor = 1;
  labels_.clear();
  pbf_writer label_writer(labels_);
  AddLabels(label_writer, series.labels);
  series_ = labels_;
  for (size_t first = 0; first < series.t_ms.size(); first += kChunkSamplesMax) {
    const size_t count = std::min(kChunkSamplesMax, series.t_ms.size() - first);
    const auto times = series.t_ms.subspan(first, count);
    chunk_.clear();
    AppendXorChunk(times, series.values.subspan(first, count), chunk_);
    {
      pbf_writer writer(series_);
      pbf_writer chunk(writer, 2);
      chunk.add_int64(1, times.front());
      chunk.add_int64(2, times.back());
      chunk.add_enum(3, kXor);
      chunk.add_bytes(4, chunk_);
    }
    if (series_.size() < frame_bytes_max_) continue;
    EndFrame(query_index);
    series_ = labels_;
  }
  if (series_.size() > labels_.size()) EndFrame(query_index);
}

void FrameWriter::EndFrame(size_t query_index) {
  frame_.clear();
  pbf_writer writer(frame_);
  writer.add_message(1, series_);
  if (query_index > 0) writer.add_int64(2, static_cast<int64_t>(query_index));
  protozero::add_varint_to_buffer(&stream_, frame_.size());
  const uint32_t crc = Crc32c(frame_);
  for (const int shift : {24, 16, 8, 0}) stream_ += static_cast<char>(crc >> shift & 0xFF);
  stream_ += frame_;
}

}  // namespace vedette::sources::remote_read
