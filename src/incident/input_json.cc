#include <utility>

#include "base/json_fields.h"
#include "incident/input.h"
#include "incident/options_json.h"
#include "incident/value_fields.h"
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
  archive.Since("annotations", anomaly.annotations);
  archive.Since("generator_url", anomaly.generator_url);
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
constexpr std::string_view kTags[] = {"tick",  "anomaly", "command", "delivery", "alert", "silence",
                                      "start", "options", "routing", "topology", "recall"};
static_assert(std::variant_size_v<decltype(Input::what)> == std::size(kTags));

}  // namespace

static std::string_view EnumName(CommandKind kind) { return CommandKindName(kind); }

std::string IncidentId(std::string_view fresh_id) { return "in_" + std::string(fresh_id); }

std::string_view CommandKindName(CommandKind kind) {
  switch (kind) {
    case CommandKind::kAcknowledge: return "acknowledge";
    case CommandKind::kResolve: return "resolve";
    case CommandKind::kComment: return "comment";
    case CommandKind::kReopen: return "reopen";
    case CommandKind::kMerge: return "merge";
    case CommandKind::kSplit: return "split";
    case CommandKind::kSetPhase: return "phase";
    case CommandKind::kAssignRole: return "role";
    case CommandKind::kAddTask: return "task";
    case CommandKind::kFinishTask: return "task_done";
    case CommandKind::kAddLink: return "link";
    case CommandKind::kDeclare: return "declare";
    case CommandKind::kUnacknowledge: return "unacknowledge";
    case CommandKind::kStar: return "star";
    case CommandKind::kUnstar: return "unstar";
  }
  return {};
}

template <typename Archive>
void Fields(Archive&, Tick&) {}

template <typename Archive>
void Fields(Archive&, Start&) {}

template <typename Archive>
void Fields(Archive& archive, Command& command) {
  archive("kind", command.kind);
  archive("tenant", command.tenant);
  archive("incident", command.incident_id);
  archive("actor", command.actor);
  archive("text", command.text);
  archive.Since("target", command.target);
  archive.Since("ids", command.ids);
  archive.Since("at", command.at);
  archive.Since("severity", command.severity);
}

template <typename Archive>
void Fields(Archive& archive, Recall& recall) {
  archive("incident", recall.incident);
  archive("rows", recall.rows);
}

template <typename Archive>
void Fields(Archive& archive, Dependencies& dependencies) {
  std::vector<std::vector<std::string>> edges;
  for (const auto& [caller, callee] : dependencies.edges) edges.push_back({caller, callee});
  archive("tenant", dependencies.tenant);
  archive("edges", edges);
  if constexpr (std::is_same_v<Archive, base::JsonIn>) {
    for (const std::vector<std::string>& edge : edges) {
      if (edge.size() == 2) dependencies.edges.emplace_back(edge[0], edge[1]);
    }
  }
}

static std::string_view EnumName(SilenceCommand::Kind kind) {
  switch (kind) {
    case SilenceCommand::Kind::kPut: return "put";
    case SilenceCommand::Kind::kExpire: return "expire";
  }
  return {};
}

template <typename Archive>
void Fields(Archive& archive, SilenceCommand& command) {
  archive("kind", command.kind);
  archive("actor", command.actor);
  archive("silence", command.silence);
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
  archive.Since("to", result.to);
  archive.Since("person", result.person);
}

template <typename Archive>
void Fields(Archive& archive, RoutingInput& input) {
  archive("kind", input.kind);
  archive("text", input.text);
}

// 128 bits either way.
std::string SilenceId(std::string_view ulid) {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  constexpr std::string_view kHex = "0123456789abcdef";
  uint64_t high = 0;
  uint64_t low = 0;
  for (const char c : ulid) {
    const size_t digit = kDigits.find(c);
    high = high << 5 | low >> 59;
    low = low << 5 | (digit == std::string_view::npos ? 0 : digit);
  }
  std::string id;
  for (int i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) id += '-';
    const uint64_t half = i < 16 ? high : low;
    id += kHex[half >> (60 - 4 * (i % 16)) & 15];
  }
  return id;
}

std::string InputToJson(const Input& input) {
  JsonOut out;
  out("version", kVersion);
  out("seq", input.seq);
  out("time", input.time);
  out("fresh_id", input.fresh_id);
  out("kind", std::string(kTags[input.what.index()]));
  std::visit([&out](const auto& what) { out("what", what); }, input.what);
  return out.Finish();
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
  } else if (tag == "alert") {
    input.what.emplace<model::Alert>();
  } else if (tag == "silence") {
    input.what.emplace<SilenceCommand>();
  } else if (tag == "start") {
    input.what.emplace<Start>();
  } else if (tag == "options") {
    input.what.emplace<EngineOptions>();
  } else if (tag == "routing") {
    input.what.emplace<RoutingInput>();
  } else if (tag == "topology") {
    input.what.emplace<Dependencies>();
  } else if (tag == "recall") {
    input.what.emplace<Recall>();
  } else if (tag != "tick") {
    return base::DataLoss("journal: kind '" + tag + "' is not known");
  }
  std::visit([&in](auto& what) { in("what", what); }, input.what);
  if (const base::Result<> body = in.result(); !body.ok()) return body.error().With("journal");
  return input;
}

}  // namespace vedette::incident
