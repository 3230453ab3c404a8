#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "net/http.h"
#include "net/request_head.h"

namespace vedette::net {

// How the end of a response is told.
enum class ResponseFraming { kLength, kChunked, kUntilClose, kNoBody };

struct ResponseFrame {
  ResponseFraming framing = ResponseFraming::kLength;
  size_t content_length = 0;
  int minor_version = 1;  // of the request
  bool keep_alive = true;
  std::string_view date;  // as HttpDate
};

// Appends the status line, the headers of `response` and those that belong to the connection:
// Date, Content-Length, Transfer-Encoding and Connection are ours, whatever the handler set.
// Headers with malformed names are left out; control characters in values become spaces, so that
// no value can forge a header.
void AppendResponseHead(const Response& response, const ResponseFrame& frame, std::string& out);

// "Sat, 21 Nov 2026 07:50:00 GMT".
std::string HttpDate(base::TimePoint time);

// True for a status that never has a body.
bool IsBodiless(int status);

// Compresses the body in place when it is text or JSON of at least `bytes_min`, not encoded yet,
// and becomes smaller. Sets Content-Encoding and Vary, and weakens a strong ETag.
void CompressResponse(Response& response, bool accepted, size_t bytes_min);

// {"error":{"code","message","field","limit"}} as our API has it, for what the server itself
// refuses. REQUIRES: the texts need no escapes in JSON.
Response FailureResponse(const RequestFailure& failure);

}  // namespace vedette::net
