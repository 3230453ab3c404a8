// A page about what only suffers waits behind the incident that explains it, and no longer than it
// is safe.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "incident/testing/script.h"

namespace vedette::incident {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Script;
using ::testing::SizeIs;

// web waits for api, api for payment.
Script Shop(base::Duration longest = std::chrono::minutes(30)) {
  Script script({.group_across_services = false, .hold_downstream = longest});
  script.Feed(Dependencies{"default", {{"web", "api"}, {"api", "payment"}}});
  return script;
}

void Arrives(Script& script) {
  const model::Page& page = script.pages.back();
  script.Feed(DeliveryResult{.dedup_key = page.dedup_key,
                             .incident_id = page.incident_id,
                             .tenant = page.tenant,
                             .receiver = "ops",
                             .ok = true,
                             .detail = "ok"});
}

// payment's incident, in somebody's hand.
Script InHand(base::Duration longest = std::chrono::minutes(30)) {
  Script script = Shop(longest);
  script.At(0).Opens("payment");
  Arrives(script);
  script.At(10).Says(CommandKind::kAcknowledge);
  script.pages.clear();
  return script;
}

// --- grouping

TEST(NextTo, WhatCallsWhatIsBrokenIsPartOfItsIncidentAndTheReasonIsShown) {
  Script script;
  script.Feed(Dependencies{"default", {{"web", "api"}, {"api", "payment"}, {"mail", "smtp"}}});
  script.Opens("payment").At(120).Opens("api");

  EXPECT_THAT(script.order, SizeIs(1));
  EXPECT_THAT(script.RowTexts("grouped"), ElementsAre("api calls payment"));
  script.At(240).Opens("web");
  EXPECT_THAT(script.order, SizeIs(1)) << "over the one between";
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
}

TEST(NextTo, StrangersThatFailAtTheSameMomentAreTwoIncidents) {
  Script script;
  script.Feed(Dependencies{"default", {{"web", "payment"}, {"mail", "smtp"}}});
  script.Opens("payment").At(5).Opens("mail");
  EXPECT_THAT(script.order, SizeIs(2));

  script.At(10).Opens("unheard");
  EXPECT_THAT(script.order, SizeIs(2)) << "of what the topology does not know, the time says more";
}

TEST(NextTo, WhatSomebodyHasInHandTakesNoMoreIn) {
  Script script;
  script.Feed(Dependencies{"default", {{"web", "payment"}}});
  script.Opens("payment").Says(CommandKind::kAcknowledge).At(120).Opens("web");
  EXPECT_THAT(script.order, SizeIs(2));
}

// --- holding back

TEST(HeldBehind, APageWaitsWhileItsCauseIsDeliveredAndAcknowledged) {
  Script script = InHand();

  script.At(100).Opens("web").TickUntil(600);

  EXPECT_THAT(script.PageKinds(), IsEmpty());
  ASSERT_THAT(script.RowTexts("page_held", 1), SizeIs(1));
  EXPECT_THAT(script.RowTexts("page_held", 1)[0],
              AllOf(HasSubstr("payment"), HasSubstr("ann"), HasSubstr(script.order[0])));
  ASSERT_THAT(script.RowTexts("holds"), SizeIs(1));
  EXPECT_THAT(script.RowTexts("holds")[0], HasSubstr(script.order[1]));
}

TEST(HeldBehind, TheBoundIsKeptWhateverHappens) {
  Script script = InHand(std::chrono::minutes(5));

  script.At(100).Opens("api").TickUntil(399);
  EXPECT_THAT(script.PageKinds(), IsEmpty());
  script.TickUntil(401);

  EXPECT_THAT(script.PageKeys(), ElementsAre(script.order[1] + ":opened:1"));
}

TEST(HeldBehind, TheEndOfTheCauseReleasesWhatStillFires) {
  Script script = InHand();
  script.At(100).Opens("api");

  script.At(200).Says(CommandKind::kResolve, "", script.order[0]);
  script.At(201).Tick();

  EXPECT_THAT(script.PageKeys(), ::testing::UnorderedElementsAre(script.order[0] + ":resolved:1",
                                                                 script.order[1] + ":opened:1"));
}

TEST(HeldBehind, WhatEndedMeanwhileIsNeverTold) {
  Script script = InHand();
  script.At(100).Opens("api");
  script.At(150).Closes("api").TickUntil(300);

  script.At(310).Says(CommandKind::kResolve, "", script.order[0]);
  script.TickUntil(400);

  EXPECT_THAT(script.PageKeys(), ElementsAre(script.order[0] + ":resolved:1"));
}

TEST(HeldBehind, NothingWaitsForWhatIsNotInHand) {
  {
    Script script = Shop();  // not delivered
    script.At(0).Opens("payment").At(10).Says(CommandKind::kAcknowledge);
    script.At(20).Opens("api");
    EXPECT_EQ(script.PageKinds().back(), "opened");
  }
  {
    Script script = Shop();  // not acknowledged
    script.At(0).Opens("payment");
    Arrives(script);
    script.At(20).Opens("api");
    EXPECT_EQ(script.PageKinds().back(), "opened");
  }
  {
    Script script = InHand();  // the other way round, and not at all
    script.At(20).Opens("stock");
    EXPECT_EQ(script.PageKinds().back(), "opened");
  }
  {
    Script script = InHand(base::Duration(0));
    script.At(20).Opens("api");
    EXPECT_EQ(script.PageKinds().back(), "opened");
  }
}

TEST(HeldBehind, OneServiceThatIsNotExplainedIsEnoughToTell) {
  Script script({.across_window = std::chrono::seconds(5)});
  script.Feed(Dependencies{"default", {{"api", "payment"}}});
  script.At(0).Opens("payment");
  Arrives(script);
  script.At(1).Says(CommandKind::kAcknowledge);
  script.pages.clear();

  script.At(1000).Opens("api");
  EXPECT_THAT(script.PageKinds(), IsEmpty());
  script.At(1001).Opens("stock");  // joins the incident of api

  ASSERT_THAT(script.order, SizeIs(2));
  EXPECT_THAT(script.PageKinds(), ElementsAre("opened"));
}

TEST(HeldBehind, GroupsOfAlertsWaitToo) {
  Script script({.alert_grouping = AlertGrouping{.group_by = {"service"},
                                                 .group_wait = std::chrono::seconds(0),
                                                 .group_interval = std::chrono::seconds(60),
                                                 .repeat_interval = std::chrono::hours(4)},
                 .hold_downstream = std::chrono::minutes(5)});
  script.Feed(Dependencies{"default", {{"api", "payment"}}});
  script.At(0).Fires({{"alertname", "Slow"}, {"service", "payment"}}, 3600).At(1).Tick();
  Arrives(script);
  script.At(2).Says(CommandKind::kAcknowledge);
  script.pages.clear();

  script.At(10).Fires({{"alertname", "Slow"}, {"service", "api"}}, 3600).TickUntil(300);
  EXPECT_THAT(script.PageKinds(), IsEmpty());
  script.TickUntil(320);

  EXPECT_THAT(script.PageKeys(), ElementsAre(script.order[1] + ":opened:1"));
}

TEST(HeldBehind, SurvivesASnapshot) {
  Script script = InHand(std::chrono::minutes(5));
  script.At(100).Opens("api");

  base::Result<Engine> again = Engine::Restore(script.engine.Snapshot());

  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(again->Snapshot(), script.engine.Snapshot());
  script.engine = *std::move(again);
  script.TickUntil(401);
  EXPECT_THAT(script.PageKeys(), ElementsAre(script.order[1] + ":opened:1"));
}

TEST(HeldBehind, TooManyDependenciesAreRefusedAndTheOldOnesStay) {
  Script script = InHand();
  Dependencies many{"default", {}};
  for (int i = 0; i < 20'001; ++i) many.edges.emplace_back("a", std::to_string(i));

  script.At(20).Feed(many);
  EXPECT_EQ(script.last_answer.error().code, base::ErrorCode::kResourceExhausted);
  script.At(30).Opens("api");

  EXPECT_THAT(script.PageKinds(), IsEmpty());
}

}  // namespace
}  // namespace vedette::incident
