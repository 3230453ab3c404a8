#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "incident/input.h"
#include "incident/options.h"
#include "model/page.h"
#include "model/silence.h"
#include "model/tenant.h"
#include "notify/routing/plan.h"
#include "sql/database.h"

namespace vedette::replay {

// What would have been told, had the configuration been another one: the journal's inputs of some
// days go once more through the incident engine and the router as they were, and beside it through
// a second pair with the candidate's options. The first pair also proves that the record is whole:
// each of its rounds must decide bit for bit what was decided then.

struct Candidate {
  incident::EngineOptions options;
  notify::routing::Plan plan;
  // The commands that keep its maintenance windows; empty: as it was then.
  std::function<std::vector<incident::SilenceCommand>(const std::vector<model::Silence>& known,
                                                      base::TimePoint now)>
      windows = {};
};

struct Request {
  model::TenantName tenant;
  base::TimePoint from;
  base::TimePoint to;
  std::optional<Candidate> candidate;  // nothing: only proof and count what was
  size_t changes_max = 200;            // that are listed; all are counted
  std::function<bool()> cancelled = {};
};

// One message to one person or receiver.
struct Message {
  std::string dedup_key;
  std::string receiver;
  std::string to;
  std::string person;  // empty: whoever reads the receiver
  model::PageKind kind = model::PageKind::kOpened;
  std::string incident_id;
  std::string title;
  model::Severity severity = model::Severity::kInfo;
  base::TimePoint time;
  std::string why;
};

enum class ChangeKind { kAdded, kRemoved, kMoved };
std::string_view ChangeKindName(ChangeKind kind);  // "added", "removed", "moved"

struct Change {
  ChangeKind kind = ChangeKind::kAdded;
  Message message;                               // the candidate's, if it has it
  std::optional<base::TimePoint> recorded_time;  // of a message that moved
  bool at_night = false;
};

// How often, then and with the candidate.
struct Tally {
  int64_t recorded = 0;
  int64_t candidate = 0;
  int64_t added = 0;
  int64_t removed = 0;
};

// A person, or a receiver of which nobody knows who reads it.
struct Person {
  std::string name;
  bool is_person = true;
  Tally all;
  Tally nights;  // 22:00 to 06:00 by the person's clock, UTC for receivers
};

struct Night {
  std::string date;  // on which it begins, "2026-11-20"
  std::string name;  // of the person
  Tally messages;
};

struct Report {
  base::TimePoint from;  // what was replayed
  base::TimePoint to;
  base::TimePoint history_from;  // no replay can begin earlier
  int64_t rounds = 0;
  int64_t inputs = 0;
  // The proof: rounds that have a digest of what was decided, those that were decided again bit for
  // bit, and the first that was not.
  int64_t compared = 0;
  int64_t identical = 0;
  std::optional<base::TimePoint> first_difference;
  bool has_candidate = false;
  bool same_configuration = false;  // the candidate is what held all the time
  Tally messages;
  int64_t moved = 0;
  Tally incidents;              // `added` and `removed` by their ids
  Tally unreachable;            // pages for which there was nobody to tell
  std::vector<Person> people;   // most messages first
  std::vector<Night> nights;    // latest first; only those with messages
  std::vector<Change> changes;  // in order of time
  int64_t changes_left_out = 0;
};

// kInvalidArgument (field "from" or "to"), kFailedPrecondition when there is no history yet,
// kDataLoss when the journal is damaged in that time, kDeadlineExceeded when cancelled.
base::Result<Report> Run(sql::Database& database, const Request& request);

}  // namespace vedette::replay
