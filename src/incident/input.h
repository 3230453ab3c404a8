#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "model/anomaly.h"
#include "model/tenant.h"

namespace vedette::incident {

// What the engine is told: plain values, numbered and stamped by the caller, kept in the journal.
// Replaying them in order gives the same incidents and the same pages.

enum class CommandKind { kAcknowledge, kResolve, kComment, kReopen };
std::string_view CommandKindName(CommandKind kind);  // "acknowledge", "resolve", ...

// What a person asks for.
struct Command {
  CommandKind kind = CommandKind::kAcknowledge;
  model::TenantName tenant;
  std::string incident_id;
  std::string actor;
  std::string text;  // the comment; optional for the others
};

// What became of one page at one receiver.
struct DeliveryResult {
  std::string dedup_key;
  std::string incident_id;
  model::TenantName tenant;
  std::string receiver;
  bool ok = false;
  bool final = true;  // false: a failure that will be tried again
  std::string detail;
};

// Time passes.
struct Tick {};

struct Input {
  int64_t seq = 0;  // 1, 2, ... over the life of the journal
  base::TimePoint time;
  // A ULID made by the caller. An incident that this input opens is called "in_" and this.
  std::string fresh_id;
  std::variant<Tick, model::AnomalyUpdate, Command, DeliveryResult> what;
};

// The form that the journal keeps (docs/formats/state.md). Of an anomaly's evidence only the id is
// kept: the engine asks for no more. Error: kDataLoss with the field at fault.
std::string InputToJson(const Input& input);
base::Result<Input> InputFromJson(std::string_view text);

}  // namespace vedette::incident
