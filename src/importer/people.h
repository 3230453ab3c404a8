#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "importer/imported.h"

namespace vedette::importer {

// On-call plans as the exports of three systems have them in common, on their way to Vedette's
// configuration.

struct PersonContact {
  std::string receiver;  // "mail", "sms", "voice", "chat"
  std::string to;
};

struct Person {
  std::string name;  // unique, plain
  std::string full_name;
  std::string email;
  std::string zone;
  std::vector<PersonContact> contacts;
};

struct Hours {
  std::string days;  // "mon-fri"; empty: every day
  std::string from;  // "09:00"
  std::string to;
};

struct Turns {
  std::string name;
  std::string start;  // "2026-11-02 09:00" by the clock of the schedule
  std::string end;    // the same; empty: never
  int64_t seconds = 7 * 86'400;
  std::vector<std::string> users;
  std::vector<Hours> hours;
};

struct Rota {
  std::string name;
  std::string zone = "UTC";
  std::vector<Turns> layers;  // later ones win
};

struct Stage {
  std::vector<std::string> targets;  // "user ann", "schedule payments"
  int64_t wait_seconds = 300;
  bool round_robin = false;
};

struct Escalation {
  std::string name;
  std::vector<Stage> stages;
  int64_t repeats = 0;
};

struct Crew {
  std::string name;
  std::vector<std::string> members;
};

struct People {
  std::vector<Person> people;
  std::vector<Rota> rotas;
  std::vector<Escalation> escalations;
  std::vector<Crew> crews;
  std::vector<std::pair<std::string, std::string>> services;  // name -> escalation
};

// Plain names that do not repeat, by the ids of the other system.
class Names {
 public:
  // The name for an id, made of `text` at the first call.
  std::string Of(const std::string& id, std::string_view text);
  // Empty when the id is not known.
  std::string Find(const std::string& id) const;

 private:
  std::map<std::string, std::string> by_id_;
  std::set<std::string> taken_;
};

// Members of JSON; empty, or nothing, when they are not there or of another kind.
std::string TextAt(const base::Json& json, const char* key);
int64_t NumberAt(const base::Json& json, const char* key, int64_t standard);
const base::Json& ListAt(const base::Json& json, const char* key);
const base::Json& ObjectAt(const base::Json& json, const char* key);

// "2026-11-02T09:00:00+01:00" as the reading of a clock on the wall, the offset aside.
std::string WallClock(std::string_view time);

// The export as JSON: an object. kInvalidArgument.
base::Result<base::Json> ReadExport(std::string_view text);

// Writes the configuration: the plan, and receivers whose addresses must be filled in.
Imported WritePlan(const People& people, Report& report, std::string_view system);

// Exports of the other systems' APIs, their lists in one object; see docs/guide/importing.md.
base::Result<Imported> ImportPagerDuty(std::string_view text);
base::Result<Imported> ImportOpsgenie(std::string_view text);
base::Result<Imported> ImportGrafanaOnCall(std::string_view text);

}  // namespace vedette::importer
