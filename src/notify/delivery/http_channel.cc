#include "notify/delivery/http_channel.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <utility>

#include "base/base64.h"

namespace vedette::notify::delivery {

Answer HttpChannel::Send(const model::Page& page, const Attempt& attempt) {
  const base::Result<net::Response> response = client_.Fetch(RequestFor(page, attempt));
  return response.ok() ? Judge(*response) : AnswerOf(response.error());
}

Answer HttpChannel::Judge(const net::Response& response) const { return AnswerOf(response); }

net::ClientRequest JsonPost(std::string url, const model::Page& page, const Attempt& attempt,
                            std::string body) {
  constexpr size_t kResponseBytesMax = 64 * 1024;  // of which little is read; it only must end
  net::ClientRequest request{.method = "POST",
                             .url = std::move(url),
                             .headers = {},
                             .body = std::move(body),
                             .timeout = attempt.timeout,
                             .response_bytes_max = kResponseBytesMax,
                             .addresses = net::AddressPolicy::kAny,  // a person configured it
                             .cancelled = attempt.cancelled};
  request.headers.Add("Content-Type", "application/json");
  request.headers.Add("Idempotency-Key", page.dedup_key);
  return request;
}

base::Result<> Validate(const HttpLogin& login) {
  if (login.user.empty() || login.bearer_token.empty()) return {};
  return base::InvalidArgument("cannot stand beside user", "bearer_token");
}

void Authorize(net::ClientRequest& request, const HttpLogin& login) {
  if (!login.user.empty()) {
    request.headers.Set("Authorization",
                        "Basic " + base::Base64(login.user + ":" + login.password));
  } else if (!login.bearer_token.empty()) {
    request.headers.Set("Authorization", "Bearer " + login.bearer_token);
  }
}

Answer AnswerOf(int status, std::string_view retry_after) {
  Answer answer{.status = status, .detail = fmt::format("HTTP {}", status)};
  if (status >= 200 && status < 300) {
    answer.verdict = Verdict::kDelivered;
  } else if (status == 400 || status == 413 || status == 422) {
    answer.verdict = Verdict::kRefused;
  }
  constexpr double kSecondsMax = 24 * 3600;
  double seconds = 0;
  const char* const end = retry_after.data() + retry_after.size();
  const auto read = std::from_chars(retry_after.data(), end, seconds, std::chars_format::fixed);
  if (read.ec == std::errc() && read.ptr == end && seconds >= 0 && seconds <= kSecondsMax) {
    answer.retry_after = base::Duration(static_cast<int64_t>(seconds * 1000));
  }
  return answer;
}

Answer AnswerOf(const net::Response& response) {
  return AnswerOf(response.status, response.headers.Get("Retry-After"));
}

Answer AnswerOf(const base::Error& error) {
  return {.verdict = Verdict::kRetry, .detail = error.message};
}

std::string PlainWords(std::string_view text) {
  constexpr size_t kBytesMax = 160;
  constexpr size_t kWordMax = 32;  // tokens are longer
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(" _.,:'()-").find(c) != std::string_view::npos;
  };
  if (text.empty() || text.size() > kBytesMax || !std::all_of(text.begin(), text.end(), plain)) {
    return {};
  }
  size_t word = 0;
  for (const char c : text) {
    word = c == ' ' ? 0 : word + 1;
    if (word > kWordMax) return {};
  }
  return fmt::format(", {}", text);
}

}  // namespace vedette::notify::delivery
