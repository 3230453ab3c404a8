#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "sources/otlp/wire.h"

namespace vedette::sources::otlp {

struct RecordOptions {
  size_t records_max = 100'000;  // of one request
  size_t attributes_max = 128;   // of a record, and of a resource
  size_t parts_max = 256;        // events of a span, and links
  size_t message_bytes_max = 64 << 10;
  size_t bytes_max = 256 << 20;  // of all records, each with the attributes of its resource
};

// The way to the records of a request, which is the same for log records and spans: resources,
// their scopes, and the records of each. Not thread-safe.
class RecordsReader {
 public:
  // `noun` names the records in errors, in the plural.
  RecordsReader(std::string_view noun, const RecordOptions& options)
      : options_(options), noun_(noun) {}
  virtual ~RecordsReader() = default;
  RecordsReader(const RecordsReader&) = delete;
  RecordsReader& operator=(const RecordsReader&) = delete;

  // Throws protozero::exception for what is no such message. Errors: kInvalidArgument for a limit
  // of the whole request.
  base::Result<> ReadRequest(std::string_view message);

 protected:
  virtual void ReadRecord(std::string_view message) = 0;

  const RecordOptions& options_;
  // Of the record that is read.
  Resource resource_;
  Scope scope_;
  size_t index_ = 0;

 private:
  base::Result<> ReadResourceRecords(std::string_view message);
  base::Result<> ReadScopeRecords(std::string_view message);
  base::Result<> Admit(std::string_view record);

  const std::string_view noun_;
  size_t records_ = 0;
  size_t bytes_ = 0;
};

}  // namespace vedette::sources::otlp
