#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/client.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/http_channel.h"

namespace vedette::notify::channels {

struct OpsgenieSettings {
  std::string api_key;                           // of an API integration; a secret
  std::string url = "https://api.opsgenie.com";  // EU: https://api.eu.opsgenie.com
  std::vector<std::string> teams = {};           // by name; empty: the integration's
  std::vector<std::string> tags = {};
};

// Keeps an alert in Opsgenie (or Jira Service Management, which has the same API) per incident,
// with the incident's id as alias: created, its priority raised, acknowledged, closed. One that may
// not be there, because earlier pages were left out, is created first; to create it twice is to do
// nothing.
class Opsgenie final : public delivery::Channel {
 public:
  Opsgenie(OpsgenieSettings settings, const delivery::ChannelParts& parts);

  delivery::Answer Send(const model::Page& page, const delivery::Attempt& attempt) override;
  std::string Preview(const model::Page& page, const delivery::Attempt& attempt) const override;

 private:
  std::string Alert(const model::Page& page, const delivery::Attempt& attempt) const;
  // `method` on /v2/alerts and `rest`, with the body.
  delivery::Answer Call(std::string method, const std::string& rest, const model::Page& page,
                        const delivery::Attempt& attempt, std::string body) const;

  const OpsgenieSettings settings_;
  const std::string external_url_;
  net::HttpClient& client_;
};

}  // namespace vedette::notify::channels
