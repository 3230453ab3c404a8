#include "api/change_webhooks.h"

#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/item_answer.h"
#include "api/parameters.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/mutex.h"
#include "sources/changes/webhooks.h"

namespace vedette::api {
namespace {

namespace changes = sources::changes;
using Parsed = base::Result<std::vector<model::Change>>;

constexpr size_t kBodyBytesMax = 25 << 20;  // as GitHub's
constexpr size_t kNameBytesMax = 256;
constexpr size_t kDeliveryBytesMax = 64;
constexpr size_t kFlagsMax = 10'000;
constexpr base::Duration kToldAgain = std::chrono::minutes(1);

// GitHub's default: a form with the JSON in its field `payload`.
bool IsForm(const net::Headers& headers) {
  return headers.Get("Content-Type").starts_with("application/x-www-form-urlencoded");
}

// GitLab keeps the first when it tells again; versions before 17.4 have the second alone.
std::string DeliveryOf(const net::Headers& headers) {
  for (const char* name : {"Idempotency-Key", "X-Gitlab-Event-UUID"}) {
    const std::string_view id = headers.Get(name);
    if (!id.empty() && id.size() <= kDeliveryBytesMax) return std::string(id);
  }
  return {};
}

base::Result<base::Json> PayloadOf(std::string_view form) {
  VEDETTE_TRY(const net::Parameters fields, net::ParseParameters(form));
  const std::optional<std::string_view> payload = net::FindParameter(fields, "payload");
  if (!payload) return base::InvalidArgument("is required in a form", "payload");
  return base::ParseJson(*payload);
}

// What flags were last told to be: one that is told to be what it is, within a minute, was told
// again. Thread-safe.
class FlagMemory {
 public:
  void Recognise(const model::TenantName& tenant, model::Change& change) {
    std::string key = tenant + '\n';
    std::string active;
    for (const auto& [name, value] : change.labels) {
      if (name == "repository" || name == "flag") key += value + '\n';
      if (name == "active") active = value;
    }
    base::MutexLock lock(mutex_);
    if (told_.size() >= kFlagsMax && !told_.contains(key)) told_.clear();
    Told& last = told_[key];
    if (last.active == active && change.time - last.time < kToldAgain) {
      change.id = last.id;
      change.time = last.time;
    }
    last = {.active = active, .id = change.id, .time = change.time};
  }

 private:
  struct Told {
    std::string active;
    std::string id;
    base::TimePoint time;
  };
  base::Mutex mutex_;
  std::map<std::string, Told> told_ GUARDED_BY(mutex_);
};

// Behind the handlers; they share it.
class Webhooks {
 public:
  Webhooks(ingest::Ingester& ingester, ChangeWebhookOptions options)
      : ingester_(ingester), options_(std::move(options)) {}

  base::Result<net::Response> GitHub(const Call& call) const {
    if (!options_.github_secret.empty()) {
      VEDETTE_TRY_VOID(
          changes::CheckGitHubSignature(call.request.headers.Get("X-Hub-Signature-256"),
                                        call.request.body, options_.github_secret));
    }
    const bool by_secret = !options_.github_secret.empty();
    const auto parse = [&](const base::Json& body, const changes::WebhookOptions& options) {
      return changes::ParseGitHub(call.request.headers.Get("X-GitHub-Event"), body, call.now,
                                  options);
    };
    if (IsForm(call.request.headers)) {
      VEDETTE_TRY(const base::Json body, PayloadOf(call.request.body));
      return Store(call, by_secret, body, parse);
    }
    return Take(call, by_secret, parse);
  }
  base::Result<net::Response> GitLab(const Call& call) const {
    const std::string& token = options_.gitlab_token;
    if (!token.empty() && !base::SameSecret(call.request.headers.Get("X-Gitlab-Token"), token)) {
      return base::Unauthenticated("the header X-Gitlab-Token is missing or does not fit");
    }
    const bool by_secret = !token.empty();
    return Take(call, by_secret,
                [&](const base::Json& body, changes::WebhookOptions options) -> Parsed {
                  options.delivery = DeliveryOf(call.request.headers);
                  VEDETTE_TRY(std::vector<model::Change> parsed,
                              changes::ParseGitLab(body, call.now, options));
                  for (model::Change& change : parsed) {
                    if (change.kind != "feature_flag" || !options.delivery.empty()) continue;
                    flags_.Recognise(by_secret ? options_.tenant : call.caller.tenant, change);
                  }
                  return parsed;
                });
  }
  base::Result<net::Response> ArgoCd(const Call& call) const {
    return Take(call, false, [&](const base::Json& body, const changes::WebhookOptions& options) {
      return changes::ParseArgoCd(body, call.now, options);
    });
  }
  base::Result<net::Response> Jenkins(const Call& call) const {
    return Take(call, false, [&](const base::Json& body, const changes::WebhookOptions& options) {
      return changes::ParseJenkins(body, call.now, options);
    });
  }

 private:
  template <typename Parse>
  base::Result<net::Response> Take(const Call& call, bool by_secret, const Parse& parse) const {
    if (IsNotJson(call.request.headers)) return NotJsonAnswer();
    VEDETTE_TRY(const base::Json body, base::ParseJson(call.request.body));
    return Store(call, by_secret, body, parse);
  }

  template <typename Parse>
  base::Result<net::Response> Store(const Call& call, bool by_secret, const base::Json& body,
                                    const Parse& parse) const {
    changes::WebhookOptions options{.services = options_.services};
    VEDETTE_TRY(options.service, ReadText(call, "service", kNameBytesMax));
    VEDETTE_TRY(std::vector<model::Change> parsed, parse(body, options));
    if (parsed.empty()) return ItemsAnswer({}, {});
    std::vector<size_t> indexes(parsed.size());
    std::iota(indexes.begin(), indexes.end(), size_t{0});
    const model::TenantName& tenant = by_secret ? options_.tenant : call.caller.tenant;
    VEDETTE_TRY(const ingest::RecordReport report,
                ingester_.WriteChanges(tenant, std::move(parsed)));
    std::vector<sources::json_items::Rejection> rejected;
    MergeRejections(rejected, indexes, report.rejected);
    return ItemsAnswer(report.ids, rejected);
  }

  ingest::Ingester& ingester_;
  const ChangeWebhookOptions options_;
  mutable FlagMemory flags_;
};

}  // namespace

std::vector<Route> ChangeWebhookRoutes(ingest::Ingester& ingester, ChangeWebhookOptions options) {
  const auto webhooks = std::make_shared<const Webhooks>(ingester, options);
  using Handler = base::Result<net::Response> (Webhooks::*)(const Call&) const;
  const auto route = [&](std::string name, Handler handler, std::string operation, bool secret) {
    return Route{.method = "POST",
                 .pattern = "/api/v1/changes/" + std::move(name),
                 .permission = secret ? Permission::kPublic : Permission::kIngest,
                 .handler = MakeHandler(webhooks, handler),
                 .operation = std::move(operation),
                 .body_bytes_max = kBodyBytesMax};
  };
  return {route("github", &Webhooks::GitHub, "postGitHubChange", !options.github_secret.empty()),
          route("gitlab", &Webhooks::GitLab, "postGitLabChange", !options.gitlab_token.empty()),
          route("argocd", &Webhooks::ArgoCd, "postArgoCdChange", false),
          route("jenkins", &Webhooks::Jenkins, "postJenkinsChange", false)};
}

}  // namespace vedette::api
