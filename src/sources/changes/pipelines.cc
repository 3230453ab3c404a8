// Argo CD: the Application resource (argoproj.io/v1alpha1). Jenkins: the Notification plug-in's
// JSON format.

#include <fmt/ranges.h>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "sources/changes/webhook_json.h"
#include "sources/changes/webhooks.h"

namespace vedette::sources::changes {
namespace {

using base::Json;
using Changes = std::vector<model::Change>;

constexpr size_t kRevisionsMax = 20;

std::string ArgoStatus(const std::string& phase) {
  if (phase == "Succeeded") return "success";
  if (phase == "Failed" || phase == "Error") return "failed";
  return phase == "Running" ? "in_progress" : "";
}

std::string JenkinsStatus(const std::string& status) {
  if (status == "SUCCESS") return "success";
  if (status == "FAILURE" || status == "UNSTABLE") return "failed";
  return status == "ABORTED" ? "cancelled" : "";
}

// The tag of the first image: "1.4" of "registry/pay:1.4".
std::string ImageTag(const Json& images) {
  if (!images.is_array() || images.empty() || !images.front().is_string()) return {};
  const auto& image = images.front().get_ref<const std::string&>();
  const size_t slash = image.rfind('/');
  const size_t colon = image.find(':', slash == std::string::npos ? 0 : slash);
  return colon == std::string::npos ? std::string() : image.substr(colon + 1, 128);
}

// "revision", or of an application of several sources the "revisions", the first one's first.
std::vector<std::string> RevisionsOf(const Json& sync) {
  std::vector<std::string> revisions;
  const Json& several = MemberAt(sync, {"revisions"});
  if (several.is_array()) {
    for (const Json& revision : several) {
      if (revisions.size() >= kRevisionsMax) break;
      if (revision.is_string()) revisions.push_back(revision.get<std::string>().substr(0, 128));
    }
  }
  const std::string one = TextAt(sync, {"revision"});
  if (revisions.empty() && !one.empty()) revisions.push_back(one);
  return revisions;
}

std::string RepositoryOf(const Json& app) {
  const std::string one = TextAt(app, {"spec", "source", "repoURL"});
  const Json& several = MemberAt(app, {"spec", "sources"});
  if (!one.empty() || !several.is_array() || several.empty()) return one;
  return TextAt(several.front(), {"repoURL"});
}

}  // namespace

base::Result<Changes> ParseArgoCd(const Json& body, base::TimePoint now,
                                  const WebhookOptions& options) {
  const Json& wrapped = MemberAt(body, {"app"});
  const Json& app = wrapped.is_object() ? wrapped : body;
  const std::string name = TextAt(app, {"metadata", "name"});
  if (name.empty()) return base::InvalidArgument("is required", "app.metadata.name");
  const Json& operation = MemberAt(app, {"status", "operationState"});
  const std::string status = ArgoStatus(TextAt(operation, {"phase"}));
  if (status.empty()) return Changes();
  model::Change change;
  change.kind = "deployment";
  change.service = ServiceOf(name, options);
  std::vector<std::string> revisions = RevisionsOf(MemberAt(operation, {"syncResult"}));
  if (revisions.empty()) revisions = RevisionsOf(MemberAt(app, {"status", "sync"}));
  const std::string commit = revisions.empty() ? "" : revisions.front();
  change.version = ImageTag(MemberAt(app, {"status", "summary", "images"}));
  if (change.version.empty()) change.version = ShortCommit(commit);
  change.status = status;
  const base::TimePoint started = TimeAt(operation, {"startedAt"}, now);
  change.time = TimeAt(operation, {"finishedAt"}, started);
  change.id = fmt::format("argocd:{}/{}:{}:{}", TextAt(app, {"metadata", "namespace"}), name,
                          base::ToMillis(started), status);
  change.author = TextAt(operation, {"operation", "initiatedBy", "username"});
  const Json& automated = MemberAt(operation, {"operation", "initiatedBy", "automated"});
  if (change.author.empty() && automated.is_boolean() && automated.get<bool>()) {
    change.author = "argocd";
  }
  change.url = TextAt(body, {"url"});
  change.title = fmt::format("Argo CD synchronised {}{}{}: {}", name,
                             change.version.empty() ? "" : " to ", change.version, status);
  change.labels = {{"source", "argocd"}, {"application", name}};
  AddLabel(change, "commit", commit);
  if (revisions.size() > 1) {
    AddLabel(change, "revisions", fmt::format("{}", fmt::join(revisions, ", ")));
  }
  AddLabel(change, "namespace", TextAt(app, {"spec", "destination", "namespace"}));
  AddLabel(change, "repository", RepositoryOf(app));
  AddLabel(change, "health", TextAt(app, {"status", "health", "status"}));
  AddLabel(change, "message", TextAt(operation, {"message"}));
  return Changes{std::move(change)};
}

base::Result<Changes> ParseJenkins(const Json& body, base::TimePoint now,
                                   const WebhookOptions& options) {
  std::string job = TextAt(body, {"name"});
  if (job.empty()) return base::InvalidArgument("is required", "name");
  const Json& build = MemberAt(body, {"build"});
  if (!build.is_object()) return base::InvalidArgument("is required", "build");
  const std::string phase = TextAt(build, {"phase"});
  const std::string status = JenkinsStatus(TextAt(build, {"status"}));
  // COMPLETED and FINALIZED tell of the same end.
  const bool ended = phase == "COMPLETED" || phase == "FINALIZED";
  if (!ended || status.empty()) return Changes();
  model::Change change;
  std::string lower = job;
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  const bool deploys = lower.find("deploy") != lower.npos || lower.find("release") != lower.npos;
  change.kind = deploys ? "deployment" : "build";
  change.service = TextAt(build, {"parameters", "SERVICE"});
  if (change.service.empty() || !options.service.empty()) change.service = ServiceOf(job, options);
  const std::string number = TextAt(build, {"number"});
  const std::string commit = TextAt(build, {"scm", "commit"});
  change.id = fmt::format("jenkins:{}:{}", job, number);
  const Json& duration = MemberAt(build, {"duration"});
  constexpr int64_t kDurationMsMax = 7 * 86'400'000;
  const int64_t took = duration.is_number_integer() ? duration.get<int64_t>() : 0;
  change.time = TimeAt(build, {"timestamp"}, now);  // of its start
  if (took > 0 && took < kDurationMsMax) change.time += base::Duration(took);
  change.version = TextAt(build, {"parameters", "VERSION"});
  if (change.version.empty()) change.version = commit.empty() ? number : ShortCommit(commit);
  change.status = status;
  change.url = TextAt(build, {"full_url"});
  change.title = fmt::format("Jenkins job {} #{}: {}", job, number, status);
  change.labels = {{"source", "jenkins"}, {"job", job}};
  AddLabel(change, "commit", commit);
  AddLabel(change, "branch", TextAt(build, {"scm", "branch"}));
  return Changes{std::move(change)};
}

}  // namespace vedette::sources::changes
