#include "notify/delivery/channel.h"

#include <charconv>
#include <fmt/core.h>
#include <utility>

namespace vedette::notify::delivery {

net::ClientRequest JsonPost(const Receiver& receiver, const model::Page& page,
                            const Attempt& attempt, std::string body) {
  constexpr size_t kResponseBytesMax = 64 * 1024;  // of which little is read; it only must end
  net::ClientRequest request{.method = "POST",
                             .url = receiver.url,
                             .headers = {},
                             .body = std::move(body),
                             .timeout = receiver.timeout,
                             .response_bytes_max = kResponseBytesMax,
                             .addresses = net::AddressPolicy::kAny,  // a person configured it
                             .cancelled = attempt.cancelled};
  request.headers.Add("Content-Type", "application/json");
  request.headers.Add("Idempotency-Key", page.dedup_key);
  return request;
}

Answer AnswerOf(int status, std::string_view retry_after) {
  Answer answer{.status = status, .detail = fmt::format("HTTP {}", status), .retry_after = {}};
  if (status >= 200 && status < 300) {
    answer.verdict = Verdict::kDelivered;
  } else if (status == 400 || status == 413 || status == 422) {
    answer.verdict = Verdict::kRefused;
  }
  constexpr int64_t kSecondsMax = 24 * 3600;
  int64_t seconds = 0;
  const char* const end = retry_after.data() + retry_after.size();
  const auto read = std::from_chars(retry_after.data(), end, seconds);
  if (read.ec == std::errc() && read.ptr == end && seconds >= 0 && seconds <= kSecondsMax) {
    answer.retry_after = std::chrono::seconds(seconds);
  }
  return answer;
}

Answer AnswerOf(const base::Error& error) {
  return {.verdict = Verdict::kRetry, .detail = error.message, .retry_after = {}};
}

std::string IncidentUrl(std::string_view external_url, std::string_view incident_id) {
  while (external_url.ends_with('/')) external_url.remove_suffix(1);
  return external_url.empty() ? "" : fmt::format("{}/incidents/{}", external_url, incident_id);
}

}  // namespace vedette::notify::delivery
