#include "api/ledger_people.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>

namespace vedette::api {
namespace {

using notify::routing::Plan;
using notify::routing::Step;
using notify::routing::TargetKind;
using notify::routing::View;
using notify::routing::store::TrailRow;
using std::chrono::minutes;
using ::testing::HasSubstr;

constexpr base::TimePoint kStart = base::FromMillis(1'700'000'000'000);

// One incident, taken by the route payments: the schedule primary, of ben and ann with ann
// on call, then dana. Nothing leads to eve.
class AnswerPeopleTest : public ::testing::Test {
 protected:
  AnswerPeopleTest() {
    for (const char* name : {"ann", "ben", "dana", "eve"}) plan_.users.emplace_back().name = name;
    plan_.users[0].full_name = "Ann Berg";
    notify::routing::Schedule& schedule = plan_.schedules.emplace_back();
    schedule.name = "primary";
    schedule.layers.push_back(Layer("ben"));
    schedule.layers.push_back(Layer("ann"));
    plan_.policies.push_back({.name = "on-call",
                              .steps = {Step{.targets = {{TargetKind::kSchedule, "primary"}}},
                                        Step{.targets = {{TargetKind::kUser, "dana"}}}}});
    taken_.name = "payments";
    taken_.policy = "on-call";
    incidents_.emplace_back().started_at = kStart;
  }

  static notify::routing::Layer Layer(const std::string& user) {
    notify::routing::Layer layer;
    layer.name = user;
    layer.start = *notify::routing::ParseLocal("2023-01-02 00:00");
    layer.length = std::chrono::hours(24);
    layer.users = {user};
    return layer;
  }

  void Tell(const std::string& person, int64_t step, std::string state = "delivered") {
    tellings_.push_back({.person = person,
                         .time = kStart + minutes(1),
                         .kind = "opened",
                         .receiver = "phone",
                         .state = std::move(state),
                         .delivered_at = kStart + minutes(2),
                         .detail = {},
                         .route = "payments",
                         .step = step,
                         .why = "route payments > policy on-call > phone"});
  }
  void Happens(const std::string& kind, const std::string& actor, base::Duration after) {
    model::TimelineEntry& row = incidents_[0].timeline.emplace_back();
    row.kind = kind;
    row.actor = actor;
    row.time = kStart + after;
  }
  void Remark(std::string kind, std::string text) {
    TrailRow& row = trail_.emplace_back();
    row.time = kStart + minutes(1);
    row.kind = std::move(kind);
    row.text = std::move(text);
  }

  PersonAnswer Of(const std::string& person) const {
    const View view{std::make_shared<const Plan>(plan_), {}};
    for (PersonAnswer& answer : AnswerPeople({.view = view,
                                              .tellings = tellings_,
                                              .routes = {taken_},
                                              .trail = trail_,
                                              .incidents = incidents_})) {
      if (answer.person == person) return std::move(answer);
    }
    ADD_FAILURE() << "nothing of " << person;
    return {};
  }

  Plan plan_;
  notify::routing::Taken taken_;
  std::vector<Telling> tellings_;
  std::vector<TrailRow> trail_;
  std::vector<model::Incident> incidents_;
};

TEST_F(AnswerPeopleTest, WhoWasToldIsToldHowOftenAndWhy) {
  Tell("ann", 1);
  Tell("ann", 1);

  const PersonAnswer ann = Of("ann");

  EXPECT_TRUE(ann.told);
  EXPECT_EQ(ann.name, "Ann Berg");
  EXPECT_EQ(ann.reason, "told");
  EXPECT_EQ(ann.text, "told 2 times, by phone; route payments > policy on-call > phone");
  EXPECT_EQ(ann.at, kStart + minutes(2));
  EXPECT_EQ(ann.tellings.size(), 2U);
}

TEST_F(AnswerPeopleTest, WhatDidNotArriveIsNoTelling) {
  Tell("ann", 1, "failed");

  EXPECT_FALSE(Of("ann").told);
  EXPECT_EQ(Of("ann").reason, "undelivered");
}

TEST_F(AnswerPeopleTest, SomebodyElseWasOnCall) {
  Tell("ann", 1);

  EXPECT_EQ(Of("ben").reason, "not_on_call");
  EXPECT_THAT(Of("ben").text, HasSubstr("asks for schedule primary, where ann was"));
}

TEST_F(AnswerPeopleTest, ALaterStepWaitsForNobodyToAcknowledgeAndEndsThen) {
  Tell("ann", 1);
  EXPECT_EQ(Of("dana").reason, "waiting");

  Happens("resolved", "vedette", minutes(9));
  EXPECT_EQ(Of("dana").reason, "over");

  Happens("acknowledged", "ann", minutes(3));
  EXPECT_EQ(Of("dana").reason, "acknowledged");
  EXPECT_EQ(Of("dana").at, kStart + minutes(3));
  EXPECT_EQ(Of("dana").text,
            "ann acknowledged it before step 2 of policy on-call (route payments), which asks for "
            "them");
}

TEST_F(AnswerPeopleTest, QuietHoursAndMissingContactsAreNamed) {
  Tell("ann", 1);
  Remark("deferred", "route payments > policy on-call, step 2 > dana: quiet hours until 08:00");
  EXPECT_EQ(Of("dana").reason, "deferred");
  EXPECT_THAT(Of("dana").text, HasSubstr("quiet hours until 08:00"));

  Remark("nobody", "route payments > policy on-call, step 2 > dana: has no contact for warning");
  EXPECT_EQ(Of("dana").reason, "unreachable");
}

TEST_F(AnswerPeopleTest, OfWhomNoRouteAsksIsToldSo) {
  Tell("ann", 1);

  EXPECT_EQ(Of("eve").reason, "not_of_the_route");
  EXPECT_EQ(Of("eve").text, "no route that took it asks for them: payments");
}

TEST_F(AnswerPeopleTest, WithoutAPageTheReasonIsThatOfAll) {
  EXPECT_EQ(Of("eve").reason, "no_page");

  Happens("silenced", "ann", minutes(1));
  EXPECT_EQ(Of("eve").reason, "silenced");

  Remark("deferred", "route payments: warning waits for its hours, until 08:00");
  EXPECT_EQ(Of("ann").reason, "deferred");
  EXPECT_THAT(Of("ann").text, HasSubstr("waits for its hours"));
}

TEST_F(AnswerPeopleTest, WhoHasLeftIsStillThere) {
  Tell("fred", 1);

  EXPECT_TRUE(Of("fred").told);
}

}  // namespace
}  // namespace vedette::api
