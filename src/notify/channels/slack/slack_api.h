#pragma once

#include <string>
#include <string_view>

#include "net/client.h"
#include "notify/delivery/channel.h"

namespace vedette::notify::channels {

// What came of a call. `error` is Slack's word for what is wrong: empty when it went well, or when
// there was no complete answer.
struct SlackReply {
  delivery::Answer answer;
  std::string error;
  std::string channel;  // the id of the channel that it is about
  std::string ts;       // of a message that was posted
  std::string upload_url;
  std::string file_id;

  bool ok() const { return answer.verdict == delivery::Verdict::kDelivered; }
};

// Slack's web API as a bot. Blocks; no retries. Thread-safe.
class SlackApi {
 public:
  // `url` without a slash at its end; the client must outlive this.
  SlackApi(std::string token, std::string url, net::HttpClient& client);

  // POST of a JSON body to a method such as "chat.postMessage". About a page:
  SlackReply Call(std::string_view method, const model::Page& page,
                  const delivery::Attempt& attempt, std::string body) const;
  // About none; `form` in place of JSON for the methods that take no other.
  SlackReply Call(std::string_view method, std::string body, bool form = false) const;
  // The bytes of a file to where files.getUploadURLExternal says. Only public addresses, unless
  // the API itself is at one that a person configured.
  delivery::Answer Upload(const std::string& url, std::string bytes) const;

 private:
  SlackReply Fetch(std::string_view method, net::ClientRequest request) const;

  const std::string token_;
  const std::string url_;
  net::HttpClient& client_;
};

inline constexpr std::string_view kSlackApiUrl = "https://slack.com/api";

}  // namespace vedette::notify::channels
