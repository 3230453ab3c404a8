// Fields as GitLab documents them under "Webhook events".

#include <fmt/core.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "sources/changes/webhook_json.h"
#include "sources/changes/webhooks.h"

namespace vedette::sources::changes {
namespace {

using base::Json;
using Changes = std::vector<model::Change>;

// One of the states that changes have; empty for those that decide nothing.
std::string StatusOf(const std::string& status) {
  if (status == "success") return "success";
  if (status == "failed") return "failed";
  if (status == "running") return "in_progress";
  return status == "canceled" ? "cancelled" : "";
}

std::string BranchOf(std::string ref) {
  for (const std::string_view prefix : {kBranch, kTag}) {
    if (ref.starts_with(prefix)) ref = ref.substr(prefix.size());
  }
  return ref;
}

class GitLabEvent {
 public:
  GitLabEvent(const Json& body, std::string project, base::TimePoint now,
              const WebhookOptions& options)
      : body_(body), project_(std::move(project)), now_(now), options_(options) {}

  Changes ReadDeployment() const {
    const std::string status = StatusOf(TextAt(body_, {"status"}));
    if (status.empty()) return {};
    model::Change change = ChangeOf("deployment");
    const std::string environment = TextAt(body_, {"environment"});
    change.id = fmt::format("gitlab:deployment:{}:{}", TextAt(body_, {"deployment_id"}), status);
    change.time = TimeAt(body_, {"status_changed_at"}, now_);
    // The commit is told whole in its address alone.
    const std::string address = TextAt(body_, {"commit_url"});
    std::string commit = address.substr(address.rfind('/') + 1);
    if (commit.empty()) commit = TextAt(body_, {"short_sha"});
    Deployed what_runs = DeployedBy(TextAt(body_, {"ref"}), commit);
    change.version = std::move(what_runs.version);
    change.status = status;
    change.url = TextAt(body_, {"deployable_url"});
    change.title = fmt::format("deployment of {} {}{}{}: {}", change.service, change.version,
                               environment.empty() ? "" : " to ", environment, status);
    AddLabel(change, "environment", environment);
    AddLabel(change, "branch", std::move(what_runs.branch));
    AddLabel(change, "commit", std::move(commit));
    AddLabel(change, "deployment", TextAt(body_, {"deployment_id"}));
    return {std::move(change)};
  }

  Changes ReadPipeline() const {
    const Json& run = MemberAt(body_, {"object_attributes"});
    const std::string status = StatusOf(TextAt(run, {"status"}));
    if (status.empty() || status == "in_progress") return {};
    model::Change change = ChangeOf("build");
    change.id = fmt::format("gitlab:pipeline:{}:{}", TextAt(run, {"id"}), status);
    change.time = TimeAt(run, {"finished_at"}, now_);
    change.version = ShortCommit(TextAt(run, {"sha"}));
    change.status = status;
    change.url = TextAt(run, {"url"});
    change.title = fmt::format("pipeline {} of {} on {}: {}", TextAt(run, {"id"}), project_,
                               TextAt(run, {"ref"}), status);
    AddLabel(change, "branch", TextAt(run, {"ref"}));
    AddLabel(change, "commit", TextAt(run, {"sha"}));
    return {std::move(change)};
  }

  Changes ReadPush(bool tag) const {
    const std::string commit = TextAt(body_, {"checkout_sha"});
    if (commit.empty()) return {};  // a branch or tag was deleted
    model::Change change = ChangeOf("push");
    const std::string ref = TextAt(body_, {"ref"});
    change.id = fmt::format("gitlab:push:{}:{}:{}", project_, ref, commit);
    change.time = now_;
    change.version = tag ? BranchOf(ref) : ShortCommit(commit);
    change.status = "success";
    change.url = TextAt(body_, {"project", "web_url"});
    const Json& commits = MemberAt(body_, {"commits"});
    std::string message;
    if (commits.is_array() && !commits.empty()) {
      message = FirstLine(TextAt(commits.back(), {"message"}));
    }
    change.title = tag ? fmt::format("tag {} of {}", change.version, project_)
                       : fmt::format("push to {} of {}{}{}", BranchOf(ref), project_,
                                     message.empty() ? "" : ": ", message);
    AddLabel(change, "branch", tag ? "" : BranchOf(ref));
    AddLabel(change, "commit", commit);
    return {std::move(change)};
  }

  Changes ReadRelease() const {
    if (TextAt(body_, {"action"}) != "create") return {};
    model::Change change = ChangeOf("release");
    change.version = TextAt(body_, {"tag"});
    change.id = "gitlab:release:" + IdOr(body_, project_, change.version);
    change.time = TimeAt(body_, {"released_at"}, now_);
    change.status = "success";
    change.url = TextAt(body_, {"url"});
    change.title = fmt::format("release {} of {}", change.version, project_);
    return {std::move(change)};
  }

  Changes ReadFeatureFlag() const {
    const Json& flag = MemberAt(body_, {"object_attributes"});
    const Json& active = MemberAt(flag, {"active"});
    if (!active.is_boolean() || TextAt(flag, {"name"}).empty()) return {};
    const bool on = active.get<bool>();
    model::Change change = ChangeOf("feature_flag");
    // The event has no id of its own, and a flag may be switched several times in a minute.
    change.id = fmt::format(
        "gitlab:feature_flag:{}:{}:{}", TextAt(flag, {"id"}), on ? "on" : "off",
        options_.delivery.empty() ? fmt::format("{}", base::ToMillis(now_)) : options_.delivery);
    change.time = now_;
    change.status = "success";
    change.title = fmt::format("feature flag {} of {} is {}", TextAt(flag, {"name"}), project_,
                               on ? "on" : "off");
    AddLabel(change, "flag", TextAt(flag, {"name"}));
    AddLabel(change, "active", on ? "true" : "false");
    return {std::move(change)};
  }

 private:
  model::Change ChangeOf(std::string kind) const {
    model::Change change;
    change.kind = std::move(kind);
    change.service = ServiceOf(project_, options_);
    change.author = TextAt(body_, {"user", "username"});
    if (change.author.empty()) change.author = TextAt(body_, {"user_username"});
    if (change.author.empty()) change.author = TextAt(body_, {"user_name"});
    change.labels = {{"source", "gitlab"}, {"repository", project_}};
    return change;
  }

  const Json& body_;
  const std::string project_;
  const base::TimePoint now_;
  const WebhookOptions& options_;
};

}  // namespace

base::Result<Changes> ParseGitLab(const Json& body, base::TimePoint now,
                                  const WebhookOptions& options) {
  if (!body.is_object()) return base::InvalidArgument("the body must be an object");
  const std::string kind = TextAt(body, {"object_kind"});
  if (kind.empty()) return base::InvalidArgument("is required", "object_kind");
  std::string project = TextAt(body, {"project", "path_with_namespace"});
  if (project.empty()) return base::InvalidArgument("is required", "project.path_with_namespace");
  const GitLabEvent event(body, std::move(project), now, options);
  if (kind == "deployment") return event.ReadDeployment();
  if (kind == "pipeline") return event.ReadPipeline();
  if (kind == "push" || kind == "tag_push") return event.ReadPush(kind == "tag_push");
  if (kind == "release") return event.ReadRelease();
  if (kind == "feature_flag") return event.ReadFeatureFlag();
  return Changes();
}

}  // namespace vedette::sources::changes
