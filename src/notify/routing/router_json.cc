#include <utility>

#include "base/json_fields.h"
#include "model/json_fields.h"
#include "notify/routing/router_state.h"

namespace vedette::notify::routing {
namespace {

using base::JsonIn;
using base::JsonOut;

constexpr int64_t kVersion = 1;

}  // namespace

template <typename Archive>
void Fields(Archive& archive, Listed& listed) {
  archive("alert", listed.alert);
  archive("order", listed.order);
  archive("common", listed.common);
  archive("muted", listed.muted);
}

template <typename Archive>
void Fields(Archive& archive, Sent& sent) {
  archive("key", sent.key);
  archive("flows", sent.flows);
  archive("turns", sent.turns);
}

template <typename Archive>
void Fields(Archive& archive, Told& told) {
  archive("receiver", told.receiver);
  archive("channel", told.channel);
  archive("to", told.to);
  archive("person", told.person);
  archive("route", told.route);
  archive("policy", told.policy);
  archive("why", told.why);
  archive("flow", told.flow);
  archive.Since("flows", told.flows);
  archive("times", told.times);
  archive("page_key", told.page_key);
  archive("last_at", told.last_at);
  archive.Since("heard", told.heard);
  archive.Since("sent", told.sent);
}

template <typename Archive>
void Fields(Archive& archive, Waiting& waiting) {
  archive("due", waiting.due);
  archive("who", waiting.who);
  archive("step", waiting.step);
  archive("round", waiting.round);
  archive.Since("sent", waiting.sent);
}

template <typename Archive>
void Fields(Archive& archive, Flow& flow) {
  archive.Since("origin", flow.origin);
  archive.Since("own", flow.own);
  archive("route", flow.route);
  archive("policy", flow.policy);
  archive("step", flow.step);
  archive("round", flow.round);
  archive("turn", flow.turn);
  archive("next_at", flow.next_at);
  archive.Since("severity", flow.severity);
  archive("done", flow.done);
  archive.Since("muted", flow.muted);
  archive.Since("over", flow.over);
  archive.Since("once", flow.once);
  archive("reached", flow.reached);
  archive("arrived", flow.arrived);
  archive("hopes", flow.hopes);
}

template <typename Archive>
void Fields(Archive& archive, Case& c) {
  archive("page", c.page);
  archive.Since("lists", c.lists);
  archive.Since("alerts", c.alerts);
  archive.Since("ended", c.ended);
  archive.Since("last_order", c.last_order);
  archive("stopped", c.stopped);
  archive("flows", c.flows);
  archive("told", c.told);
  archive("waiting", c.waiting);
}

template <typename Archive>
void Fields(Archive& archive, Override& override) {
  archive("id", override.id);
  archive("schedule", override.schedule);
  archive("user", override.user);
  archive("replaces", override.replaces);
  archive("from", override.from);
  archive("to", override.to);
  archive("reason", override.reason);
  archive("created_by", override.created_by);
  archive("created_at", override.created_at);
}

namespace {

template <typename T>
std::string ToText(const T& value) {
  JsonOut out;
  out("version", kVersion);
  out("value", value);
  return out.Finish();
}

template <typename T>
base::Result<T> FromText(std::string_view text) {
  const base::Result<base::Json> json = base::ParseJson(text);
  if (!json.ok()) return base::DataLoss("routing: " + json.error().message);
  JsonIn in(*json);
  int64_t version = 0;
  T value;
  in("version", version);
  if (in.result().ok() && version != kVersion) {
    return base::DataLoss("routing: version " + std::to_string(version) + " is not known");
  }
  in("value", value);
  if (const base::Result<> read = in.result(); !read.ok()) return read.error().With("routing");
  return value;
}

}  // namespace

std::string CaseToJson(const Case& c) { return ToText(c); }
base::Result<Case> CaseFromJson(std::string_view text) { return FromText<Case>(text); }
std::string OverrideToJson(const Override& override) { return ToText(override); }
base::Result<Override> OverrideFromJson(std::string_view text) { return FromText<Override>(text); }

}  // namespace vedette::notify::routing
