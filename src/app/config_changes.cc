#include "app/config_changes.h"

#include "app/config_channels.h"

namespace vedette::app {

void ReadChanges(yaml::YamlReader& changes, const std::string& folder,
                 api::ChangeWebhookOptions& out) {
  if (changes.Read("tenant", out.tenant) && !model::IsValidTenantName(out.tenant)) {
    changes.Problem("tenant", "is no name of a tenant");
  }
  ChannelReader secrets(changes, folder);
  secrets.Secret("github_secret", out.github_secret);
  secrets.Secret("gitlab_token", out.gitlab_token);
  changes.ReadTexts("services", [&](const std::string& name, const std::string& service) {
    if (service.empty()) changes.Problem("services", name + " has no service");
    out.services.emplace_back(name, service);
  });
}

}  // namespace vedette::app
