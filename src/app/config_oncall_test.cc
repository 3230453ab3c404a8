#include "app/config_oncall.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>

namespace vedette::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kReceivers = R"(notify:
  receivers:
    - name: chat
      webhook: {url: "http://127.0.0.1:1/chat"}
)";

struct Read {
  notify::routing::Plan plan;
  std::vector<std::string> problems;  // "line: message"
};

Read ReadText(const std::string& text) {
  Read read;
  std::vector<yaml::Diagnostic> diagnostics;
  yaml::ReadYaml(text, {}, diagnostics, [&](yaml::YamlReader& root) {
    root.ReadSection("notify", [&](yaml::YamlReader& notify) {
      std::vector<notify::delivery::Receiver> receivers;
      notify.ReadList("receivers", [&](yaml::YamlReader& receiver) {
        receiver.Read("name", receivers.emplace_back().name);
        receivers.back().kind = "webhook";
        receiver.ReadTexts("webhook", [](const auto&, const auto&) {});
      });
      ReadOnCall(notify, receivers, read.plan);
    });
  });
  for (const yaml::Diagnostic& diagnostic : diagnostics) {
    read.problems.push_back(std::to_string(diagnostic.line) + ": " + diagnostic.message);
  }
  return read;
}

TEST(ConfigOnCall, WithoutRoutesEachReceiverIsInTheCatchAll) {
  const Read read = ReadText(std::string(kReceivers));

  EXPECT_THAT(read.problems, IsEmpty());
  const auto taken = notify::routing::Match(read.plan, {});
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].name, "catch-all");
  ASSERT_EQ(taken[0].targets.size(), 1u);
  EXPECT_EQ(taken[0].targets[0].ToString(), "receiver chat");
}

TEST(ConfigOnCall, ReadsEachKey) {
  const Read read = ReadText(std::string(kReceivers) + R"(
  users:
    - name: ann
      full_name: Ann Berg
      email: ann@example.org
      time_zone: Europe/Berlin
      contacts: [{receiver: chat, to: "@ann", after: 2m, severities: [critical]}]
      quiet_hours: {hours: [{days: [weekend], from: "22:00", to: "07:00"}], below: warning}
  teams: [{name: shop, members: [ann], schedule: days}]
  schedules:
    - name: days
      time_zone: America/New_York
      layers:
        - {name: one, start: 2026-11-02 09:00, end: 2026-12-01, rotation: 12h, users: [ann]}
        - {name: two, start: 2026-11-02, rotation: monthly, users: ["-", ann],
           days_of_month: [1, -1]}
  policies:
    - name: p
      repeat: 2
      steps: [{notify: [schedule days, team shop], mode: round_robin, wait: 90s}]
  routes:
    - name: r
      match: ['service="payment"']
      policy: p
      continue: true
      hours: [{from: "09:00", to: "17:00"}]
      time_zone: Europe/Berlin
      defer_below: warning
      routes: [{name: inner, match: [a=~"b|c"], notify: [user ann, receiver chat]}]
  catch_all: [receiver chat]
)");

  EXPECT_THAT(read.problems, IsEmpty());
  EXPECT_EQ(ToJson(read.plan),
            R"({"receivers":[{"name":"chat","channel":"webhook","follows":false}],)"
            R"("users":[{"name":"ann","full_name":"Ann Berg","email":"ann@example.org",)"
            R"("time_zone":"Europe/Berlin","contacts":[{"receiver":"chat","to":"@ann",)"
            R"("severities":["critical"],"after":120000}],"quiet_hours":{"hours":[{"days":96,)"
            R"("from":79200000,"to":25200000}],"below":"warning"}}],)"
            R"("teams":[{"name":"shop","members":["ann"],"schedule":"days"}],)"
            R"("schedules":[{"name":"days","time_zone":"America/New_York","layers":[{"name":"one",)"
            R"("start":"2026-11-02 09:00","length":43200000,"users":["ann"],"hours":[],)"
            R"("end":"2026-12-01 00:00","monthly":false,"days_of_month":[]},{"name":"two",)"
            R"("start":"2026-11-02 00:00","length":2592000000,"users":["-","ann"],"hours":[],)"
            R"("end":"","monthly":true,"days_of_month":[1,-1]}]}],)"
            R"("policies":[{"name":"p","steps":[{"targets":[)"
            R"({"kind":"schedule","name":"days"},{"kind":"team","name":"shop"}],)"
            R"("round_robin":true,"patience":90000}],"repeats":2}],"routes":[{"name":"r",)"
            R"("matchers":["service=\"payment\""],"policy":"p","targets":[],"continue":true,)"
            R"("hours":[{"days":127,"from":32400000,"to":61200000}],"time_zone":"Europe/Berlin",)"
            R"("defer_below":"warning","defer_all":false,"nobody":false,)"
            R"("routes":[{"name":"inner","matchers":["a=~\"b|c\""],)"
            R"("policy":"","targets":[{"kind":"user","name":"ann"},{"kind":"receiver",)"
            R"("name":"chat"}],"continue":false,"hours":[],"time_zone":"UTC",)"
            R"("defer_below":"critical","defer_all":false,"nobody":false,"routes":[]}]}],)"
            R"("catch_all":[{"kind":"receiver","name":"chat"}],)"
            R"("noise_budget":{"person_per_week":14,"rule_per_week":7}})");
}

TEST(ConfigOnCall, NamesEachMistakeWithItsLine) {
  const Read read = ReadText(std::string(kReceivers) + R"(
  users:
    - name: ann
      contacts: [{receiver: nowhere}]
    - name: ben
      time_zone: Mars/Base
  schedules:
    - name: empty
    - name: bad
      layers: [{start: today, rotation: sometimes, users: [eve], days_of_month: [last]}]
  policies:
    - name: none
    - name: lost
      steps: [{notify: [user eve, ann]}]
  routes:
    - name: nobody
      match: [service]
    - name: x
      policy: gone
  teams: [{name: t, members: []}]
)");

  EXPECT_THAT(read.problems,
              testing::UnorderedElementsAre(
                  HasSubstr("8: notify.users[0].contacts: there is no receiver 'nowhere'"),
                  HasSubstr("10: notify.users[1].time_zone"),
                  HasSubstr("12: notify.schedules[0].layers: a schedule needs at least one layer"),
                  HasSubstr("14: notify.schedules[1].layers[0].start"),
                  HasSubstr("14: notify.schedules[1].layers[0].rotation"),
                  HasSubstr("14: notify.schedules[1].layers: there is no user 'eve'"),
                  HasSubstr("14: notify.schedules[1].layers: 0 is no day of the month"),
                  HasSubstr("16: notify.policies[0].steps: a policy needs at least one step"),
                  HasSubstr("18: notify.policies[1].steps[0].notify: \"ann\" names nobody"),
                  HasSubstr("18: notify.policies[1].steps: there is no user eve"),
                  HasSubstr("21: notify.routes[0].match"),
                  HasSubstr("20: notify.routes[0]: a route to nobody"),
                  HasSubstr("23: notify.routes[1].policy: there is no policy 'gone'"),
                  HasSubstr("24: notify.teams[0].members: a team needs somebody")));
}

TEST(ConfigOnCall, TheExampleOfTheGuideHasNoMistake) {
  // Tests run in the sources' folder, or by ctest in build/<preset>.
  std::ifstream file("docs/guide/on-call.md");
  if (!file.is_open()) file.open("../../docs/guide/on-call.md");
  std::string guide((std::istreambuf_iterator<char>(file)), {});
  const size_t begin = guide.find("```yaml\n");
  ASSERT_NE(begin, std::string::npos) << "the guide is not there, or has no example";
  guide = guide.substr(begin + 8);

  const Read read = ReadText(guide.substr(0, guide.find("```")));

  EXPECT_THAT(read.problems, IsEmpty());
  EXPECT_EQ(read.plan.users.size(), 3u);
  EXPECT_THAT(notify::routing::Match(read.plan,
                                     model::Labels({{"service", "payment"}, {"job", "nightly"}}))[0]
                  .name,
              "payments/nightly-jobs");
}

}  // namespace
}  // namespace vedette::app
