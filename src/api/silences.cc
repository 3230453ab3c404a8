#include "api/silences.h"

#include <algorithm>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/parameters.h"
#include "base/duration.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace vedette::api {
namespace {

using base::JsonWriter;
using incident::SilenceCommand;
using model::Silence;
using model::SilenceState;

constexpr size_t kHiddenShownMax = 100;
constexpr size_t kTextBytesMax = 4000;
constexpr size_t kMatchersMax = 100;
// Of a silence that ends when its alerts do, unless it says otherwise.
constexpr base::Duration kLongest = std::chrono::hours(24 * 30);

struct Part {
  const AlertBoard& board;
  SilenceSink sink;
};

void WriteHidden(JsonWriter& json, const std::vector<const incident::AlertView*>& hidden) {
  json.Key("hides").BeginObject().Field("count", static_cast<int64_t>(hidden.size()));
  json.Key("alerts").BeginArray();
  for (size_t i = 0; i < std::min(hidden.size(), kHiddenShownMax); ++i) {
    json.BeginObject()
        .Field("anomaly_id", hidden[i]->anomaly_id)
        .Field("incident_id", hidden[i]->incident_id)
        .Field("severity", model::SeverityName(hidden[i]->severity))
        .Field("labels", hidden[i]->alert.labels)
        .EndObject();
  }
  json.EndArray().EndObject();
}

void WriteSilence(JsonWriter& json, const Silence& silence, base::TimePoint now,
                  const std::vector<const incident::AlertView*>& hidden) {
  json.BeginObject().Field("id", silence.id).Key("matchers").BeginArray();
  for (const model::Matcher& matcher : silence.matchers) json.Value(matcher.ToString());
  json.EndArray()
      .Field("state", model::SilenceStateName(silence.StateAt(now)))
      .Field("starts_at", silence.starts_at)
      .Field("ends_at", silence.ends_at)
      .Field("updated_at", silence.updated_at)
      .Field("created_by", silence.created_by)
      .Field("comment", silence.comment)
      .Field("until_resolved", silence.until_resolved)
      .Field("window", silence.window);
  WriteHidden(json, hidden);
  json.EndObject();
}

// What is hidden by each silence, or would be by this one.
std::vector<const incident::AlertView*> HiddenBy(const std::vector<AlertBoard::Alert>& alerts,
                                                 const Silence& silence) {
  std::vector<const incident::AlertView*> hidden;
  for (const AlertBoard::Alert& alert : alerts) {
    const auto& by = alert->silenced_by;
    const bool hides = silence.id.empty() ? model::MatchesAll(silence.matchers, alert->alert.labels)
                                          : std::ranges::find(by, silence.id) != by.end();
    if (hides) hidden.push_back(alert.get());
  }
  return hidden;
}

std::string SilenceBody(const Part& part, const Silence& silence, base::TimePoint now) {
  const std::vector<AlertBoard::Alert> alerts = part.board.Alerts(silence.tenant);
  std::string body;
  JsonWriter json(body);
  WriteSilence(json, silence, now, HiddenBy(alerts, silence));
  return body;
}

base::Result<std::string> ListSilences(const Part& part, const Call& call) {
  const std::string states = call.Parameter("state").value_or("active,pending");
  const std::vector<AlertBoard::Alert> alerts = part.board.Alerts(call.caller.tenant);
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("silences").BeginArray();
  for (const AlertBoard::Silence& silence : part.board.Silences(call.caller.tenant)) {
    if (states.find(model::SilenceStateName(silence->StateAt(call.now))) == std::string::npos) {
      continue;
    }
    WriteSilence(json, *silence, call.now, HiddenBy(alerts, *silence));
  }
  json.EndArray().EndObject();
  return body;
}

base::Result<std::string> GetSilence(const Part& part, const Call& call) {
  const auto silence = part.board.FindSilence(call.caller.tenant, call.PathValue("id"));
  if (!silence) return base::NotFound("there is no such silence");
  return SilenceBody(part, *silence, call.now);
}

// --- reading

base::Result<bool> FlagMember(const base::Json& json, const char* key) {
  const auto it = json.find(key);
  if (it == json.end() || it->is_null()) return false;
  if (!it->is_boolean()) return BadParameter(key, "must be true or false");
  return it->get<bool>();
}

base::Result<std::vector<model::Matcher>> ReadMatchers(const base::Json& json) {
  const auto list = json.find("matchers");
  if (list == json.end() || !list->is_array() || list->empty()) {
    return BadParameter("matchers", "must be a list such as [\"service=\\\"payment\\\"\"]");
  }
  if (list->size() > kMatchersMax) {
    return BadParameter("matchers", fmt::format("more than {}", kMatchersMax));
  }
  std::vector<model::Matcher> matchers;
  for (const base::Json& item : *list) {
    if (!item.is_string()) return BadParameter("matchers", "each must be a string");
    base::Result<model::Matcher> matcher =
        model::Matcher::Parse(item.get_ref<const std::string&>());
    if (!matcher.ok()) return BadParameter("matchers", matcher.error().message);
    matchers.push_back(*std::move(matcher));
  }
  return matchers;
}

base::Result<> ReadTimes(const base::Json& json, base::TimePoint now, Silence& silence) {
  VEDETTE_TRY(const std::string starts_at, ReadText(json, "starts_at", kTextBytesMax));
  silence.starts_at = now;
  if (!starts_at.empty()) {
    const base::Result<base::TimePoint> time = base::ParseTime(starts_at);
    if (!time.ok()) return BadParameter("starts_at", time.error().message);
    silence.starts_at = *time;
  }
  VEDETTE_TRY(const std::string ends_at, ReadText(json, "ends_at", kTextBytesMax));
  VEDETTE_TRY(const std::string duration, ReadText(json, "duration", kTextBytesMax));
  if (!ends_at.empty() && !duration.empty()) {
    return BadParameter("duration", "cannot stand beside ends_at");
  }
  if (!ends_at.empty()) {
    const base::Result<base::TimePoint> time = base::ParseTime(ends_at);
    if (!time.ok()) return BadParameter("ends_at", time.error().message);
    silence.ends_at = *time;
  } else if (!duration.empty()) {
    const base::Result<base::Duration> length = base::ParseDuration(duration);
    if (!length.ok()) return BadParameter("duration", length.error().message);
    silence.ends_at = silence.starts_at + *length;
  } else if (silence.until_resolved) {
    silence.ends_at = silence.starts_at + kLongest;
  } else {
    return BadParameter("ends_at", "when does it end? give ends_at, duration or until_resolved");
  }
  return {};
}

base::Result<std::string> PostSilence(const Part& part, const Call& call) {
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  SilenceCommand command{
      .kind = SilenceCommand::Kind::kPut, .actor = call.caller.name, .silence = {}};
  Silence& silence = command.silence;
  silence.tenant = call.caller.tenant;
  VEDETTE_TRY(silence.id, ReadText(json, "id", kTextBytesMax));
  VEDETTE_TRY(silence.matchers, ReadMatchers(json));
  VEDETTE_TRY(silence.until_resolved, FlagMember(json, "until_resolved"));
  VEDETTE_TRY_VOID(ReadTimes(json, call.now, silence));
  VEDETTE_TRY(silence.comment, ReadText(json, "comment", kTextBytesMax));
  VEDETTE_TRY(silence.created_by, ReadText(json, "created_by", kTextBytesMax));
  if (silence.created_by.empty()) silence.created_by = call.caller.name;
  VEDETTE_TRY(const bool dry_run, FlagMember(json, "dry_run"));
  if (dry_run) {
    silence.id.clear();
    return SilenceBody(part, silence, call.now);
  }
  VEDETTE_TRY(const Silence stored, part.sink(std::move(command)));
  return SilenceBody(part, stored, call.now);
}

base::Result<std::string> DeleteSilence(const Part& part, const Call& call) {
  SilenceCommand command{
      .kind = SilenceCommand::Kind::kExpire, .actor = call.caller.name, .silence = {}};
  command.silence.tenant = call.caller.tenant;
  command.silence.id = call.PathValue("id");
  VEDETTE_TRY(const Silence stored, part.sink(std::move(command)));
  return SilenceBody(part, stored, call.now);
}

}  // namespace

std::vector<Route> SilenceRoutes(const AlertBoard& board, SilenceSink sink) {
  const auto part = std::make_shared<const Part>(Part{board, std::move(sink)});
  const auto route = [&](std::string method, std::string pattern, Permission permission,
                         std::string operation, auto handler) {
    return Route{.method = std::move(method),
                 .pattern = std::move(pattern),
                 .permission = permission,
                 .handler = MakeHandler(part, handler),
                 .operation = std::move(operation)};
  };
  return {
      route("GET", "/api/v1/silences", Permission::kRead, "listSilences", ListSilences),
      route("POST", "/api/v1/silences", Permission::kRespond, "putSilence", PostSilence),
      route("GET", "/api/v1/silences/{id}", Permission::kRead, "getSilence", GetSilence),
      route("DELETE", "/api/v1/silences/{id}", Permission::kRespond, "expireSilence",
            DeleteSilence),
  };
}

}  // namespace vedette::api
