#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"

namespace vedette::net {

// Why a request is refused, ready to be answered. The texts hold no bytes of the request.
struct RequestFailure {
  int status = 400;
  std::string message;
  std::string_view field = {};       // the part at fault or the key of its limit; a literal
  std::optional<size_t> limit = {};  // that was passed
};

// How the end of the body is known.
enum class BodyFraming { kNone, kLength, kChunked };

// The coding of a body that the reader undoes.
enum class BodyCoding { kNone, kGzip, kZstd };

// The head of a request and what follows from it for the connection.
struct RequestHead {
  std::string method;
  std::string target;
  std::string path;
  Parameters query;
  Headers headers;  // without Content-Encoding when `coding` says it
  int minor_version = 1;
  BodyFraming framing = BodyFraming::kNone;
  uint64_t content_length = 0;  // for kLength
  bool keep_alive = true;
  bool expects_continue = false;
  BodyCoding coding = BodyCoding::kNone;
  bool accepts_gzip = false;
};

// Parses a whole head: request line and header lines, each ending in CRLF, without the empty line
// at the end. Strict where leniency lets two servers disagree about a message (RFC 9112 section
// 11.2): one space between the parts of the request line, no space before a colon, no folded
// lines, one Host, at most one Content-Length, and never together with Transfer-Encoding.
// REQUIRES: every LF in `text` follows a CR. Pure.
std::optional<RequestFailure> ParseRequestHead(std::string_view text, RequestHead& head);

// One header or trailer line without its CRLF. False when it is malformed.
bool ParseHeaderLine(std::string_view line, std::string_view& name, std::string_view& value);

}  // namespace vedette::net
