#include "net/response_head.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/format.h>

#include "net/gzip.h"
#include "net/http_chars.h"

namespace vedette::net {
namespace {

bool IsOurs(std::string_view name) {
  return EqualsIgnoreCase(name, "Content-Length") || EqualsIgnoreCase(name, "Transfer-Encoding") ||
         EqualsIgnoreCase(name, "Connection") || EqualsIgnoreCase(name, "Date");
}

void AppendHeader(std::string_view name, std::string_view value, std::string& out) {
  out.append(name).append(": ");
  const size_t begin = out.size();
  out.append(value);
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
      [](char c) { return !IsValueChar(c); }, ' ');
  out.append("\r\n");
}

bool IsCompressible(std::string_view content_type) {
  const std::string type = LowerAscii(TrimBlanks(content_type.substr(0, content_type.find(';'))));
  return type.starts_with("text/") || type == "application/json" || type.ends_with("+json") ||
         type == "application/javascript" || type == "application/xml" || type.ends_with("+xml") ||
         type == "application/x-ndjson" || type == "application/openmetrics-text";
}

std::string_view CodeName(int status) {
  switch (status) {
    case 408: return "deadline_exceeded";
    case 413:
    case 414:
    case 431: return "resource_exhausted";
    case 501:
    case 505: return "unimplemented";
    case 503: return "unavailable";
    default: return status >= 500 ? "internal" : "invalid_argument";
  }
}

}  // namespace

bool IsBodiless(int status) { return status < 200 || status == 204 || status == 304; }

void AppendResponseHead(const Response& response, const ResponseFrame& frame, std::string& out) {
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", response.status,
                 StatusText(response.status));
  for (const Header& header : response.headers) {
    if (IsToken(header.name) && !IsOurs(header.name)) AppendHeader(header.name, header.value, out);
  }
  out.append("Date: ").append(frame.date).append("\r\n");
  if (frame.framing == ResponseFraming::kLength) {
    fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", frame.content_length);
  } else if (frame.framing == ResponseFraming::kChunked) {
    out.append("Transfer-Encoding: chunked\r\n");
  }
  if (!frame.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (frame.minor_version == 0) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

std::string HttpDate(base::TimePoint time) {
  static constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                            "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[std::chrono::weekday(day).c_encoding()],
      static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
      clock.seconds().count());
}

void CompressResponse(Response& response, bool accepted, size_t bytes_min) {
  if (response.body.size() < bytes_min || response.status == 206) return;
  if (response.headers.Has("Content-Encoding")) return;
  if (!IsCompressible(response.headers.Get("Content-Type"))) return;
  // A cache must know that the answer depends on the header, whether it is compressed or not.
  if (!response.headers.Has("Vary")) response.headers.Add("Vary", "Accept-Encoding");
  if (!accepted) return;
  std::string compressed = GzipCompress(response.body);
  if (compressed.empty()) return;
  response.body = std::move(compressed);
  response.headers.Set("Content-Encoding", "gzip");
  const std::string_view etag = response.headers.Get("ETag");
  if (etag.starts_with('"')) response.headers.Set("ETag", "W/" + std::string(etag));
}

Response FailureResponse(const RequestFailure& failure) {
  std::string body = fmt::format(R"({{"error":{{"code":"{}","message":"{}")",
                                 CodeName(failure.status), failure.message);
  const auto out = std::back_inserter(body);
  if (!failure.field.empty()) fmt::format_to(out, R"(,"field":"{}")", failure.field);
  if (failure.limit) fmt::format_to(out, R"(,"limit":{})", *failure.limit);
  body += "}}";
  Response response = JsonResponse(failure.status, std::move(body));
  if (failure.status == 503) response.headers.Add("Retry-After", "1");
  return response;
}

}  // namespace vedette::net
