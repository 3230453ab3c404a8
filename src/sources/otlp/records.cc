#include "sources/otlp/records.h"

#include <fmt/core.h>

// Export*ServiceRequest  1: Resource*...   Resource*  1: Resource  2: Scope*...
// Scope*  1: InstrumentationScope  2: a record...

namespace vedette::sources::otlp {

using protozero::pbf_reader;
using protozero::tag_and_type;

base::Result<> RecordsReader::ReadRequest(std::string_view message) {
  for (pbf_reader reader = Reader(message); reader.next();) {
    if (reader.tag_and_type() == tag_and_type(1, kLengthDelimited)) {
      VEDETTE_TRY_VOID(ReadResourceRecords(Text(reader.get_view())));
    } else {
      reader.skip();
    }
  }
  return {};
}

// The resource may stand behind its records.
base::Result<> RecordsReader::ReadResourceRecords(std::string_view message) {
  resource_ = {};
  for (pbf_reader reader = Reader(message); reader.next();) {
    if (reader.tag_and_type() == tag_and_type(1, kLengthDelimited)) {
      VEDETTE_TRY(resource_, ReadResource(Text(reader.get_view()), options_.attributes_max));
    } else {
      reader.skip();
    }
  }
  for (pbf_reader reader = Reader(message); reader.next();) {
    if (reader.tag_and_type() == tag_and_type(2, kLengthDelimited)) {
      VEDETTE_TRY_VOID(ReadScopeRecords(Text(reader.get_view())));
    } else {
      reader.skip();
    }
  }
  return {};
}

base::Result<> RecordsReader::ReadScopeRecords(std::string_view message) {
  scope_ = {};
  for (pbf_reader reader = Reader(message); reader.next();) {
    if (reader.tag_and_type() == tag_and_type(1, kLengthDelimited)) {
      scope_ = ReadScope(Text(reader.get_view()));
    } else {
      reader.skip();
    }
  }
  for (pbf_reader reader = Reader(message); reader.next();) {
    if (reader.tag_and_type() != tag_and_type(2, kLengthDelimited)) {
      reader.skip();
      continue;
    }
    const std::string_view record = Text(reader.get_view());
    VEDETTE_TRY_VOID(Admit(record));
    index_ = records_++;
    ReadRecord(record);
  }
  return {};
}

base::Result<> RecordsReader::Admit(std::string_view record) {
  if (records_ >= options_.records_max) {
    return base::InvalidArgument(
        fmt::format("OTLP: more than {} {} in one request", options_.records_max, noun_),
        "records_per_request");
  }
  bytes_ += record.size() + resource_.bytes;
  if (bytes_ > options_.bytes_max) {
    return base::InvalidArgument(
        fmt::format("OTLP: more than {} bytes of {} in one request, each with the attributes of "
                    "its resource",
                    options_.bytes_max, noun_),
        "record_bytes_per_request");
  }
  return {};
}

}  // namespace vedette::sources::otlp
