// Fields as GitHub documents them under "Webhook events and payloads".

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/json_writer.h"
#include "sources/changes/webhook_json.h"
#include "sources/changes/webhooks.h"

namespace vedette::sources::changes {
namespace {

using base::Json;
using Changes = std::vector<model::Change>;

model::Change ChangeOf(const Json& body, const WebhookOptions& options, std::string kind,
                       const std::string& repository) {
  model::Change change;
  change.kind = std::move(kind);
  change.service = ServiceOf(repository, options);
  change.author = TextAt(body, {"sender", "login"});
  change.labels = {{"source", "github"}, {"repository", repository}};
  return change;
}

// The commits of a push and the files that they touch.
std::string DataOf(const Json& body, const WebhookOptions& options) {
  std::string data;
  base::JsonWriter json(data);
  json.BeginObject().Key("commits").BeginArray();
  const Json& commits = MemberAt(body, {"commits"});
  const size_t count = commits.is_array() ? std::min(commits.size(), options.commits_max) : 0;
  for (size_t i = 0; i < count; ++i) {
    json.BeginObject().Field("id", TextAt(commits[i], {"id"}));
    json.Field("message", TextAt(commits[i], {"message"}));
    json.Field("author", TextAt(commits[i], {"author", "name"})).EndObject();
  }
  json.EndArray().Key("files").BeginArray();
  size_t files = 0;
  for (size_t i = 0; i < count; ++i) {
    for (const char* list : {"added", "modified", "removed"}) {
      const Json& names = MemberAt(commits[i], {list});
      for (size_t k = 0; names.is_array() && k < names.size(); ++k) {
        if (!names[k].is_string() || files++ >= options.files_max) continue;
        json.Value(names[k].get_ref<const std::string&>());
      }
    }
  }
  json.EndArray().EndObject();
  return data;
}

Changes ReadPush(const Json& body, const std::string& repository, base::TimePoint now,
                 const WebhookOptions& options) {
  const std::string ref = TextAt(body, {"ref"});
  const std::string commit = TextAt(body, {"after"});
  const Json& deleted = MemberAt(body, {"deleted"});
  if (commit.empty() || (deleted.is_boolean() && deleted.get<bool>())) return {};
  model::Change change = ChangeOf(body, options, "push", repository);
  if (change.author.empty()) change.author = TextAt(body, {"pusher", "name"});
  change.id = fmt::format("github:push:{}:{}:{}", repository, ref, commit);
  change.time = TimeAt(body, {"repository", "pushed_at"}, now);
  change.url = TextAt(body, {"compare"});
  change.status = "success";
  change.version = ShortCommit(commit);
  const std::string message = FirstLine(TextAt(body, {"head_commit", "message"}));
  if (ref.starts_with(kTag)) {
    change.version = ref.substr(kTag.size());
    change.title = fmt::format("tag {} of {}", change.version, repository);
  } else {
    const std::string branch = ref.starts_with(kBranch) ? ref.substr(kBranch.size()) : ref;
    change.title = fmt::format("push to {} of {}{}{}", branch, repository,
                               message.empty() ? "" : ": ", message);
    AddLabel(change, "branch", branch);
  }
  AddLabel(change, "commit", commit);
  change.data_json = DataOf(body, options);
  return {std::move(change)};
}

// One of the states that changes have; empty for those that decide nothing.
std::string StatusOf(const std::string& state) {
  if (state == "success") return "success";
  if (state == "failure" || state == "error" || state == "timed_out" ||
      state == "startup_failure") {
    return "failed";
  }
  if (state == "in_progress") return "in_progress";
  return state == "cancelled" ? "cancelled" : "";
}

Changes ReadDeployment(const Json& body, const std::string& repository, base::TimePoint now,
                       const WebhookOptions& options) {
  const Json& state = MemberAt(body, {"deployment_status"});
  const bool is_status = state.is_object();
  const std::string status = is_status ? StatusOf(TextAt(state, {"state"})) : "in_progress";
  if (status.empty()) return {};
  const Json& deployment = MemberAt(body, {"deployment"});
  const Json& what = is_status ? state : deployment;
  model::Change change = ChangeOf(body, options, "deployment", repository);
  const std::string payload_service = TextAt(deployment, {"payload", "service"});
  if (options.service.empty() && !payload_service.empty()) change.service = payload_service;
  const std::string creator = TextAt(deployment, {"creator", "login"});
  if (!creator.empty()) change.author = creator;
  const std::string environment = TextAt(deployment, {"environment"});
  const std::string commit = TextAt(deployment, {"sha"});
  change.id = fmt::format("github:{}:{}", is_status ? "deployment_status" : "deployment",
                          IdOr(what, repository, fmt::format("{}:{}", commit, status)));
  change.time = TimeAt(what, {"created_at"}, now);
  change.status = status;
  Deployed what_runs = DeployedBy(TextAt(deployment, {"ref"}), commit);
  change.version = std::move(what_runs.version);
  for (const char* url : {"target_url", "log_url", "environment_url"}) {
    if (change.url.empty()) change.url = TextAt(state, {url});
  }
  change.title = fmt::format("deployment of {} {}{}{}: {}", change.service, change.version,
                             environment.empty() ? "" : " to ", environment, status);
  AddLabel(change, "environment", environment);
  AddLabel(change, "branch", std::move(what_runs.branch));
  AddLabel(change, "commit", commit);
  AddLabel(change, "deployment", TextAt(deployment, {"id"}));
  return {std::move(change)};
}

Changes ReadRelease(const Json& body, const std::string& repository, base::TimePoint now,
                    const WebhookOptions& options) {
  if (TextAt(body, {"action"}) != "published") return {};
  model::Change change = ChangeOf(body, options, "release", repository);
  change.version = TextAt(body, {"release", "tag_name"});
  change.id = "github:release:" + IdOr(MemberAt(body, {"release"}), repository, change.version);
  change.time = TimeAt(body, {"release", "published_at"}, now);
  change.status = "success";
  change.url = TextAt(body, {"release", "html_url"});
  const std::string author = TextAt(body, {"release", "author", "login"});
  if (!author.empty()) change.author = author;
  change.title = fmt::format("release {} of {}", change.version, repository);
  return {std::move(change)};
}

Changes ReadWorkflowRun(const Json& body, const std::string& repository, base::TimePoint now,
                        const WebhookOptions& options) {
  const Json& run = MemberAt(body, {"workflow_run"});
  const std::string status = StatusOf(TextAt(run, {"conclusion"}));
  if (TextAt(body, {"action"}) != "completed" || status.empty()) return {};
  const std::string name = TextAt(run, {"name"});
  std::string lower = name;
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  const bool deploys = lower.find("deploy") != lower.npos || lower.find("rollout") != lower.npos;
  model::Change change = ChangeOf(body, options, deploys ? "deployment" : "build", repository);
  const std::string commit = TextAt(run, {"head_sha"});
  change.id =
      fmt::format("github:workflow_run:{}:{}", TextAt(run, {"id"}), TextAt(run, {"run_attempt"}));
  change.time = TimeAt(run, {"updated_at"}, now);
  change.version = ShortCommit(commit);
  change.status = status;
  change.url = TextAt(run, {"html_url"});
  const std::string actor = TextAt(run, {"actor", "login"});
  if (!actor.empty()) change.author = actor;
  change.title = fmt::format("workflow {} of {} on {}: {}", name, repository,
                             TextAt(run, {"head_branch"}), status);
  AddLabel(change, "branch", TextAt(run, {"head_branch"}));
  AddLabel(change, "commit", commit);
  AddLabel(change, "workflow", name);
  return {std::move(change)};
}

}  // namespace

base::Result<Changes> ParseGitHub(std::string_view event, const Json& body, base::TimePoint now,
                                  const WebhookOptions& options) {
  if (event.empty()) {
    return base::InvalidArgument("the header X-GitHub-Event is missing", "X-GitHub-Event");
  }
  if (!body.is_object()) return base::InvalidArgument("the body must be an object");
  if (event == "ping") return Changes();
  const std::string repository = TextAt(body, {"repository", "full_name"});
  if (repository.empty()) {
    return base::InvalidArgument("is required", "repository.full_name");
  }
  if (event == "push") return ReadPush(body, repository, now, options);
  if (event == "deployment" || event == "deployment_status") {
    return ReadDeployment(body, repository, now, options);
  }
  if (event == "release") return ReadRelease(body, repository, now, options);
  if (event == "workflow_run") return ReadWorkflowRun(body, repository, now, options);
  return Changes();
}

base::Result<> CheckGitHubSignature(std::string_view header, std::string_view body,
                                    std::string_view secret) {
  if (header.empty()) return base::Unauthenticated("the header X-Hub-Signature-256 is missing");
  const std::string wanted = "sha256=" + base::HmacSha256Hex(secret, body);
  if (base::SameSecret(header, wanted)) return {};
  return base::Unauthenticated("the signature does not fit the body and the secret");
}

}  // namespace vedette::sources::changes
