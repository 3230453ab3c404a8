#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/incident.h"
#include "model/page.h"
#include "notify/routing/plan.h"
#include "notify/routing/router_state.h"

namespace vedette::notify::routing {

// The order to tell one person, or one receiver, about a page; what the outbox carries out.
struct Notice {
  model::Page page;  // its key tells repetitions from new orders
  std::string receiver;
  std::string channel;
  std::string to;
  std::string person;  // empty: whoever reads the receiver
  std::string route;
  std::string policy;  // empty: the route tells directly
  int64_t step = 0;    // from 1; 0: without a policy
  int64_t round = 0;   // from 1
  std::string why;     // "route payments > policy payments, step 1 > schedule primary > ann > sms"
};

// What happened to a page beside notices, or instead of them: the answer to "why was I not told".
struct Remark {
  model::TenantName tenant;
  std::string incident_id;
  base::TimePoint time;
  std::string kind;  // "routed", "deferred", "nobody", "escalated", "exhausted", "stopped", ...
  std::string text;
};

// A part of the state as it is now; without a value it is gone.
struct Kept {
  std::string key;
  std::optional<std::string> value;
};

struct Outcome {
  std::vector<Notice> notices;
  std::vector<Remark> remarks;
  std::vector<Kept> kept;  // what changed: write it with what the inputs were written with

  bool empty() const { return notices.empty() && remarks.empty() && kept.empty(); }
};

// The end of a letter at its receiver.
struct Delivered {
  std::string incident_id;
  model::TenantName tenant;
  std::string receiver;
  std::string to;
  bool ok = false;
  std::string detail;
  std::string key = {};  // of the page; empty: the last one
};

// An alert of an incident as it is now.
struct AlertNow {
  const model::Alert& alert;
  bool fires = true;
  bool muted = false;   // silenced or inhibited
  bool common = false;  // takes no route of its own (model::Page::anomalies)
};

// What readers see: the plan, and the overrides that are durable.
struct View {
  std::shared_ptr<const Plan> plan;
  std::vector<Override> overrides;
};

struct TestPage {
  std::string id;  // "test_" and a ULID: stands for the incident
  model::TenantName tenant;
  Target target;  // a user or a receiver
  model::Severity severity = model::Severity::kCritical;
  std::string asked_by;
};

// Decides who is told of the pages that the incident engine orders: a deterministic state machine
// beside it, without clock, disk, threads or chance. Its state is the fold of its inputs.
//
//   Route      a page takes the routes of its alerts, and for what nobody has written a rule those
//              that match what they have in common; what no route takes goes to the catch-all. A
//              message is about the alerts of its route, and as severe as they are.
//   Escalate   a policy's steps follow each other until somebody acknowledges; a step that reaches
//              nobody, or whose messages all failed, gives way at once. After the last step and
//              its repeats nothing more comes until the engine pages again.
//   Fall back  a route that reached nobody in all its steps goes to the catch-all.
//   Defer      by a route's hours and by quiet hours; never what is as severe as these except.
//   Widen      an alert that joins an incident takes its own routes too; if somebody has the
//              incident in hand, the first of them to be reached are told, and that is all. A route
//              that was taken before begins again when the alert is worse than what it was begun
//              for, or when it is through since a while; else those whom it has told hear of it
//              then.
//   End        an acknowledgement or a resolution stops all that waits, and is told to those, and
//              only those, who were told before. What has ended is in no message but to tell so,
//              and who heard of an alert hears of its end; what is silenced is in none, and its
//              escalation goes on when the silence ends.
//
// Time is monotone. Bounded: incidents, and who is remembered of each; beyond the limits the
// catch-all is told. Not thread-safe.
class Router {
 public:
  explicit Router(RouterOptions options = {});

  // Inputs. `now` is engine time.
  void OnPage(const model::Page& page, base::TimePoint now);
  // The alert of the page joined an incident. After the pages of the same moment.
  void OnWidened(const model::Page& page, base::TimePoint now);
  // After the pages of the same moment.
  void OnIncident(const model::Incident& incident, base::TimePoint now);
  void OnDelivered(const Delivered& delivered, base::TimePoint now);
  // Before and after the pages of the same moment: it is no later than what they say, or no
  // earlier.
  void OnAlert(const model::TenantName& tenant, const std::string& incident_id,
               const AlertNow& now_is, base::TimePoint now);
  void Advance(base::TimePoint now);
  // Escalations of routes that are gone end, and those that their alerts take now begin.
  void SetPlan(std::shared_ptr<const Plan> plan);
  // kInvalidArgument, kNotFound, kResourceExhausted.
  base::Result<> Add(const Override& override, base::TimePoint now);
  base::Result<> Remove(std::string_view override_id);
  // The keys of the notices. kNotFound, kFailedPrecondition when the person has no contact.
  base::Result<std::vector<std::string>> Test(const TestPage& test, base::TimePoint now);

  Outcome Take();

  // No input but time will change anything before; nothing when only other inputs will.
  std::optional<base::TimePoint> NextDeadline() const;

  // The whole state in parts, and back. The plan is not in it. kDataLoss.
  std::vector<Kept> Snapshot() const;
  base::Result<> Restore(const std::vector<Kept>& parts);

  const Plan& plan() const { return *plan_; }
  std::vector<Override> overrides() const;
  size_t cases() const { return state_.cases.size(); }

 private:
  using Key = std::pair<model::TenantName, std::string>;
  struct Asked;

  void Open(const model::Page& page);
  void TellOf(Case& c, const model::Page& page, const std::vector<Taken>& routes);
  void Begin(Case& c, Flow& flow, const Taken& taken, std::optional<model::Page> own = {});
  std::set<int64_t> BeginRoutes(Case& c, const model::Page& page, const std::vector<Taken>& routes);
  void TellOnce(Case& c, size_t index);
  void HoldAgain(Case& c, size_t index);
  void MergeInto(const Key& key, Case& taken);
  void MoveTo(Case& c, Case& taken);
  void Follow(Case& c);
  void PassTurn(const Flow& flow, int64_t count);
  static Flow* FlowOf(Case& c, const Taken& taken);
  void RunDue(Case& c);
  void RunFlow(Case& c, size_t index);
  bool Goes(Case& c, size_t index);
  bool RunStep(Case& c, size_t index, const Step& step);
  void Hurry(Case& c, size_t index, const std::string& person);
  void Missed(Case& c, size_t index);
  void Finish(Case& c, size_t index);
  std::vector<Target> InTurn(const Flow& flow, const Step& step);
  void Ask(Asked& asked, const Target& target);
  void AskPerson(Asked& asked, std::string_view name, const std::string& chain);
  void Order(Asked& asked, Waiting waiting);

  // router_alerts.cc: what the alerts of an incident are now, and who has heard what of them.
  enum class Life { kFires, kMuted, kOver };
  void Keep(const model::Page& page, Case& c);
  void NoteEnd(Case& c, const model::Alert& alert);
  static bool List(const AlertNow& now_is, Case& c);
  static model::Page Whole(const Case& c, bool with_muted = false);
  model::Page OfRoute(const Case& c, const std::string& route, bool with_muted) const;
  model::Page PageOf(const Case& c, size_t flow) const;
  model::Page CommonPage(const Case& c, size_t flow) const;
  Life LifeOf(const Case& c, size_t flow) const;
  bool Covers(const Case& c, size_t one, size_t other) const;
  static bool HasHeardAll(const Told& told, const model::Page& page);
  static void Complete(const Case& c, const Told& told, model::Page& page);
  static void Hear(Case& c, Told& told, const model::Page& page);

  // router_messages.cc: who is told what.
  static base::TimePoint LastTold(const Case& c, int64_t flow);
  bool Joins(Case& c, size_t flow, model::Severity severity, const std::string& name,
             const std::optional<model::Page>& own);
  bool NewsLater(Case& c, int64_t flow);
  void SendDue(Case& c);
  void Send(Case& c, const Waiting& waiting);
  static void Join(const Waiting& waiting, Told& told);
  model::Page PageForDoor(const Case& c, const Told& told, const model::Page& page,
                          const std::set<std::string>& routes) const;
  void TellAgain(Case& c, const model::Page& page, const std::set<int64_t>& but = {});
  std::set<std::string> HeardNow(Case& c, const Told& told, const model::Page& page,
                                 const std::set<int64_t>& but);
  base::TimePoint HeardFrom(const Case& c, const Told& told, int64_t flow, model::Severity severity,
                            base::TimePoint from) const;
  void NewsAt(Case& c, const Told& told, int64_t flow, base::TimePoint due);

  void Direct(const model::Page& page, const std::string& why);
  void Stop(Case& c, const std::string& why);
  void End(const Key& key);
  void Say(const model::Page& page, std::string kind, std::string text);
  void Schedule(const Case& c);
  Case* Find(const model::TenantName& tenant, const std::string& incident_id);

  RouterOptions options_;
  std::shared_ptr<const Plan> plan_ = std::make_shared<const Plan>();
  RouterState state_;

  base::TimePoint next_due_{};   // no deadline is earlier
  std::set<std::string> dirty_;  // keys of the parts that changed
  Outcome pending_;
};

}  // namespace vedette::notify::routing
