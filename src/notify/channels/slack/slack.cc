#include "notify/channels/slack/slack.h"

#include <utility>

#include "base/json_writer.h"
#include "notify/channels/slack/slack_message.h"

namespace vedette::notify::channels {

using delivery::Answer;
using delivery::Attempt;

Slack::Slack(std::string url, const delivery::ChannelParts& parts)
    : HttpChannel(parts.http), url_(std::move(url)), external_url_(parts.external_url) {}

std::string Slack::Preview(const model::Page& page, const Attempt& attempt) const {
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject();
  WriteSlackMembers(json, page, attempt, {.external_url = external_url_});
  json.EndObject();
  return body;
}

net::ClientRequest Slack::RequestFor(const model::Page& page, const Attempt& attempt) const {
  return delivery::JsonPost(url_, page, attempt, Preview(page, attempt));
}

Answer Slack::Judge(const net::Response& response) const {
  Answer answer = delivery::AnswerOf(response);
  // Slack says "ok"; a proxy's login page also comes with 200.
  if (answer.verdict == delivery::Verdict::kDelivered && response.body != "ok") {
    answer.verdict = delivery::Verdict::kRetry;
    answer.detail += ", but not Slack's 'ok'";
  } else if (answer.verdict != delivery::Verdict::kDelivered) {
    answer.detail += delivery::PlainWords(response.body);
  }
  return answer;
}

}  // namespace vedette::notify::channels
