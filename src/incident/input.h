#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "incident/options.h"
#include "model/alert.h"
#include "model/anomaly.h"
#include "model/incident.h"
#include "model/severity.h"
#include "model/silence.h"
#include "model/tenant.h"

namespace vedette::incident {

// What the engine is told: plain values, numbered and stamped by the caller, kept in the journal.
// Replaying them in order gives the same incidents and the same pages.

enum class CommandKind {
  kAcknowledge,
  kResolve,
  kComment,
  kReopen,
  kMerge,       // `target`: the incident that this one takes over
  kSplit,       // `ids`: the anomalies that leave for an incident of their own
  kSetPhase,    // `target`: its name
  kAssignRole,  // `target`: "commander", "communications", ...; `text`: who; empty: nobody
  kAddTask,     // `text`: what is to be done; `target`: by whom, may be empty
  kFinishTask,  // `target`: its number
  kAddLink,     // `target`: the URL; `text`: what it is
  kDeclare,     // no incident yet; `target`: its title; `ids`: services; `severity`
  kUnacknowledge,
  kStar,    // `target`: the number of a row of the timeline
  kUnstar,  // likewise
};
std::string_view CommandKindName(CommandKind kind);  // "acknowledge", "resolve", ...

// What a person asks for.
struct Command {
  CommandKind kind = CommandKind::kAcknowledge;
  model::TenantName tenant;
  std::string incident_id;
  std::string actor;
  std::string text;  // the comment; optional for the others
  std::string target = {};
  std::vector<std::string> ids = {};
  std::optional<base::TimePoint> at = {};  // of a comment: when it happened, if that is told later
  model::Severity severity = model::Severity::kCritical;  // of what is declared
};

// What a person asks of a silence.
struct SilenceCommand {
  enum class Kind {
    kPut,     // a new one where the id is empty, else a change: see Engine
    kExpire,  // ends it now; `silence` needs the tenant and the id
  };
  Kind kind = Kind::kPut;
  std::string actor;
  model::Silence silence;
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
  std::string to = {};      // whom it was to reach there; empty: as the receiver is configured
  std::string person = {};  // whose contact that is, for people; empty: nobody's alone
};

// What the router is told, which runs behind the engine in the same round; the engine passes it by.
// It stands among the engine's inputs so that one journal has all that decided who was told.
struct RoutingInput {
  std::string kind;  // "plan", "override", "removal", "test": see decide/round.h
  std::string text;
};

// An incident that was resolved so long ago that the engine has forgotten it, as it is in the
// journal's table, since a person asks something of it: the input before that person's. `rows` are
// in its timeline, which is not part of this.
struct Recall {
  model::Incident incident;
  int64_t rows = 0;
};

// Who waits for whom among a tenant's services, caller first, from now on.
struct Dependencies {
  model::TenantName tenant;
  std::vector<std::pair<std::string, std::string>> edges;
};

// Time passes.
struct Tick {};

// The server has started: what could not be heard meanwhile, gets time to be heard again.
struct Start {};

struct Input {
  int64_t seq = 0;  // 1, 2, ... over the life of the journal
  base::TimePoint time;
  // A ULID made by the caller. An incident that this input opens is called "in_" and this, an
  // anomaly "an_" and this, a silence SilenceId of it.
  std::string fresh_id;
  std::variant<Tick, model::AnomalyUpdate, Command, DeliveryResult, model::Alert, SilenceCommand,
               Start, EngineOptions, RoutingInput, Dependencies, Recall>
      what;
};

// What the incident is called that an input with this `fresh_id` opens.
std::string IncidentId(std::string_view fresh_id);

// A ULID in the form of a UUID, which is what Alertmanager's clients expect of a silence.
std::string SilenceId(std::string_view ulid);

// The form that the journal keeps (docs/formats/state.md). Of an anomaly's evidence only the id is
// kept: the engine asks for no more. EngineOptions hold from that input on. Error: kDataLoss with
// the field at fault.
std::string InputToJson(const Input& input);
base::Result<Input> InputFromJson(std::string_view text);

}  // namespace vedette::incident
