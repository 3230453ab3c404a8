#include "app/import_command.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>

#include "base/testing/temp_folder.h"

namespace vedette::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ImportCommandTest : public ::testing::Test {
 protected:
  std::string Read(const std::string& name) {
    std::ifstream file(folder_.File(name));
    return {(std::istreambuf_iterator<char>(file)), {}};
  }
  base::Result<std::string> Run(const std::string& system, const std::string& text) {
    std::ofstream(folder_.File("in")) << text;
    return Import({.system = system,
                   .file = folder_.File("in"),
                   .out = folder_.File("out.yaml"),
                   .report = folder_.File("report.txt")});
  }
  base::TempFolder folder_{"import_command_test"};
};

TEST_F(ImportCommandTest, WhatItMakesOfAlertmanagersIsAConfiguration) {
  ASSERT_TRUE(Run("alertmanager", R"(
route:
  receiver: a
  group_by: ['...']
  routes:
    - {matchers: ['x="1"'], receiver: b, mute_time_intervals: [n], routes: [{match: {y: "2"}}]}
    - {match: {z: "3"}, receiver: none}
receivers:
  - name: a
    email_configs: [{to: a@b.c, from: d@e.f, smarthost: 'm:25', require_tls: false}]
    telegram_configs: [{bot_token: t, chat_id: -5}]
  - name: b
    webhook_configs: [{url: 'http://127.0.0.1:1/x'}]
    slack_configs: [{api_url: 'https://hooks.slack.com/services/x', channel: '#x'}]
    pagerduty_configs: [{routing_key: k}]
    opsgenie_configs: [{api_key: k, tags: 'a, b', responders: [{type: team, name: t}]}]
    discord_configs: [{webhook_url: 'https://discord.com/api/webhooks/1/x'}]
    msteams_configs: [{webhook_url: 'https://example.org/t'}]
  - {name: none}
inhibit_rules: [{source_matchers: ['a="b"'], target_matchers: ['c="d"'], equal: [e]}]
mute_time_intervals: [{name: n, time_intervals: [{weekdays: ['saturday', 'sunday']}]}]
)")
                  .ok());
  EXPECT_THAT(Read("report.txt"), Not(HasSubstr("to be mended")));
  EXPECT_THAT(Read("report.txt"), HasSubstr("carried over"));
  EXPECT_THAT(Read("out.yaml"), HasSubstr("catch_all: [\"receiver a\", \"receiver a-2\"]"));
}

TEST_F(ImportCommandTest, WhatItMakesOfExportsIsAConfiguration) {
  const char* users =
      R"("users": [{"id": "1", "name": "Ann", "username": "ann@x.y", "email": "ann@x.y",
    "timeZone": "Europe/Berlin", "time_zone": "Europe/Berlin", "timezone": "Europe/Berlin"}])";
  const std::string cases[][2] = {
      {"pagerduty", R"("schedules": [{"id": "s", "name": "S", "schedule_layers": [{"name": "l",
        "rotation_virtual_start": "2026-11-02T09:00:00Z", "rotation_turn_length_seconds": 43200,
        "users": [{"user": {"id": "1"}}], "restrictions": [{"start_time_of_day": "22:00:00",
        "duration_seconds": 28800, "start_day_of_week": 5}]}]}],
        "escalation_policies": [{"id": "p", "name": "P",
       "escalation_rules": [{"escalation_delay_in_minutes": 5,
        "targets": [{"type": "schedule", "id": "s"}]}]}], "services": [{"name": "x",
       "escalation_policy": {"id": "p"}}])"},
      {"opsgenie", R"("teams": [{"name": "t", "members": [{"user": {"username": "ann@x.y"}}]}],
        "schedules": [{"name": "S", "timezone": "UTC", "rotations": [{"name": "r",
       "startDate": "2026-11-02T09:00:00Z",
        "type": "daily", "participants": [{"type": "user", "username": "ann@x.y"}],
        "timeRestriction": {"type": "time-of-day", "restriction": {"startHour": 9,
       "endHour": 17}}}]}],
        "escalations": [{"name": "E", "rules": [{"delay": {"timeAmount": 0},
       "recipient": {"type": "team", "name": "t"}}]}])"},
      {"grafana-oncall",
       R"("on_call_shifts": [{"id": "o", "name": "w", "rotation_start": "2026-11-02T09:00:00",
        "duration": 43200, "frequency": "daily", "rolling_users": [["1"]]}],
        "schedules": [{"id": "s", "name": "S", "shifts": ["o"]}],
       "escalation_chains": [{"id": "c", "name": "C"}],
        "escalation_policies": [{"escalation_chain_id": "c", "position": 0,
       "type": "notify_on_call_from_schedule",
        "notify_on_call_from_schedule": "s"}])"}};
  for (const auto& [system, lists] : cases) {
    ASSERT_TRUE(Run(system, "{" + std::string(users) + ", " + lists + "}").ok()) << system;
    EXPECT_THAT(Read("report.txt"), Not(HasSubstr("to be mended"))) << Read("out.yaml");
    EXPECT_THAT(Read("out.yaml"), HasSubstr("schedules:")) << system;
    EXPECT_THAT(Read("out.yaml"), HasSubstr("policies:")) << system;
  }
}

TEST_F(ImportCommandTest, SaysWhatIsWrong) {
  EXPECT_EQ(
      Import({.system = "alertmanager", .file = folder_.File("nothing"), .out = {}, .report = {}})
          .error()
          .code,
      base::ErrorCode::kNotFound);
  EXPECT_FALSE(Run("zabbix", "x").ok());
  EXPECT_FALSE(Run("pagerduty", "x").ok());
}

TEST_F(ImportCommandTest, AFolderIsNoFile) {
  const auto imported = Import({.system = "alertmanager",
                                .file = folder_.path(),
                                .out = folder_.File("out.yaml"),
                                .report = folder_.File("report.txt")});

  ASSERT_FALSE(imported.ok());
  EXPECT_EQ(imported.error().message, folder_.path() + ": is a folder");
}

}  // namespace
}  // namespace vedette::app
