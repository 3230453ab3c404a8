#include "api/releases.h"

#include <fmt/core.h>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/parameters.h"
#include "base/json.h"
#include "base/json_fields.h"
#include "base/json_writer.h"
#include "net/http.h"
#include "release/bad_release.h"

namespace vedette::api {
namespace {

using release::Release;
using release::Verdict;

constexpr size_t kNameBytesMax = 256;

template <typename Enum>
base::Result<> ReadEnum(const Call& call, std::string_view name, std::string_view choices,
                        std::optional<Enum>& out) {
  const std::string text = call.Parameter(name).value_or("");
  if (text.empty()) return {};
  out = base::ParseEnum<Enum>(text);
  if (!out) return BadParameter(name, fmt::format("must be one of {}", choices));
  return {};
}

base::Result<std::string> List(release::Watch& watch, const Call& call) {
  release::ReleaseQuery query;
  query.tenant = call.caller.tenant;
  VEDETTE_TRY(query.service, ReadText(call, "service", kNameBytesMax));
  VEDETTE_TRY_VOID(
      ReadEnum(call, "verdict", "good, bad, not_enough_traffic, no_data", query.verdict));
  VEDETTE_TRY_VOID(ReadEnum(call, "state", "watching, finished, superseded", query.state));
  VEDETTE_TRY(query.from, ReadTime(call, "from"));
  VEDETTE_TRY(query.to, ReadTime(call, "to"));
  VEDETTE_TRY(query.limit, ReadLimit(call));
  VEDETTE_TRY(query.cursor, ReadText(call, "cursor", kNameBytesMax));
  // What was posted a moment ago is there, whatever the watch's own pace.
  VEDETTE_TRY_VOID(watch.FindReleases({call.caller.tenant}, call.now));
  VEDETTE_TRY(const release::ReleasePage page, watch.List(query));
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Key("releases").BeginArray();
  for (const Release& release : page.releases) {
    WriteRelease(json, release, /*with_judgement=*/false);
  }
  json.EndArray().Field("next_cursor", base::NullIfEmpty(page.next_cursor));
  json.EndObject();
  return body;
}

std::string BodyOf(const Release& release) {
  std::string body;
  base::JsonWriter json(body);
  WriteRelease(json, release, /*with_judgement=*/true);
  return body;
}

base::Result<std::string> Get(release::Watch& watch, const Call& call) {
  VEDETTE_TRY(const Release release, watch.Get(call.caller.tenant, call.PathValue("id")));
  return BodyOf(release);
}

base::Result<std::string> Judge(release::Watch& watch, const Call& call) {
  release::Watch::Question question;
  question.tenant = call.caller.tenant;
  VEDETTE_TRY(question.service, ReadText(call, "service", kNameBytesMax));
  VEDETTE_TRY(question.version, ReadText(call, "version", kNameBytesMax));
  VEDETTE_TRY(question.since, ReadTime(call, "since"));
  VEDETTE_TRY(question.place.environment, ReadText(call, "environment", kNameBytesMax));
  VEDETTE_TRY(question.place.space, ReadText(call, "namespace", kNameBytesMax));
  if (question.service.empty()) return BadParameter("service", "is required");
  if (question.since && *question.since > call.now) {
    return BadParameter("since", "must not be in the future");
  }
  VEDETTE_TRY(const Release release, watch.JudgeNow(question, call.now));
  return BodyOf(release);
}

// --- Flagger: https://docs.flagger.app/usage/webhooks. A hook says by its status whether to go on.

enum class Gate { kRollout, kPromotion, kRollback };

std::string TextIn(const base::Json& object, const char* key) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_string()) return {};
  return object[key].get<std::string>();
}

base::Result<Gate> ReadGate(const std::string& text) {
  if (text.empty() || text == "rollout") return Gate::kRollout;
  if (text == "confirm-promotion") return Gate::kPromotion;
  if (text == "rollback") return Gate::kRollback;
  return BadParameter("metadata.gate", "must be one of rollout, confirm-promotion, rollback");
}

bool GoesOn(Gate gate, Verdict verdict) {
  switch (gate) {
    case Gate::kRollout: return verdict != Verdict::kBad;
    case Gate::kPromotion: return verdict == Verdict::kGood;
    case Gate::kRollback: return verdict == Verdict::kBad;
  }
  return false;
}

// Flagger says of which namespace the canary is; who tells the environment means that instead.
release::Place PlaceOf(const base::Json& body, const base::Json& metadata) {
  release::Place place = {.environment = TextIn(metadata, "environment"),
                          .space = TextIn(metadata, "namespace")};
  if (place.empty()) place.space = TextIn(body, "namespace");
  return place;
}

base::Result<net::Response> Flagger(release::Watch& watch, const Call& call) {
  VEDETTE_TRY(const base::Json body, ReadJsonBody(call));
  const base::Json metadata = body.value("metadata", base::Json::object());
  VEDETTE_TRY(const Gate gate, ReadGate(TextIn(metadata, "gate")));
  release::Watch::Question question;
  question.tenant = call.caller.tenant;
  question.service = TextIn(metadata, "service");
  if (question.service.empty()) question.service = TextIn(body, "name");
  question.version = TextIn(metadata, "version");
  question.place = PlaceOf(body, metadata);
  if (question.service.empty() || question.service.size() > kNameBytesMax ||
      question.version.size() > kNameBytesMax) {
    return BadParameter("name", fmt::format("must have 1 to {} bytes", kNameBytesMax));
  }
  VEDETTE_TRY(const Release release, watch.JudgeNow(question, call.now));
  std::string text;
  base::JsonWriter json(text);
  json.BeginObject().Field("verdict", EnumName(release.verdict));
  json.Field("service", release.service).Field("version", release.version);
  json.Field("summary", release::SummaryOf(release)).EndObject();
  return net::JsonResponse(GoesOn(gate, release.verdict) ? 200 : 409, text);
}

}  // namespace

std::vector<Route> ReleaseRoutes(release::Watch& watch) {
  const auto get = [&watch](std::string pattern, std::string operation, auto handler, bool heavy) {
    return Route{.method = "GET",
                 .pattern = std::move(pattern),
                 .permission = Permission::kRead,
                 .handler = MakeHandler(&watch, handler),
                 .operation = std::move(operation),
                 .stream = {},
                 .heavy = heavy};
  };
  std::vector<Route> routes;
  routes.push_back(get("/api/v1/releases", "listReleases", List, /*heavy=*/false));
  routes.push_back(get("/api/v1/releases/{id}", "getRelease", Get, /*heavy=*/false));
  routes.push_back(get("/api/v1/judge", "judgeRelease", Judge, /*heavy=*/true));
  routes.push_back({.method = "POST",
                    .pattern = "/api/v1/judge/flagger",
                    .permission = Permission::kRead,
                    .handler = MakeHandler(&watch, Flagger),
                    .operation = "judgeForFlagger",
                    .stream = {},
                    .heavy = true});
  return routes;
}

}  // namespace vedette::api
