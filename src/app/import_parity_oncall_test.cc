#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "app/import_parity.h"
#include "importer/people.h"

namespace vedette::app {
namespace {

using ::testing::HasSubstr;

// A Saturday before the clocks of Europe change, 12:00 UTC: the week that is compared has both.
constexpr base::TimePoint kNow = base::FromMillis(1'792'843'200'000);

// As the APIs answer, without what nobody reads here.
constexpr char kPagerDuty[] = R"({
  "users": [
    {"id": "PANN", "type": "user", "name": "Ann Berg", "email": "ann@example.org",
     "time_zone": "Europe/Berlin", "contact_methods": [{"id": "C1", "type": "email_contact_method",
     "address": "ann@example.org"}], "notification_rules": [{"id": "N1",
     "start_delay_in_minutes": 2, "urgency": "high", "contact_method": {"id": "C1"}}]},
    {"id": "PBEN", "name": "Ben", "email": "ben@example.org"},
    {"id": "PCEM", "name": "Cem", "email": "cem@example.org"}],
  "limit": 25, "offset": 0, "total": null, "more": false,
  "schedules": [{"schedule": {"id": "S1", "type": "schedule", "name": "Payments",
    "time_zone": "Europe/Berlin", "schedule_layers": [
      {"id": "L2", "name": "Weekend", "start": "2026-01-02T17:00:00Z", "end": null,
       "rotation_virtual_start": "2026-01-02T17:00:00Z", "rotation_turn_length_seconds": 604800,
       "users": [{"user": {"id": "PCEM", "type": "user_reference"}}],
       "restrictions": [{"type": "weekly_restriction", "start_day_of_week": 5,
         "start_time_of_day": "18:00:00", "duration_seconds": 230400}]},
      {"id": "L1", "name": "Nights", "start": "2026-02-10T07:00:00-05:00", "end": null,
       "rotation_virtual_start": "2026-01-05T08:00:00Z", "rotation_turn_length_seconds": 86400,
       "users": [{"user": {"id": "PANN"}}, {"user": {"id": "PBEN"}}, {"user": {"id": "PCEM"}}],
       "restrictions": [{"type": "daily_restriction", "start_time_of_day": "20:00:00",
         "duration_seconds": 43200}]}],
    "overrides_subschedule": {"rendered_schedule_entries": []},
    "final_schedule": {"rendered_schedule_entries": []}}}],
  "escalation_policies": [{"id": "E1", "name": "Payments", "num_loops": 2, "escalation_rules": [
    {"id": "R1", "escalation_delay_in_minutes": 15,
     "targets": [{"id": "S1", "type": "schedule_reference"}]},
    {"id": "R2", "escalation_delay_in_minutes": 30,
     "escalation_rule_assignment_strategy": "assign_to_everyone",
     "targets": [{"id": "PBEN", "type": "user_reference"}]}]}],
  "services": [{"id": "V1", "name": "payment", "status": "active",
    "escalation_policy": {"id": "E1", "type": "escalation_policy_reference"}}]})";

constexpr char kOpsgenie[] = R"({
  "users": [{"id": "u1", "username": "ann@example.org", "fullName": "Ann Berg",
             "timeZone": "Europe/Berlin"},
            {"id": "u2", "username": "ben@example.org"},
            {"id": "u3", "username": "cem@example.org"}],
  "took": 0.1, "requestId": "x",
  "teams": [{"data": {"id": "t1", "name": "shop", "members": [
    {"user": {"id": "u1", "username": "ann@example.org"}, "role": "admin"},
    {"user": {"id": "u3"}, "role": "user"}]}}],
  "schedules": [{"id": "s1", "name": "shop_schedule", "timezone": "America/New_York",
    "enabled": true, "rotations": [
      {"id": "r1", "name": "week", "startDate": "2026-02-23T14:00:00Z", "endDate": null,
       "type": "weekly", "length": 1, "participants": [
        {"type": "user", "id": "u1", "username": "ann@example.org"}, {"type": "user", "id": "u2"}],
       "timeRestriction": {"type": "weekday-and-time-of-day", "restrictions": [
        {"startDay": "monday", "startHour": 9, "startMin": 0, "endDay": "friday", "endHour": 18,
         "endMin": 30}]}},
      {"id": "r2", "name": "nights", "startDate": "2026-02-23T05:00:00Z", "type": "daily",
       "length": 2, "participants": [{"type": "user", "username": "cem@example.org"},
        {"type": "none"}, {"type": "user", "username": "ben@example.org"}],
       "timeRestriction": {"type": "time-of-day", "restriction": {"startHour": 18, "startMin": 0,
        "endHour": 9, "endMin": 0}}}]}],
  "escalations": [{"id": "e1", "name": "shop_escalation", "ownerTeam": {"id": "t1", "name": "shop"},
    "rules": [
      {"condition": "if-not-acked", "notifyType": "default", "delay": {"timeAmount": 1,
       "timeUnit": "hours"}, "recipient": {"type": "team", "id": "t1", "name": "shop"}},
      {"condition": "if-not-acked", "notifyType": "default", "delay": {"timeAmount": 0,
       "timeUnit": "minutes"}, "recipient": {"type": "schedule", "id": "s1"}},
      {"condition": "if-not-acked", "notifyType": "default", "delay": {"timeAmount": 0,
       "timeUnit": "minutes"}, "recipient": {"type": "user", "username": "ben@example.org"}}],
    "repeat": {"waitInterval": 10, "count": 3}}]})";

constexpr char kGrafanaOnCall[] = R"({
  "users": [{"id": "UA", "username": "ann", "email": "ann@example.org", "timezone": "UTC",
             "teams": ["T1"], "slack": [{"user_id": "SANN", "team_id": "X"}]},
            {"id": "UB", "username": "ben", "email": "ben@example.org", "teams": ["T1"]},
            {"id": "UC", "username": "cem", "email": "cem@example.org", "teams": []}],
  "count": 3, "next": null, "previous": null, "page_size": 50,
  "teams": [{"id": "T1", "name": "shop"}],
  "on_call_shifts": [
    {"id": "O1", "name": "weeks", "type": "rolling_users", "time_zone": null, "level": 0,
     "start": "2026-02-23T09:00:00", "rotation_start": "2026-03-12T00:00:00", "duration": 604800,
     "frequency": "weekly", "interval": 1, "week_start": "MO",
     "start_rotation_from_user_index": 1, "rolling_users": [["UA"], ["UB", "UC"]]},
    {"id": "O2", "name": "lunch", "type": "recurrent_event", "time_zone": "Europe/Paris",
     "level": 1, "start": "2026-03-02T11:00:00", "duration": 3600, "frequency": "weekly",
     "interval": 1, "by_day": ["MO", "WE"], "users": ["UC"]},
    {"id": "O3", "name": "once", "type": "single_event", "level": 2,
     "start": "2026-10-26T10:00:00", "duration": 7200, "users": ["UA"]},
    {"id": "O4", "name": "ends of months", "type": "rolling_users", "level": 3,
     "start": "2026-03-10T20:00:00", "duration": 43200, "frequency": "monthly", "interval": 1,
     "by_monthday": [25, -1, -2], "rolling_users": [["UB"], ["UC"]]},
    {"id": "O5", "name": "each second week", "type": "rolling_users", "level": 4,
     "start": "2026-03-04T18:00:00", "duration": 21600, "frequency": "weekly", "interval": 2,
     "by_day": ["TU", "FR"], "week_start": "MO", "rolling_users": [["UA"], [], ["UC"]]},
    {"id": "O6", "name": "each third day", "type": "rolling_users", "level": 5,
     "start": "2026-03-01T03:00:00", "duration": 7200, "frequency": "daily", "interval": 3,
     "rolling_users": [["UC"], ["UB"]]}],
  "schedules": [{"id": "S1", "name": "primary", "type": "calendar", "time_zone": "Europe/Berlin",
    "shifts": ["O1", "O2", "O3", "O4", "O5", "O6"], "slack": null}],
  "escalation_chains": [{"id": "C1", "name": "default", "team_id": null}],
  "escalation_policies": [
    {"id": "E0", "escalation_chain_id": "C1", "position": 0, "type": "notify_on_call_from_schedule",
     "important": false, "notify_on_call_from_schedule": "S1"},
    {"id": "E1", "escalation_chain_id": "C1", "position": 1, "type": "notify_persons",
     "persons_to_notify": ["UC"]},
    {"id": "E2", "escalation_chain_id": "C1", "position": 2, "type": "wait", "duration": 300},
    {"id": "E3", "escalation_chain_id": "C1", "position": 3, "type": "wait", "duration": 600},
    {"id": "E4", "escalation_chain_id": "C1", "position": 4, "type": "notify_team_members",
     "notify_to_team_members": "T1"},
    {"id": "E5", "escalation_chain_id": "C1", "position": 5, "type": "repeat_escalation"}],
  "integrations": [{"id": "I1", "name": "alertmanager", "type": "alertmanager",
    "default_route": {"id": "R1", "escalation_chain_id": "C1"}}],
  "routes": [{"id": "R1", "integration_id": "I1", "escalation_chain_id": "C1", "position": 1,
              "is_the_last_route": true, "routing_regex": ""},
             {"id": "R2", "integration_id": "I1", "escalation_chain_id": "C1", "position": 0,
              "is_the_last_route": false, "routing_regex": "^us-east"
}]
})";

base::Result<importer::Imported> Translate(std::string_view system, std::string_view text) {
  if (system == "pagerduty") return importer::ImportPagerDuty(text);
  if (system == "opsgenie") return importer::ImportOpsgenie(text);
  return importer::ImportGrafanaOnCall(text);
}

// Compares the export `text` with what was made of `imported_from`.
std::string Parity(std::string_view system, std::string_view text, std::string_view imported_from) {
  const auto imported = Translate(system, imported_from);
  EXPECT_TRUE(imported.ok()) << imported.error().message;
  std::vector<yaml::Diagnostic> problems;
  const Config config = ReadConfig(imported->config, ".", {}, problems);
  EXPECT_TRUE(problems.empty()) << problems[0].ToString("result") << imported->config;
  const auto result = CompareWithOnCall(system, text, *imported, config, {}, kNow);
  EXPECT_TRUE(result.ok());
  return ParityText(*result);
}

class ImportParityOnCall : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(ImportParityOnCall, WhatWasCarriedOverCallsTheSamePeopleAtTheSameTimes) {
  const auto [system, text] = GetParam();
  EXPECT_EQ(Parity(system, text, text), "parity: 168 alerts, 0 differences\n")
      << Translate(system, text)->config;
}

TEST_P(ImportParityOnCall, WhoIsCalledLaterIsADifference) {
  const auto [system, text] = GetParam();
  std::string other = text;
  for (const char* delay :
       {"\"escalation_delay_in_minutes\": 15", "\"timeAmount\": 1,", "\"duration\": 600}"}) {
    const size_t at = other.find(delay);
    if (at == std::string::npos) continue;
    other.replace(at + std::string_view(delay).find_first_of("0123456789"), 1, "9");
  }
  EXPECT_THAT(Parity(system, text, other), HasSubstr("differs: {"));
}

INSTANTIATE_TEST_SUITE_P(Systems, ImportParityOnCall,
                         ::testing::Values(std::pair("pagerduty", kPagerDuty),
                                           std::pair("opsgenie", kOpsgenie),
                                           std::pair("grafana-oncall", kGrafanaOnCall)));

TEST(ImportParityOfPagerDuty, AsksItsOwnRenderingFirst) {
  std::string text = kPagerDuty;
  const std::string empty = R"("final_schedule": {"rendered_schedule_entries": []})";
  text.replace(text.find(empty), empty.size(),
               R"("final_schedule": {"rendered_schedule_entries": [{"start": "2026-10-24T12:00:00Z",
                  "end": "2026-10-24T14:00:00Z", "user": {"id": "PBEN"}}]})");
  EXPECT_THAT(Parity("pagerduty", text, text), HasSubstr("there Ben, Ben after 15 min; here Cem"));
}

TEST(ImportParityOfPagerDuty, AnAlertThatLedNowhereIsToldOfHere) {
  const auto imported = importer::ImportPagerDuty(kPagerDuty);
  std::vector<yaml::Diagnostic> problems;
  const Config config = ReadConfig(imported->config, ".", {}, problems);
  const auto stream = ReadParityStream(R"([{"labels": {"service": "unknown"}}])", kNow);
  const auto result = CompareWithOnCall("pagerduty", kPagerDuty, *imported, config, *stream, kNow);
  ASSERT_TRUE(result.ok());
  EXPECT_THAT(ParityText(*result), HasSubstr("there nobody; here receiver mail\n"));
}

}  // namespace
}  // namespace vedette::app
