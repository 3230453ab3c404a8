#include "net/request_head.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "net/http_chars.h"
#include "net/request_target.h"

namespace vedette::net {
namespace {

using Failure = std::optional<RequestFailure>;

RequestFailure Bad(std::string_view message) { return {400, std::string(message)}; }

constexpr std::array<std::string_view, 7> kMethods = {"GET",   "HEAD",   "POST",   "PUT",
                                                      "PATCH", "DELETE", "OPTIONS"};

// What header lines said that may be said only once.
struct Seen {
  int hosts = 0;
  int content_lengths = 0;
  int transfer_encodings = 0;
  bool close = false;
  bool keep_alive = false;
};

Failure ParseVersion(std::string_view version, RequestHead& head) {
  if (version == "HTTP/1.1") {
    head.minor_version = 1;
    return {};
  }
  if (version == "HTTP/1.0") {
    head.minor_version = 0;
    return {};
  }
  const bool well_formed = version.size() == 8 && version.starts_with("HTTP/") &&
                           version[5] >= '0' && version[5] <= '9' && version[6] == '.' &&
                           version[7] >= '0' && version[7] <= '9';
  if (well_formed) return RequestFailure{505, "only HTTP/1.0 and HTTP/1.1 are spoken here"};
  return Bad("the request line has no valid HTTP version");
}

Failure ParseRequestLine(std::string_view line, RequestHead& head) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return Bad("malformed request line");
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (!IsToken(method)) return Bad("the method is not a token");
  if (target.empty() || target.find(' ') != std::string_view::npos) {
    return Bad("the request line must have exactly two single spaces");
  }
  if (Failure failure = ParseVersion(line.substr(last + 1), head)) return failure;
  if (std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end()) {
    return RequestFailure{501, "this method is not implemented"};
  }
  base::Result<RequestTarget> parsed = ParseRequestTarget(method, target);
  if (!parsed.ok()) return Bad(parsed.error().message);
  base::Result<Parameters> query = ParseParameters(parsed->query);
  if (!query.ok()) return Bad(query.error().message);
  head.method = method;
  head.target = target;
  head.path = std::move(parsed->path);
  head.query = *std::move(query);
  if (!parsed->authority.empty()) head.headers.Add("Host", std::string(parsed->authority));
  return {};
}

bool IsHost(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    return (IsTokenChar(c) || c == ':' || c == '[' || c == ']') && c != '#';
  });
}

Failure OnTransferEncoding(std::string_view value, RequestHead& head) {
  if (head.minor_version == 0) return Bad("Transfer-Encoding does not exist in HTTP/1.0");
  if (EqualsIgnoreCase(value, "chunked")) {
    head.framing = BodyFraming::kChunked;
    return {};
  }
  int chunked = 0;
  std::string_view last;
  ForEachListElement(value, [&](std::string_view coding) {
    last = coding;
    chunked += EqualsIgnoreCase(coding, "chunked") ? 1 : 0;
  });
  if (chunked == 1 && EqualsIgnoreCase(last, "chunked")) {
    return RequestFailure{501, "the only transfer coding is chunked"};
  }
  return Bad("Transfer-Encoding must be chunked");
}

Failure OnContentLength(std::string_view value, RequestHead& head) {
  // Eighteen digits cannot overflow; the body limit is far below.
  if (value.empty() || value.size() > 18 || value.find_first_not_of("0123456789") < value.size()) {
    return Bad("Content-Length is not a number");
  }
  std::from_chars(value.data(), value.data() + value.size(), head.content_length);
  head.framing = BodyFraming::kLength;
  return {};
}

void OnConnection(std::string_view value, Seen& seen) {
  ForEachListElement(value, [&](std::string_view option) {
    if (EqualsIgnoreCase(option, "close")) seen.close = true;
    if (EqualsIgnoreCase(option, "keep-alive")) seen.keep_alive = true;
  });
}

// "gzip;q=0" refuses gzip.
void OnAcceptEncoding(std::string_view value, RequestHead& head) {
  ForEachListElement(value, [&](std::string_view element) {
    const size_t semicolon = element.find(';');
    if (!EqualsIgnoreCase(TrimBlanks(element.substr(0, semicolon)), "gzip")) return;
    std::string_view weight =
        semicolon == std::string_view::npos ? "" : TrimBlanks(element.substr(semicolon + 1));
    const bool refused = (weight.starts_with("q=") || weight.starts_with("Q=")) &&
                         weight.substr(2).find_first_not_of("0.") == std::string_view::npos;
    head.accepts_gzip = !refused;
  });
}

Failure OnContentEncoding(std::string_view value, RequestHead& head) {
  if (EqualsIgnoreCase(value, "gzip") || EqualsIgnoreCase(value, "x-gzip")) {
    head.coding = BodyCoding::kGzip;
  } else if (EqualsIgnoreCase(value, "zstd")) {
    head.coding = BodyCoding::kZstd;
  } else if (!EqualsIgnoreCase(value, "identity") && !EqualsIgnoreCase(value, "snappy")) {
    // Snappy is part of the protocols that use it: their parsers undo it.
    return RequestFailure{415, "the content encodings are gzip, zstd, snappy and identity",
                          "Content-Encoding"};
  }
  return {};
}

// False when the header is consumed here and not to be shown to the handler.
Failure OnHeader(std::string_view name, std::string_view value, RequestHead& head, Seen& seen) {
  bool keep = true;
  if (EqualsIgnoreCase(name, "Host")) {
    if (++seen.hosts > 1) return Bad("more than one Host");
    if (!IsHost(value)) return Bad("Host is malformed");
    keep = !head.headers.Has("Host");  // the authority of an absolute target wins
  } else if (EqualsIgnoreCase(name, "Content-Length")) {
    if (++seen.content_lengths > 1) return Bad("more than one Content-Length");
    if (Failure failure = OnContentLength(value, head)) return failure;
  } else if (EqualsIgnoreCase(name, "Transfer-Encoding")) {
    if (++seen.transfer_encodings > 1) return Bad("more than one Transfer-Encoding");
    if (Failure failure = OnTransferEncoding(value, head)) return failure;
  } else if (EqualsIgnoreCase(name, "Connection")) {
    OnConnection(value, seen);
  } else if (EqualsIgnoreCase(name, "Expect")) {
    if (!EqualsIgnoreCase(value, "100-continue")) {
      return RequestFailure{417, "the only expectation met is 100-continue"};
    }
    head.expects_continue = head.minor_version == 1;
  } else if (EqualsIgnoreCase(name, "Content-Encoding")) {
    if (head.coding != BodyCoding::kNone || head.headers.Has(name)) {
      return Bad("more than one Content-Encoding");
    }
    if (Failure failure = OnContentEncoding(value, head)) return failure;
    keep = head.coding == BodyCoding::kNone;
  } else if (EqualsIgnoreCase(name, "Accept-Encoding")) {
    OnAcceptEncoding(value, head);
  }
  if (keep) head.headers.Add(std::string(name), std::string(value));
  return {};
}

Failure Conclude(const Seen& seen, RequestHead& head) {
  if (seen.hosts == 0 && head.minor_version == 1) return Bad("HTTP/1.1 needs a Host");
  if (seen.content_lengths > 0 && seen.transfer_encodings > 0) {
    return Bad("Content-Length and Transfer-Encoding exclude each other");
  }
  if (head.framing == BodyFraming::kLength && head.content_length == 0) {
    head.framing = BodyFraming::kNone;
  }
  if (head.framing == BodyFraming::kNone) head.expects_continue = false;
  head.keep_alive = !seen.close && (head.minor_version == 1 || seen.keep_alive);
  return {};
}

}  // namespace

bool ParseHeaderLine(std::string_view line, std::string_view& name, std::string_view& value) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  name = line.substr(0, colon);
  value = TrimBlanks(line.substr(colon + 1));
  return IsToken(name) && IsHeaderValue(value);
}

std::optional<RequestFailure> ParseRequestHead(std::string_view text, RequestHead& head) {
  const size_t line_end = text.find("\r\n");
  if (line_end == std::string_view::npos) return Bad("malformed request line");
  if (Failure failure = ParseRequestLine(text.substr(0, line_end), head)) return failure;
  text.remove_prefix(line_end + 2);
  Seen seen;
  while (!text.empty()) {
    const size_t end = text.find("\r\n");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    if (line.starts_with(' ') || line.starts_with('\t')) return Bad("a header line is folded");
    std::string_view name;
    std::string_view value;
    if (!ParseHeaderLine(line, name, value)) return Bad("a header line is malformed");
    if (Failure failure = OnHeader(name, value, head, seen)) return failure;
  }
  return Conclude(seen, head);
}

}  // namespace vedette::net
