#include <utility>

#include "base/json_fields.h"
#include "incident/input.h"
#include "model/json_fields.h"

namespace vedette::model {

template <typename Archive>
void Fields(Archive& archive, Anomaly& anomaly) {
  archive("id", anomaly.id);
  archive("tenant", anomaly.tenant);
  archive("kind", anomaly.kind);
  archive("entity", anomaly.entity);
  archive("labels", anomaly.labels);
  archive("score", anomaly.score);
  archive("severity", anomaly.severity);
  archive("state", anomaly.state);
  archive("started_at", anomaly.started_at);
  archive("updated_at", anomaly.updated_at);
  archive("ended_at", anomaly.ended_at);
  archive("observed", anomaly.observed);
  archive("expected_low", anomaly.expected_low);
  archive("expected_high", anomaly.expected_high);
  archive("detector", anomaly.detector);
  archive("summary", anomaly.summary);
  archive("evidence", anomaly.evidence.id);
}

template <typename Archive>
void Fields(Archive& archive, AnomalyUpdate& update) {
  archive("transition", update.transition);
  archive("anomaly", update.anomaly);
}

}  // namespace vedette::model

namespace vedette::incident {
namespace {

using base::JsonIn;
using base::JsonOut;

constexpr int64_t kVersion = 1;

// The tags of the alternatives, in the variant's order.
constexpr std::string_view kTags[] = {"tick", "anomaly", "command", "delivery"};
static_assert(std::variant_size_v<decltype(Input::what)> == std::size(kTags));

}  // namespace

static std::string_view EnumName(CommandKind kind) { return CommandKindName(kind); }

std::string_view CommandKindName(CommandKind kind) {
  switch (kind) {
    case CommandKind::kAcknowledge: return "acknowledge";
    case CommandKind::kResolve: return "resolve";
    case CommandKind::kComment: return "comment";
    case CommandKind::kReopen: return "reopen";
  }
  return {};
}

template <typename Archive>
void Fields(Archive&, Tick&) {}

template <typename Archive>
void Fields(Archive& archive, Command& command) {
  archive("kind", command.kind);
  archive("tenant", command.tenant);
  archive("incident", command.incident_id);
  archive("actor", command.actor);
  archive("text", command.text);
}

template <typename Archive>
void Fields(Archive& archive, DeliveryResult& result) {
  archive("dedup_key", result.dedup_key);
  archive("incident", result.incident_id);
  archive("tenant", result.tenant);
  archive("receiver", result.receiver);
  archive("ok", result.ok);
  archive("final", result.final);
  archive("detail", result.detail);
}

std::string InputToJson(const Input& input) {
  JsonOut out;
  out("version", kVersion);
  out("seq", input.seq);
  out("time", input.time);
  out("fresh_id", input.fresh_id);
  out("kind", std::string(kTags[input.what.index()]));
  std::visit([&out](const auto& what) { out("what", what); }, input.what);
  return base::DumpJson(out.value());
}

base::Result<Input> InputFromJson(std::string_view text) {
  const base::Result<base::Json> json = base::ParseJson(text);
  if (!json.ok()) return base::DataLoss("journal: " + json.error().message);
  JsonIn in(*json);
  int64_t version = 0;
  std::string tag;
  Input input;
  in("version", version);
  in("seq", input.seq);
  in("time", input.time);
  in("fresh_id", input.fresh_id);
  in("kind", tag);
  if (const base::Result<> head = in.result(); !head.ok()) return head.error().With("journal");
  if (version != kVersion) {
    return base::DataLoss("journal: version " + std::to_string(version) + " is not known");
  }
  if (tag == "anomaly") {
    input.what.emplace<model::AnomalyUpdate>();
  } else if (tag == "command") {
    input.what.emplace<Command>();
  } else if (tag == "delivery") {
    input.what.emplace<DeliveryResult>();
  } else if (tag != "tick") {
    return base::DataLoss("journal: kind '" + tag + "' is not known");
  }
  std::visit([&in](auto& what) { in("what", what); }, input.what);
  if (const base::Result<> body = in.result(); !body.ok()) return body.error().With("journal");
  return input;
}

}  // namespace vedette::incident
