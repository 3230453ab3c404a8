#include "notify/delivery/channel.h"

#include <fmt/core.h>

namespace vedette::notify::delivery {

std::string IncidentUrl(std::string_view external_url, std::string_view incident_id) {
  while (external_url.ends_with('/')) external_url.remove_suffix(1);
  if (external_url.empty() || incident_id.empty()) return {};
  return fmt::format("{}/incidents/{}", external_url, incident_id);
}

}  // namespace vedette::notify::delivery
