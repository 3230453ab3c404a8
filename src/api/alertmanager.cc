#include "api/alertmanager.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/alertmanager_status.h"
#include "api/item_answer.h"
#include "api/parameters.h"
#include "base/duration.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "sources/alerts/parser.h"

namespace vedette::api {
namespace {

using base::JsonWriter;
using incident::AlertView;
using incident::SilenceCommand;
using model::Silence;
using model::SilenceState;
using Sources = AlertmanagerSources;

constexpr size_t kFiltersMax = 100;
constexpr size_t kMatchersMax = 100;
constexpr base::Duration kUnsaidEnd = std::chrono::minutes(5);  // of what does not end by itself

// --- answers in Alertmanager's form

net::Response TextAnswer(int status, std::string_view message) {
  std::string body;
  JsonWriter(body).Value(message);
  return net::JsonResponse(status, body);
}

net::Response V2Error(const base::Error& error) {
  const int status = HttpStatus(error.code);
  return TextAnswer(status == 409 ? 400 : status, error.message);
}

void WriteAlert(JsonWriter& json, const AlertView& view, const std::vector<std::string>& receivers,
                base::TimePoint now) {
  const model::Alert& alert = view.alert;
  const bool muted = !view.silenced_by.empty() || !view.inhibited_by.empty();
  const base::TimePoint ends_at =
      alert.ends_at == base::TimePoint{} ? now + kUnsaidEnd : alert.ends_at;
  json.BeginObject();
  json.Field("annotations", alert.annotations);
  json.Field("endsAt", ends_at)
      .Field("fingerprint", model::Fingerprint(alert.labels))
      .Key("receivers")
      .BeginArray();
  for (const std::string& name : receivers) json.BeginObject().Field("name", name).EndObject();
  json.EndArray().Field("startsAt", alert.starts_at);
  json.Key("status").BeginObject();
  json.Field("inhibitedBy", view.inhibited_by);
  json.Key("mutedBy").BeginArray().EndArray();
  json.Field("silencedBy", view.silenced_by);
  json.Field("state", muted ? "suppressed" : "active").EndObject();
  json.Field("updatedAt", alert.updated_at).Field("generatorURL", alert.generator_url);
  json.Field("labels", alert.labels);
  // Beside what an Alertmanager tells.
  json.Key("vedette")
      .BeginObject()
      .Field("anomaly_id", view.anomaly_id)
      .Field("incident_id", view.incident_id)
      .EndObject();
  json.EndObject();
}

void WriteSilence(JsonWriter& json, const Silence& silence, base::TimePoint now) {
  json.BeginObject()
      .Field("id", silence.id)
      .Key("status")
      .BeginObject()
      .Field("state", model::SilenceStateName(silence.StateAt(now)))
      .EndObject()
      .Field("updatedAt", silence.updated_at)
      .Field("comment", silence.comment)
      .Field("createdBy", silence.created_by)
      .Field("endsAt", silence.ends_at)
      .Key("matchers")
      .BeginArray();
  for (const model::Matcher& matcher : silence.matchers) {
    const model::MatchOp op = matcher.op();
    json.BeginObject()
        .Field("isEqual", op == model::MatchOp::kEqual || op == model::MatchOp::kRegex)
        .Field("isRegex", op == model::MatchOp::kRegex || op == model::MatchOp::kNotRegex)
        .Field("name", matcher.name())
        .Field("value", matcher.value())
        .EndObject();
  }
  json.EndArray().Field("startsAt", silence.starts_at).EndObject();
}

// --- which alerts

struct Filter {
  bool active = true;
  bool silenced = true;
  bool inhibited = true;
  bool unprocessed = true;
  std::vector<model::Matcher> matchers;
  std::optional<model::Matcher> receiver;

  // Alertmanager's way: what is silenced and inhibited at once needs both.
  bool Takes(const AlertView& view) const {
    const bool hidden = !view.silenced_by.empty();
    const bool held_back = !view.inhibited_by.empty();
    if (!active && !hidden && !held_back) return false;
    if (!silenced && hidden) return false;
    if (!inhibited && held_back) return false;
    return model::MatchesAll(matchers, view.alert.labels);
  }
};

base::Result<> ReadFlag(const Call& call, std::string_view name, bool& out) {
  const std::string text = call.Parameter(name).value_or("");
  if (text.empty()) return {};
  out = text == "true" || text == "1";
  if (out || text == "false" || text == "0") return {};
  return base::InvalidArgument(
      fmt::format("{} in query must be of type boolean: \"{}\"", name, text));
}

base::Result<std::vector<model::Matcher>> ReadFilters(const Call& call) {
  std::vector<model::Matcher> matchers;
  for (const std::string& text : call.Parameters("filter")) {
    base::Result<model::Matcher> matcher = model::Matcher::Parse(text);
    if (!matcher.ok()) return base::InvalidArgument("bad matcher format: " + text);
    if (matchers.size() == kFiltersMax) return base::InvalidArgument("too many filters");
    matchers.push_back(*std::move(matcher));
  }
  return matchers;
}

base::Result<Filter> ReadFilter(const Call& call) {
  Filter filter;
  VEDETTE_TRY_VOID(ReadFlag(call, "active", filter.active));
  VEDETTE_TRY_VOID(ReadFlag(call, "silenced", filter.silenced));
  VEDETTE_TRY_VOID(ReadFlag(call, "inhibited", filter.inhibited));
  VEDETTE_TRY_VOID(ReadFlag(call, "unprocessed", filter.unprocessed));
  VEDETTE_TRY(filter.matchers, ReadFilters(call));
  if (const std::string regex = call.Parameter("receiver").value_or(""); !regex.empty()) {
    base::Result<model::Matcher> matcher =
        model::Matcher::Create("receiver", model::MatchOp::kRegex, regex);
    if (!matcher.ok()) {
      return base::InvalidArgument("failed to parse receiver param: " + matcher.error().message);
    }
    filter.receiver = *std::move(matcher);
  }
  return filter;
}

struct Listed {
  AlertBoard::Alert alert;
  std::vector<std::string> receivers;
};

std::vector<Listed> Select(const Sources& sources, const Call& call, const Filter& filter) {
  std::vector<Listed> listed;
  for (AlertBoard::Alert& alert : sources.board.Alerts(call.caller.tenant)) {
    if (!filter.Takes(*alert)) continue;
    std::vector<std::string> receivers = sources.receivers(call.caller.tenant, alert->alert.labels);
    const bool told = !filter.receiver || std::ranges::any_of(receivers, [&](const auto& name) {
      return filter.receiver->Matches(std::string_view(name));
    });
    if (told) listed.push_back({std::move(alert), std::move(receivers)});
  }
  return listed;
}

net::Response GetAlerts(const Sources& sources, const Call& call) {
  const base::Result<Filter> filter = ReadFilter(call);
  if (!filter.ok()) return V2Error(filter.error());
  std::vector<std::pair<std::string, Listed>> sorted;
  for (Listed& listed : Select(sources, call, *filter)) {
    sorted.emplace_back(model::Fingerprint(listed.alert->alert.labels), std::move(listed));
  }
  std::ranges::sort(sorted, {}, &std::pair<std::string, Listed>::first);
  std::string body;
  JsonWriter json(body);
  json.BeginArray();
  for (const auto& [fingerprint, listed] : sorted) {
    WriteAlert(json, *listed.alert, listed.receivers, call.now);
  }
  json.EndArray();
  return net::JsonResponse(200, body);
}

// The alerts of one incident that go to one receiver are a group.
net::Response GetGroups(const Sources& sources, const Call& call) {
  const base::Result<Filter> filter = ReadFilter(call);
  if (!filter.ok()) return V2Error(filter.error());
  struct Group {
    model::Labels labels;
    std::vector<Listed> alerts;
  };
  std::map<std::pair<std::string, std::string>, Group> groups;  // by incident and receiver
  for (const Listed& listed : Select(sources, call, *filter)) {
    for (const std::string& receiver : listed.receivers) {
      if (filter->receiver && !filter->receiver->Matches(std::string_view(receiver))) continue;
      Group& group = groups[{listed.alert->incident_id, receiver}];
      group.labels = listed.alert->group_labels;
      group.alerts.push_back(listed);
    }
  }
  std::string body;
  JsonWriter json(body);
  json.BeginArray();
  for (const auto& [key, group] : groups) {
    json.BeginObject().Key("alerts").BeginArray();
    for (const Listed& listed : group.alerts) {
      WriteAlert(json, *listed.alert, listed.receivers, call.now);
    }
    json.EndArray();
    json.Field("labels", group.labels);
    json.Key("receiver").BeginObject().Field("name", key.second).EndObject().EndObject();
  }
  json.EndArray();
  return net::JsonResponse(200, body);
}

// For those who look at the past. A repeated alert is the same event again.
void KeepAsEvents(const Sources& sources, const Call& call) {
  if (sources.events == nullptr) return;
  auto parsed = sources::alerts::ParseAlertmanager(call.request.body, call.now);
  if (!parsed.ok() || parsed->events.empty()) return;
  base::IgnoreError(sources.events->WriteEvents(call.caller.tenant, std::move(parsed->events)),
                    "the alerts themselves are taken");
}

// What is good is taken, as Alertmanager does; what is not is told.
net::Response PostAlerts(const Sources& sources, const Call& call) {
  if (IsNotJson(call.request.headers)) return TextAnswer(415, "the body must be JSON");
  constexpr size_t kBodyBytesMax = 16 << 20;
  auto posted = sources::alerts::ParsePostedAlerts(call.request.body, call.now,
                                                   {.body_bytes_max = kBodyBytesMax});
  if (!posted.ok()) return V2Error(posted.error());
  for (model::Alert& alert : posted->alerts) alert.tenant = call.caller.tenant;
  std::vector<std::string>& faults = posted->faults;
  if (!posted->alerts.empty()) {
    const auto taken = sources.post(std::move(posted->alerts));
    if (!taken.ok()) return V2Error(taken.error());
    for (const base::Result<>& each : *taken) {
      if (each.ok()) continue;
      if (base::IsRetryable(each.error().code)) return V2Error(each.error());
      faults.push_back(each.error().message);
    }
    KeepAsEvents(sources, call);
  }
  if (faults.empty()) return net::JsonResponse(200, "");
  constexpr size_t kFaultsShownMax = 10;
  std::string message;
  for (size_t i = 0; i < std::min(faults.size(), kFaultsShownMax); ++i) {
    message += (i == 0 ? "" : "; ") + faults[i];
  }
  return TextAnswer(400, message);
}

// --- silences

// A filter is compared with the text of the silence's matcher of that name.
bool FilterTakes(const std::vector<model::Matcher>& filters, const Silence& silence) {
  return std::ranges::all_of(filters, [&](const model::Matcher& filter) {
    const auto named = std::ranges::find(silence.matchers, filter.name(), &model::Matcher::name);
    const bool has = named != silence.matchers.end();
    const bool negative =
        filter.op() == model::MatchOp::kNotEqual || filter.op() == model::MatchOp::kNotRegex;
    if (filter.value().empty() && negative == has) return true;
    return filter.Matches(has ? std::string_view(named->value()) : std::string_view());
  });
}

// Active ones first, those that end soonest before the others; then those that begin soonest; then
// those that ended last.
bool Before(const Silence& a, const Silence& b, base::TimePoint now) {
  const auto rank = [&](const Silence& silence) {
    const SilenceState state = silence.StateAt(now);
    const int64_t starts = base::ToMillis(silence.starts_at);
    const int64_t ends = base::ToMillis(silence.ends_at);
    if (state == SilenceState::kActive) return std::pair(0, ends);
    if (state == SilenceState::kPending) return std::pair(1, starts);
    return std::pair(2, -ends);
  };
  return std::pair(rank(a), std::string_view(a.id)) < std::pair(rank(b), std::string_view(b.id));
}

net::Response GetSilences(const Sources& sources, const Call& call) {
  const auto filters = ReadFilters(call);
  if (!filters.ok()) return V2Error(filters.error());
  std::vector<AlertBoard::Silence> silences = sources.board.Silences(call.caller.tenant);
  std::erase_if(silences, [&](const auto& silence) { return !FilterTakes(*filters, *silence); });
  std::ranges::sort(silences,
                    [&](const auto& a, const auto& b) { return Before(*a, *b, call.now); });
  std::string body;
  JsonWriter json(body);
  json.BeginArray();
  for (const AlertBoard::Silence& silence : silences) WriteSilence(json, *silence, call.now);
  json.EndArray();
  return net::JsonResponse(200, body);
}

net::Response GetSilence(const Sources& sources, const Call& call) {
  const auto silence = sources.board.FindSilence(call.caller.tenant, call.PathValue("id"));
  if (!silence) return TextAnswer(404, "silence not found");
  std::string body;
  JsonWriter json(body);
  WriteSilence(json, *silence, call.now);
  return net::JsonResponse(200, body);
}

base::Result<model::Matcher> ReadMatcher(const base::Json& json) {
  const auto text = [&](const char* key) -> std::optional<std::string> {
    const auto it = json.is_object() ? json.find(key) : json.end();
    if (it == json.end() || !it->is_string()) return std::nullopt;
    return it->get<std::string>();
  };
  const auto flag = [&](const char* key) -> std::optional<bool> {
    const auto it = json.is_object() ? json.find(key) : json.end();
    if (it == json.end() || !it->is_boolean()) return std::nullopt;
    return it->get<bool>();
  };
  const std::optional<std::string> name = text("name");
  const std::optional<std::string> value = text("value");
  const std::optional<bool> regex = flag("isRegex");
  if (!name || name->empty() || !value || !regex) {
    return base::InvalidArgument("a matcher needs name, value and isRegex");
  }
  const bool equal = flag("isEqual").value_or(true);
  const model::MatchOp op = *regex ? (equal ? model::MatchOp::kRegex : model::MatchOp::kNotRegex)
                                   : (equal ? model::MatchOp::kEqual : model::MatchOp::kNotEqual);
  return model::Matcher::Create(*name, op, *value);
}

base::Result<base::TimePoint> ReadWhen(const base::Json& json, const char* key) {
  const auto it = json.find(key);
  if (it == json.end() || !it->is_string()) {
    return base::InvalidArgument(fmt::format("silence.{} in body is required", key));
  }
  return base::ParseTime(it->get_ref<const std::string&>());
}

base::Result<std::string> ReadWords(const base::Json& json, const char* key, bool required) {
  const auto it = json.find(key);
  if (it == json.end() || !it->is_string()) {
    if (!required) return std::string();
    return base::InvalidArgument(fmt::format("silence.{} in body is required", key));
  }
  return it->get<std::string>();
}

base::Result<Silence> ReadSilence(const Call& call) {
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  Silence silence;
  silence.tenant = call.caller.tenant;
  const auto matchers = json.find("matchers");
  if (matchers == json.end() || !matchers->is_array() || matchers->empty() ||
      matchers->size() > kMatchersMax) {
    return base::InvalidArgument(fmt::format("silence.matchers needs 1 to {}", kMatchersMax));
  }
  for (const base::Json& item : *matchers) {
    VEDETTE_TRY(model::Matcher matcher, ReadMatcher(item));
    silence.matchers.push_back(std::move(matcher));
  }
  VEDETTE_TRY(silence.id, ReadWords(json, "id", false));
  VEDETTE_TRY(silence.starts_at, ReadWhen(json, "startsAt"));
  VEDETTE_TRY(silence.ends_at, ReadWhen(json, "endsAt"));
  VEDETTE_TRY(silence.created_by, ReadWords(json, "createdBy", true));
  VEDETTE_TRY(silence.comment, ReadWords(json, "comment", true));
  return silence;
}

net::Response PostSilence(const Sources& sources, const Call& call) {
  if (IsNotJson(call.request.headers)) return TextAnswer(415, "the body must be JSON");
  base::Result<Silence> silence = ReadSilence(call);
  if (!silence.ok()) return V2Error(silence.error());
  const auto stored = sources.silence({.kind = SilenceCommand::Kind::kPut,
                                       .actor = call.caller.name,
                                       .silence = *std::move(silence)});
  if (!stored.ok()) return V2Error(stored.error());
  std::string body;
  JsonWriter(body).BeginObject().Field("silenceID", stored->id).EndObject();
  return net::JsonResponse(200, body);
}

net::Response DeleteSilence(const Sources& sources, const Call& call) {
  SilenceCommand command{
      .kind = SilenceCommand::Kind::kExpire, .actor = call.caller.name, .silence = {}};
  command.silence.tenant = call.caller.tenant;
  command.silence.id = call.PathValue("id");
  const auto stored = sources.silence(std::move(command));
  return stored.ok() ? net::JsonResponse(200, "") : V2Error(stored.error());
}

// --- itself

net::Response GetReceivers(const Sources& sources, const Call&) {
  std::string body;
  JsonWriter json(body);
  json.BeginArray();
  for (const std::string& name : sources.all_receivers()) {
    json.BeginObject().Field("name", name).EndObject();
  }
  json.EndArray();
  return net::JsonResponse(200, body);
}

}  // namespace

std::vector<Route> AlertmanagerRoutes(AlertmanagerSources given) {
  const auto sources = std::make_shared<const Sources>(std::move(given));
  using Handle = net::Response (*)(const Sources&, const Call&);
  const auto route = [&](std::string method, std::string path, Permission permission,
                         std::string operation, Handle handle) {
    return Route{.method = std::move(method),
                 .pattern = "/api/v2/" + path,
                 .permission = permission,
                 .handler = MakeHandler(sources, handle),
                 .operation = std::move(operation)};
  };
  return {
      route("GET", "alerts", Permission::kRead, "v2GetAlerts", GetAlerts),
      WithLargeBody(route("POST", "alerts", Permission::kIngest, "v2PostAlerts", PostAlerts)),
      route("GET", "alerts/groups", Permission::kRead, "v2GetAlertGroups", GetGroups),
      route("GET", "silences", Permission::kRead, "v2GetSilences", GetSilences),
      route("POST", "silences", Permission::kRespond, "v2PostSilences", PostSilence),
      route("GET", "silence/{id}", Permission::kRead, "v2GetSilence", GetSilence),
      route("DELETE", "silence/{id}", Permission::kRespond, "v2DeleteSilence", DeleteSilence),
      route("GET", "receivers", Permission::kRead, "v2GetReceivers", GetReceivers),
  };
}

}  // namespace vedette::api
