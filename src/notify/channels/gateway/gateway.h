#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/client.h"
#include "notify/channels/gateway/pattern.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/http_channel.h"

namespace vedette::notify::channels {

// An HTTP request made of patterns: gateways for SMS and calls, and whatever has no channel of its
// own. `url` and `body` may hold {{places}}; each value is escaped for where it stands: percent
// encoding in the URL and in forms, JSON or XML as content_type says.
//
//   to            the person's address, else the receiver's `to`
//   message       one line: "[Critical] payment: ... https://..." within characters_max
//   speech        the same to be read aloud: without the URL
//   title, text, severity, heading, kind, priority, services, since, late
//   incident_id, incident_url, key, tenant
struct GatewaySettings {
  std::string url;  // may hold a secret
  std::string method = "POST";
  std::vector<net::Header> headers = {};
  delivery::HttpLogin login = {};
  std::string content_type = "application/json";
  std::string body = {};
  std::string to = {};
  int64_t characters_max = 1000;  // of message and speech, in UTF-16 units
};

// Bodies that many gateways take as they are: {"to": ..., "text": ...}.
GatewaySettings SmsDefaults();
GatewaySettings VoiceDefaults();

// kInvalidArgument with the key at fault.
base::Result<> Validate(const GatewaySettings& settings);

// See GatewaySettings.
class Gateway final : public delivery::HttpChannel {
 public:
  // REQUIRES: Validate(settings) passed.
  Gateway(GatewaySettings settings, const delivery::ChannelParts& parts);

  delivery::Answer Send(const model::Page& page, const delivery::Attempt& attempt) override;
  std::string Preview(const model::Page& page, const delivery::Attempt& attempt) const override;

 private:
  net::ClientRequest RequestFor(const model::Page& page,
                                const delivery::Attempt& attempt) const override;
  std::map<std::string, std::string> ValuesOf(const model::Page& page,
                                              const delivery::Attempt& attempt) const;
  std::string Escape(std::string_view value) const;

  const GatewaySettings settings_;
  const Pattern url_;
  const Pattern body_;
  const std::string external_url_;
};

}  // namespace vedette::notify::channels
