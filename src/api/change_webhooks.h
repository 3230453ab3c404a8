#pragma once

#include <string>
#include <utility>
#include <vector>

#include "api/route.h"
#include "ingest/ingester.h"
#include "model/tenant.h"

namespace vedette::api {

// Webhooks of code hosts and pipelines, kept as changes (sources/changes/webhooks.h).
struct ChangeWebhookOptions {
  // Of requests that show no key but a signature or token that fits.
  model::TenantName tenant{model::kDefaultTenant};
  std::string github_secret = {};  // empty: a key that may send telemetry is needed
  std::string gitlab_token = {};
  // Repositories, projects, applications and jobs to services.
  std::vector<std::pair<std::string, std::string>> services = {};
  friend bool operator==(const ChangeWebhookOptions&, const ChangeWebhookOptions&) = default;
};

// POST /api/v1/changes/github, /gitlab, /argocd and /jenkins; the parameter `service` says of which
// service all events are. With a secret, GitHub and GitLab need no key: their requests count when
// X-Hub-Signature-256 or X-Gitlab-Token fits, and only then. `ingester` outlives the routes.
std::vector<Route> ChangeWebhookRoutes(ingest::Ingester& ingester, ChangeWebhookOptions options);

}  // namespace vedette::api
