#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json_writer.h"
#include "model/incident.h"
#include "notify/routing/router.h"
#include "notify/routing/store/store.h"

namespace vedette::api {

// "Why was I (not) told?" of everybody: read off the messages, what the router remarked and the
// incident's timeline; where those say nothing of somebody, off the plan as it is now. Pure.

// A message that was ordered for somebody.
struct Telling {
  std::string person;
  base::TimePoint time;
  std::string kind;  // of the page
  std::string receiver;
  std::string state;  // "pending", "delivered", ...
  std::optional<base::TimePoint> delivered_at;
  std::string detail;
  // The chain, as the router told it.
  std::string route;
  int64_t step = 0;
  std::string why;
};

struct PersonAnswer {
  std::string person;
  std::string name;  // in full; empty: not known
  bool told = false;
  // "told", "undelivered", "deferred", "unreachable", "acknowledged", "over", "waiting",
  // "not_on_call", "not_of_the_route", "silenced", "no_page", "unknown"
  std::string reason;
  std::string text;                   // the same in words, after the name
  std::optional<base::TimePoint> at;  // when that was
  std::vector<Telling> tellings;      // oldest first
};

// All about one question; refers to what outlives it.
struct PeopleFacts {
  const notify::routing::View& view;
  std::vector<Telling> tellings;               // oldest first; also those to nobody in particular
  std::vector<notify::routing::Taken> routes;  // that took it
  std::span<const notify::routing::store::TrailRow> trail;
  std::span<const model::Incident> incidents;
  base::TimePoint since{};       // what was before is not about it
  std::string why_no_page = {};  // where none was ordered
};

// Everybody of the plan, in its order, and then who was told and is not in it any more.
std::vector<PersonAnswer> AnswerPeople(const PeopleFacts& facts);

// An array, as openapi.json has LedgerPage.people.
void WritePeople(base::JsonWriter& json, const std::vector<PersonAnswer>& people);

}  // namespace vedette::api
