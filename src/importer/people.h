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
#include "notify/routing/plan.h"
#include "notify/routing/time_zone.h"

namespace vedette::importer {

// On-call plans as the exports of three systems have them in common, on their way to Vedette's
// configuration.

using notify::routing::kNobody;

struct PersonContact {
  std::string receiver;  // "mail", "sms", "voice", "chat"
  std::string to;
  int64_t after_minutes = 0;
  std::vector<std::string> severities = {};  // empty: all
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
  std::string start;     // "2026-11-02 09:00" by the clock of the schedule
  std::string end = {};  // the same; empty: never
  int64_t seconds = 7 * 86'400;
  bool monthly = false;                 // instead of `seconds`: from month to month
  std::vector<std::string> users = {};  // or kNobody
  std::vector<Hours> hours = {};
  std::vector<int64_t> days_of_month = {};  // -1 the last; empty: all
};

struct Rota {
  std::string name;
  std::string zone = "UTC";
  std::vector<Turns> layers = {};  // later ones win
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

// From a label of alerts to an escalation.
struct Way {
  std::string label;  // "service"
  std::string value;
  std::string escalation;
};

struct People {
  std::vector<Person> people;
  std::vector<Rota> rotas;
  std::vector<Escalation> escalations;
  std::vector<Crew> crews;
  std::vector<Way> ways;
};

// Plain names that do not repeat, by the ids of the other system.
class Names {
 public:
  // The name for an id, made of `text` at the first call.
  std::string Of(const std::string& id, std::string_view text);
  // Empty when the id is not known.
  std::string Find(const std::string& id) const;
  // `other` is the same as `id`, which has a name.
  void Also(const std::string& other, const std::string& id);

  const std::map<std::string, std::string>& all() const { return by_id_; }

 private:
  std::map<std::string, std::string> by_id_;
  std::set<std::string> taken_;
};

// Members of JSON; empty, or nothing, when they are not there or of another kind.
std::string TextAt(const base::Json& json, const char* key);
int64_t NumberAt(const base::Json& json, const char* key, int64_t standard);
const base::Json& ListAt(const base::Json& json, const char* key);
const base::Json& ObjectAt(const base::Json& json, const char* key);

// The member, or the whole when it has none: what an API answers about one thing is wrapped.
const base::Json& Inner(const base::Json& json, const char* key);

// A moment, as the reading of the clocks of a zone; without an offset it is one already. Empty for
// what is no time.
std::string WallClock(std::string_view time, std::string_view zone);
// "09:00" and what may follow, in minutes.
std::optional<int64_t> MinutesOf(std::string_view clock);
// 0 for "monday", "MO" and so on to 6.
std::optional<int64_t> DayOf(std::string_view name);

// Somebody takes turns, and not only nobody.
bool HasSomebody(const Turns& turns);

// A contact by a rule that a person has made; one that is there already takes the severities of
// both.
void AddByRule(PersonContact contact, std::vector<PersonContact>& contacts);

// People take turns as from `first`, but none before `active`: the turn that is on then is the
// first. Both readings of the clocks; `active` may be empty.
void StartTurns(const std::string& first, const std::string& active, Turns& turns);

// A stretch of each day, or of each week from its Monday on, as hours; all in minutes.
void AddDaily(int64_t from, int64_t minutes, Turns& turns);
void AddWeekly(int64_t from, int64_t minutes, Turns& turns);

// The turns of a rota but for who takes them.
struct Pattern {
  Turns turns;
  int64_t share = 1;  // turns of each in a row
  int64_t rest = 0;   // turns of nobody after them
};

// Something that begins again and again, each time by somebody else; times in seconds.
struct Rhythm {
  notify::routing::LocalTime begin;
  int64_t unit = 0;  // an hour, a day or a week; 0: a month
  int64_t interval = 1;
  int64_t duration = 0;
  std::vector<int64_t> weekdays;       // on which it begins; 0 Monday
  std::vector<int64_t> days_of_month;  // the same, by months only
};
// Fills in all but the name and the end; `start` is already there.
void AddRhythm(const Rhythm& rhythm, const std::string& where, Pattern& pattern, Report& report);

// Into the plan, or into the report why not: `what` is its name there.
bool Keep(Rota rota, const std::string& what, const std::string& why_empty, People& people,
          Report& report);
bool Keep(Escalation escalation, const std::string& what, People& people, Report& report);
// Whether the plan has it.
bool HasRota(const People& people, const std::string& name);
bool HasEscalation(const People& people, const std::string& name);

// What the export has beside `known`, but for the numbers of its pages.
void ReportRest(const base::Json& json, const std::set<std::string>& known, Report& report);

// The export as JSON: an object, whose lists are no longer as an API answers them, wrapped or page
// by page. kInvalidArgument.
base::Result<base::Json> ReadExport(std::string_view text);

// Writes the configuration: the plan, and receivers whose addresses must be filled in. Nobody in
// it is kInvalidArgument.
base::Result<Imported> WritePlan(const People& people, const Names& users, Report& report,
                                 std::string_view system);

// Exports of the other systems' APIs, their lists in one object; see docs/guide/importing.md.
base::Result<Imported> ImportPagerDuty(std::string_view text);
base::Result<Imported> ImportOpsgenie(std::string_view text);
base::Result<Imported> ImportGrafanaOnCall(std::string_view text);

}  // namespace vedette::importer
