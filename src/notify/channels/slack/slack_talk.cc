#include "notify/channels/slack/slack_talk.h"

#include <fmt/core.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/json_writer.h"
#include "net/client.h"

namespace vedette::notify::channels {
namespace {

constexpr base::Duration kTimeout = std::chrono::seconds(5);

base::Result<> Say(const std::string& token, const std::string& api_url, net::HttpClient& client,
                   const delivery::Saying& saying) {
  net::ClientRequest request{.method = "POST", .url = api_url + "/chat.postMessage"};
  request.headers.Set("Content-Type", "application/json; charset=utf-8");
  request.headers.Add("Authorization", "Bearer " + token);
  request.timeout = kTimeout;
  request.addresses = net::AddressPolicy::kAny;  // a person configured it
  base::JsonWriter json(request.body);
  json.BeginObject().Field("channel", saying.channel);
  if (!saying.thread.empty()) json.Field("thread_ts", saying.thread);
  json.Field("text", saying.text).Field("unfurl_links", false).EndObject();
  VEDETTE_TRY(const net::Response response, client.Fetch(request));
  const base::Result<base::Json> answer = base::ParseJson(response.body);
  const bool ok = response.status == 200 && answer.ok() && answer->is_object() &&
                  answer->contains("ok") && (*answer)["ok"] == base::Json(true);
  if (!ok) return base::Unavailable(fmt::format("Slack answers HTTP {}", response.status));
  return {};
}

}  // namespace

delivery::Talk MakeSlackTalk(std::string bot_token, std::string api_url) {
  return [token = std::move(bot_token), api_url = std::move(api_url)](
             net::HttpClient& client, const delivery::Saying& saying) {
    return Say(token, api_url, client, saying);
  };
}

}  // namespace vedette::notify::channels
