#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/page.h"
#include "notify/routing/plan.h"

namespace vedette::notify::routing {

struct RouterOptions {
  size_t cases_max = 10'000;   // incidents that are followed; beyond: the catch-all, at once
  size_t told_max = 500;       // per incident: who hears of its end
  size_t waiting_max = 1'000;  // per incident: messages whose time has not come
  size_t overrides_max = 2'000;
  base::Duration overrides_kept = std::chrono::hours(24 * 90);  // after their end
};

// An alert of an incident that fires.
struct Listed {
  model::Alert alert;   // `ends_at` is 0: it lasts until the engine says that it is over
  int64_t order = 0;    // in messages
  bool common = false;  // takes no route of its own (model::Page::anomalies)
  bool muted = false;   // silenced or inhibited: no message names it
};

// A message that was sent, for what becomes of it.
struct Sent {
  std::string key;                  // of its page
  std::vector<int64_t> flows = {};  // whose steps it carried out; none for news
  std::vector<int64_t> turns = {};  // Flow::turn of each
};

// Somebody who was told of an incident.
struct Told {
  std::string receiver;
  std::string channel;
  std::string to;
  std::string person;
  std::string route;
  std::string policy;
  std::string why;
  int64_t flow = 0;                 // the last, for what its failure means
  std::vector<int64_t> flows = {};  // all by which it was told before that
  int64_t times = 0;
  std::string page_key;  // of the last page
  base::TimePoint last_at;
  std::set<std::string> heard = {};  // fingerprints: told that they fire, and not that they ended
  std::vector<Sent> sent = {};       // the last ones
};

// A message whose time has not come.
struct Waiting {
  base::TimePoint due;
  Told who;  // but for what its sending will say
  int64_t step = 0;
  int64_t round = 0;  // 0: news for somebody who was told before
  Sent sent = {};     // all flows whose steps it carries out
};

// One route that an incident took.
struct Flow {
  std::string origin;              // the route that was taken
  std::string route;               // the same, or the catch-all after it has reached nobody
  std::optional<model::Page> own;  // the alert for which it was taken, if not for the case's page
  std::string policy;              // empty: the route's targets, once
  int64_t step = 0;                // that runs next, from 0
  int64_t round = 1;
  int64_t turn = 0;                                   // steps that ran so far
  base::TimePoint next_at;                            // when it runs
  model::Severity severity = model::Severity::kInfo;  // of what it was begun for
  bool done = false;
  bool muted = false;    // waits until what it takes is not silenced any more
  bool over = false;     // done because nothing of what it takes fires any more
  bool once = false;     // begun while somebody had the incident in hand: to the first it reaches
  bool reached = false;  // somebody was or will be told in this round
  bool arrived = false;  // a message is known to have got there
  int64_t hopes = 0;     // messages of the step that ran last, and have not failed
};

// An incident of which somebody is to be told.
struct Case {
  model::Page page;                      // the last that called for people, without its alerts
  bool lists = false;                    // it named alerts
  std::map<std::string, Listed> alerts;  // that fire, the first ones, by fingerprint
  std::vector<model::Alert> ended;       // of which somebody has heard, and not that they ended
  int64_t last_order = 0;                // Listed::order
  bool stopped = false;
  std::vector<Flow> flows;
  std::vector<Told> told;
  std::vector<Waiting> waiting;
};

struct RouterState {
  base::TimePoint now{};
  std::map<std::pair<model::TenantName, std::string>, Case> cases;
  std::map<std::string, int64_t> turns;       // of round robin: "policy/step" -> next
  std::map<std::string, Override> overrides;  // by id
};

// One part of the state as text, version 1 (docs/formats/state.md), and back: kDataLoss.
std::string CaseToJson(const Case& c);
base::Result<Case> CaseFromJson(std::string_view text);
std::string OverrideToJson(const Override& override);
base::Result<Override> OverrideFromJson(std::string_view text);

}  // namespace vedette::notify::routing
