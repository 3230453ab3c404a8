#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "model/change.h"

namespace vedette::sources::changes {

// Changes out of what code hosts and pipelines post by themselves. Each gives the changes that an
// event tells of: none when it tells of none (a ping, a comment, a pipeline that still runs). Every
// change has an id made of the event's own ids, so that what is posted again is stored once. Pure
// and thread-safe. Errors: kInvalidArgument that names the field.

struct WebhookOptions {
  // Which service a repository, project, application or job is of, by its full or its last name
  // ("acme/payment-api" or "payment-api"); those without an entry are of their last name.
  std::vector<std::pair<std::string, std::string>> services = {};
  std::string service = {};  // of all events, when the sender's address says so
  // The sender's own id of this telling, which it keeps when it tells again; empty: it has none.
  std::string delivery = {};
  size_t commits_max = 50;  // that a push is said to have
  size_t files_max = 200;
};

// GitHub: `event` is the header X-GitHub-Event: push, deployment, deployment_status, release,
// workflow_run.
base::Result<std::vector<model::Change>> ParseGitHub(std::string_view event, const base::Json& body,
                                                     base::TimePoint now,
                                                     const WebhookOptions& options);

// GitLab: deployments, pipelines that ended, pushes, tags, releases, feature flags.
base::Result<std::vector<model::Change>> ParseGitLab(const base::Json& body, base::TimePoint now,
                                                     const WebhookOptions& options);

// Argo CD: an Application, or {"app": Application}, as its notifications send it by the template
// {"app": {{toJson .app}}}. The operation of the last synchronisation is a deployment.
base::Result<std::vector<model::Change>> ParseArgoCd(const base::Json& body, base::TimePoint now,
                                                     const WebhookOptions& options);

// Jenkins: what the Notification plug-in posts of a build that ended.
base::Result<std::vector<model::Change>> ParseJenkins(const base::Json& body, base::TimePoint now,
                                                      const WebhookOptions& options);

// "sha256=" and the HMAC of the body, as GitHub signs (X-Hub-Signature-256). kUnauthenticated.
base::Result<> CheckGitHubSignature(std::string_view header, std::string_view body,
                                    std::string_view secret);

}  // namespace vedette::sources::changes
