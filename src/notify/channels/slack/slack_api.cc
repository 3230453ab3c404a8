#include "notify/channels/slack/slack_api.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "notify/delivery/http_channel.h"

namespace vedette::notify::channels {
namespace {

using delivery::Attempt;
using delivery::Verdict;

constexpr base::Duration kTimeout = std::chrono::seconds(5);
constexpr base::Duration kUploadTimeout = std::chrono::seconds(15);

// The same message will never be taken. All other words of Slack's are of what passes, or of what a
// person may repair: invalid_auth, not_in_channel, ...
bool IsRefusal(std::string_view error) {
  static constexpr std::array<std::string_view, 8> kWords = {
      "invalid_blocks", "invalid_blocks_format", "invalid_arguments", "invalid_json",
      "msg_too_long",   "msg_blocks_too_long",   "no_text",           "too_many_attachments"};
  return std::find(kWords.begin(), kWords.end(), error) != kWords.end();
}

std::string TextOf(const base::Json& json, const char* key) {
  const auto it = json.find(key);
  return it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
}

// "channel" is an id where messages are, an object where channels are.
std::string ChannelOf(const base::Json& json) {
  const auto it = json.find("channel");
  return it != json.end() && it->is_object() ? TextOf(*it, "id") : TextOf(json, "channel");
}

}  // namespace

SlackApi::SlackApi(std::string token, std::string url, net::HttpClient& client)
    : token_(std::move(token)), url_(std::move(url)), client_(client) {}

SlackReply SlackApi::Fetch(std::string_view method, net::ClientRequest request) const {
  request.headers.Add("Authorization", "Bearer " + token_);
  const base::Result<net::Response> response = client_.Fetch(request);
  SlackReply reply;
  if (!response.ok()) {
    reply.answer = delivery::AnswerOf(response.error());
    return reply;
  }
  reply.answer = delivery::AnswerOf(*response);
  reply.answer.detail = fmt::format("{}, {}", reply.answer.detail, method);
  if (reply.answer.verdict != Verdict::kDelivered) return reply;
  const base::Result<base::Json> json = base::ParseJson(response->body);
  const bool readable = json.ok() && json->is_object();
  if (readable && json->contains("ok") && (*json)["ok"] == base::Json(true)) {
    reply.channel = ChannelOf(*json);
    reply.ts = TextOf(*json, "ts");
    reply.upload_url = TextOf(*json, "upload_url");
    reply.file_id = TextOf(*json, "file_id");
    return reply;
  }
  if (readable) reply.error = TextOf(*json, "error");
  reply.answer.verdict = IsRefusal(reply.error) ? Verdict::kRefused : Verdict::kRetry;
  const std::string words = delivery::PlainWords(reply.error);
  reply.answer.detail += words.empty() ? ", but not Slack's 'ok'" : words;
  return reply;
}

SlackReply SlackApi::Call(std::string_view method, const model::Page& page, const Attempt& attempt,
                          std::string body) const {
  net::ClientRequest request =
      delivery::JsonPost(fmt::format("{}/{}", url_, method), page, attempt, std::move(body));
  request.headers.Set("Content-Type", "application/json; charset=utf-8");
  return Fetch(method, std::move(request));
}

SlackReply SlackApi::Call(std::string_view method, std::string body, bool form) const {
  net::ClientRequest request{.method = "POST", .url = fmt::format("{}/{}", url_, method)};
  request.headers.Set("Content-Type", form ? "application/x-www-form-urlencoded"
                                           : "application/json; charset=utf-8");
  request.body = std::move(body);
  request.timeout = kTimeout;
  request.addresses = net::AddressPolicy::kAny;  // a person configured it
  return Fetch(method, std::move(request));
}

delivery::Answer SlackApi::Upload(const std::string& url, std::string bytes) const {
  net::ClientRequest request{.method = "POST", .url = url};
  request.headers.Set("Content-Type", "application/octet-stream");
  request.body = std::move(bytes);
  request.timeout = kUploadTimeout;
  request.addresses =
      url_ == kSlackApiUrl ? net::AddressPolicy::kPublicOnly : net::AddressPolicy::kAny;
  const base::Result<net::Response> response = client_.Fetch(request);
  return response.ok() ? delivery::AnswerOf(*response) : delivery::AnswerOf(response.error());
}

}  // namespace vedette::notify::channels
