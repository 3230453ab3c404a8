#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/client.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/http_channel.h"

namespace vedette::notify::channels {

struct AlertmanagerSettings {
  std::string url;
  delivery::HttpLogin login = {};
  int64_t max_alerts = 0;  // in one message, the rest is counted in truncatedAlerts; 0: all
  bool send_resolved = true;
};

// Posts pages in the form of Alertmanager's webhooks, version "4", for what was written to receive
// those. The alerts are the page's; an incident without any (anomalies found here) is one alert for
// each of its services, with the labels alertname, service, severity and incident_id. There is no
// word for an acknowledgement in this form, so that is not sent.
class Alertmanager final : public delivery::HttpChannel {
 public:
  Alertmanager(AlertmanagerSettings settings, const delivery::ChannelParts& parts);

  delivery::Answer Send(const model::Page& page, const delivery::Attempt& attempt) override;
  std::string Preview(const model::Page& page, const delivery::Attempt& attempt) const override;

 private:
  net::ClientRequest RequestFor(const model::Page& page,
                                const delivery::Attempt& attempt) const override;

  const AlertmanagerSettings settings_;
  const std::string receiver_;
  const std::string external_url_;
};

}  // namespace vedette::notify::channels
