#include "api/change_webhooks.h"

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
#include "sources/changes/webhooks.h"

namespace vedette::api {
namespace {

namespace changes = sources::changes;
using Parsed = base::Result<std::vector<model::Change>>;

constexpr size_t kBodyBytesMax = 25 << 20;  // as GitHub's
constexpr size_t kNameBytesMax = 256;

// GitHub's default: a form with the JSON in its field `payload`.
bool IsForm(const net::Headers& headers) {
  return headers.Get("Content-Type").starts_with("application/x-www-form-urlencoded");
}

base::Result<base::Json> PayloadOf(std::string_view form) {
  VEDETTE_TRY(const net::Parameters fields, net::ParseParameters(form));
  const std::optional<std::string_view> payload = net::FindParameter(fields, "payload");
  if (!payload) return base::InvalidArgument("is required in a form", "payload");
  return base::ParseJson(*payload);
}

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
    return Take(call, !token.empty(),
                [&](const base::Json& body, const changes::WebhookOptions& options) {
                  return changes::ParseGitLab(body, call.now, options);
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
