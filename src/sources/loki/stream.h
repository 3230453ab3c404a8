#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/log_record.h"
#include "sources/loki/parser.h"

namespace vedette::sources::loki {

using Pair = std::pair<std::string, std::string>;

// Reads labels as Loki's protobuf form writes them: {app="shop", pod="a\"b"}.
base::Result<std::vector<Pair>> ParseLabels(std::string_view text, const ParseOptions& options);

// Makes records of the lines of a push request, stream by stream. Not thread-safe.
class RecordMaker {
 public:
  RecordMaker(const ParseOptions& options, ParsedPush& out) : options_(options), out_(out) {}

  // The labels of the lines that follow. An Error refuses all of them, but lines must still be
  // given.
  base::Result<> BeginStream(base::Result<std::vector<Pair>> labels);
  // One line with its structured metadata. kInvalidArgument when the request exceeds a limit.
  base::Result<> Add(base::TimePoint time, std::string_view line,
                     const std::vector<Pair>& metadata);
  // A line that could not be read.
  base::Result<> Refuse(std::string_view why);

 private:
  base::Result<> CountLine();

  const ParseOptions& options_;
  ParsedPush& out_;
  size_t streams_ = 0;
  size_t entries_ = 0;  // of the stream
  size_t bytes_ = 0;
  std::optional<base::Error> bad_stream_;
  size_t labels_ = 0;        // of the stream
  model::LogRecord stream_;  // what its lines have in common
  size_t stream_bytes_ = 0;  // of its fields
};

}  // namespace vedette::sources::loki
