// What holds whatever happens: random plans and random stories.

#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "notify/routing/testing/story.h"

namespace vedette::notify::routing {
namespace {

using model::PageKind;
using model::Severity;
using std::chrono::hours;
using std::chrono::minutes;
using testing::Ask;
using testing::Payments;
using testing::Story;
using testing::To;

// A quarter of them unless VEDETTE_FULL asks for all.
uint64_t Seeds(uint64_t all) { return std::getenv("VEDETTE_FULL") != nullptr ? all : all / 4; }

// Random plans.
struct Chance {
  explicit Chance(uint64_t seed) : random(seed) {}

  std::vector<Target> Targets() {
    std::vector<Target> targets;
    for (uint64_t i = 0; i <= random.Below(2); ++i) {
      switch (random.Below(4)) {
        case 0: targets.push_back({TargetKind::kSchedule, "primary"}); break;
        case 1: targets.push_back({TargetKind::kReceiver, "chat"}); break;
        case 2: targets.push_back({TargetKind::kTeam, "all"}); break;
        default: targets.push_back({TargetKind::kUser, random.Below(2) ? "ann" : "cem"}); break;
      }
    }
    return targets;
  }
  Plan MakePlan() {
    Plan plan = Payments();
    plan.teams = {{.name = "all", .members = {"ann", "ben"}, .schedule = ""}};
    for (User& user : plan.users) {
      if (random.Below(4) == 0) user.contacts.clear();
      if (random.Below(3) == 0)
        user.quiet = QuietHours{.hours = {{.from = hours(9), .to = hours(12)}}};
    }
    if (random.Below(3) == 0) plan.schedules[0].layers[0].end = *ParseLocal("2026-11-04 09:00");
    Policy& policy = plan.policies[0];
    policy.steps.clear();
    for (uint64_t i = 0; i <= random.Below(3); ++i) {
      policy.steps.push_back(Ask(Targets(), minutes(1 + random.Below(10))));
      policy.steps.back().round_robin = random.Below(2) == 0;
    }
    policy.repeats = static_cast<int64_t>(random.Below(3));
    if (random.Below(2) == 0) {
      plan.routes[0].go_on = true;
      plan.routes.push_back(To("also", {"severity=critical"}, ""));
      plan.routes.back().targets = {{TargetKind::kReceiver, "ops"}};
    }
    if (random.Below(3) == 0) plan.routes[0].hours = {{.from = hours(11), .to = hours(15)}};
    return plan;
  }

  base::Random random;
};

TEST(Router, SomebodyIsAlwaysToldNobodyAfterAnAcknowledgementAndARestartChangesNothing) {
  for (uint64_t seed = 1; seed <= Seeds(150); ++seed) {
    SCOPED_TRACE(seed);
    Chance chance(seed);
    Story story(chance.MakePlan());
    std::map<std::string, bool> stopped;
    std::set<std::string> known;
    for (int i = 0; i < 40; ++i) {
      const std::string entity = chance.random.Below(3) == 0 ? "order" : "payment";
      const size_t before = story.all.size();
      PageKind kind = PageKind::kOpened;
      const bool waits = chance.random.Below(2) == 0;
      if (waits) {
        story.After(minutes(chance.random.Below(20)));
      } else {
        kind = static_cast<PageKind>(chance.random.Below(4));
        const bool is_new = !known.contains(entity);
        if (is_new && kind != PageKind::kOpened) continue;
        story.Says(kind, entity, static_cast<Severity>(chance.random.Below(3)));
        known.insert(entity);
        if (kind == PageKind::kAcknowledged) stopped[entity] = true;
        if (kind == PageKind::kResolved) {
          stopped[entity] = false;
          known.erase(entity);
        }
      }
      for (size_t n = before; n < story.all.size(); ++n) {
        const model::Page& page = story.all[n].page;
        const std::string about = page.incident_id.substr(3);
        // News that waited for hours is no escalation.
        const bool escalates = waits && story.all[n].round > 0;
        ASSERT_FALSE(escalates && stopped[about]) << model::PageKindName(page.kind) << ", step "
                                                  << story.all[n].step << ": " << story.all[n].why;
      }
      // What the disk holds is the state.
      std::map<std::string, std::string> snapshot;
      for (const Kept& part : story.router.Snapshot()) snapshot[part.key] = *part.value;
      ASSERT_EQ(snapshot, story.kept);
    }
    // Of each opening somebody heard, or was going to, or the trail says why not.
    story.After(hours(26));
    for (const auto& [key, count] : stopped) {
      const bool told = std::any_of(story.all.begin(), story.all.end(), [&](const Notice& n) {
        return n.page.incident_id == "in_" + key;
      });
      const bool said = std::any_of(story.remarks.begin(), story.remarks.end(),
                                    [&](const Remark& r) { return r.incident_id == "in_" + key; });
      EXPECT_TRUE(told || said) << key;
    }
    std::set<std::pair<std::string, std::string>> unique;
    for (const Notice& n : story.all) {
      EXPECT_TRUE(unique.insert({n.page.dedup_key, n.receiver + "|" + n.to}).second)
          << n.page.dedup_key << " " << n.receiver;
    }
  }
}

TEST(Router, KilledAfterEachInputItOrdersTheSameNotices) {
  for (uint64_t seed = 1; seed <= Seeds(60); ++seed) {
    SCOPED_TRACE(seed);
    Chance chance(seed);
    const Plan plan = chance.MakePlan();
    Story lives(plan), dies(plan);
    for (int i = 0; i < 25; ++i) {
      const auto wait = minutes(chance.random.Below(15));
      const auto kind = static_cast<PageKind>(chance.random.Below(4));
      const auto severity = static_cast<Severity>(chance.random.Below(3));
      const bool fails = chance.random.Below(4) == 0;
      for (Story* story : {&lives, &dies}) {
        story->After(wait).Says(kind, "payment", severity);
        if (fails) story->Fails("chat", "@ben");
      }
      std::vector<Kept> parts;
      for (const auto& [key, value] : dies.kept) parts.push_back({key, value});
      dies.router = Router();
      ASSERT_TRUE(dies.router.Restore(parts).ok());
      dies.router.SetPlan(dies.plan_);
    }
    ASSERT_EQ(lives.all.size(), dies.all.size());
    for (size_t n = 0; n < lives.all.size(); ++n) {
      EXPECT_EQ(lives.all[n].page.dedup_key, dies.all[n].page.dedup_key);
      EXPECT_EQ(lives.all[n].why, dies.all[n].why);
    }
  }
}

}  // namespace
}  // namespace vedette::notify::routing
