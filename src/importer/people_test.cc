#include "importer/people.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::importer {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ImportPagerDuty, CarriesPeopleSchedulesAndPolicies) {
  const auto imported = ImportPagerDuty(R"({
    "users": [
      {"id": "U1", "name": "Ann Berg", "email": "ann@example.org", "time_zone": "Europe/Berlin",
       "contact_methods": [
        {"type": "email_contact_method", "address": "ann@example.org"},
        {"type": "sms_contact_method", "country_code": 49, "address": "15112345678"},
        {"type": "push_notification_contact_method", "address": "token"}]},
      {"id": "U2", "name": "Ben", "email": "ben@example.org"}],
    "schedules": [{"id": "S1", "name": "Payments primary", "time_zone": "Europe/Berlin",
       "schedule_layers": [
      {"name": "Office", "rotation_virtual_start": "2026-11-02T09:00:00+01:00",
       "rotation_turn_length_seconds": 86400,
       "users": [{"user": {"id": "U2"}}],
       "restrictions": [{"type": "daily_restriction", "start_time_of_day": "09:00:00",
       "duration_seconds": 28800}]},
      {"name": "Weeks", "rotation_virtual_start": "2026-11-02T09:00:00+01:00",
       "rotation_turn_length_seconds": 604800,
       "users": [{"user": {"id": "U1"}}, {"user": {"id": "U2"}}]}]}],
    "escalation_policies": [{"id": "P1", "name": "Payments", "num_loops": 2, "escalation_rules": [
      {"escalation_delay_in_minutes": 10, "targets": [{"type": "schedule_reference", "id": "S1"}]},
      {"escalation_delay_in_minutes": 15, "targets": [{"type": "user_reference", "id": "U1"},
       {"type": "user", "id": "X"}]}]}],
    "services": [{"name": "payment", "escalation_policy": {"id": "P1"}}], "rulesets": []})");
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  const std::string& yaml = imported->config;
  EXPECT_THAT(yaml, HasSubstr("    - name: \"Ann-Berg\"\n      full_name: \"Ann Berg\"\n"));
  EXPECT_THAT(yaml, HasSubstr("        - receiver: \"sms\"\n          to: \"+4915112345678\"\n"));
  EXPECT_THAT(yaml,
              HasSubstr("    - name: \"Payments-primary\"\n      time_zone: \"Europe/Berlin\"\n"
                        "      layers:\n        - name: \"Weeks\"\n"
                        "          start: \"2026-11-02 09:00\"\n          rotation: \"7d\"\n"
                        "          users: [\"Ann-Berg\", \"Ben\"]\n        - name: \"Office\"\n"));
  EXPECT_THAT(yaml, HasSubstr("            - days: [\"daily\"]\n              from: \"09:00\"\n"
                              "              to: \"17:00\"\n"));
  EXPECT_THAT(yaml,
              HasSubstr("      repeat: 2\n      steps:\n"
                        "        - notify: [\"schedule Payments-primary\"]\n          wait: 600s\n"
                        "        - notify: [\"user Ann-Berg\"]\n          wait: 900s\n"));
  EXPECT_THAT(
      yaml, HasSubstr("      match: [\"service=\\\"payment\\\"\"]\n      policy: \"Payments\"\n"));
  const std::string report = ReportText(imported->report, "pd.json");
  EXPECT_THAT(report, HasSubstr("left: push_notification_contact_method of Ann Berg"));
  EXPECT_THAT(report, HasSubstr("left: a target of policy Payments"));
  EXPECT_THAT(report, HasSubstr("left: rulesets"));
}

TEST(ImportOpsgenie, CountsDelaysFromTheStepBefore) {
  const auto imported = ImportOpsgenie(R"({
    "users": [{"username": "ann@example.org", "fullName": "Ann Berg", "timeZone": "Europe/Berlin",
               "userContacts": [{"contactMethod": "voice", "to": "49-15112345678"}]},
              {"username": "ben@example.org"}],
    "teams": [{"name": "shop", "members": [{"user": {"username": "ann@example.org"}}]}],
    "schedules": [{"name": "shop_schedule", "timezone": "Europe/Berlin", "rotations": [
      {"name": "r1", "startDate": "2026-11-02T08:00:00Z", "type": "weekly", "length": 2,
       "participants": [{"type": "user", "username": "ann@example.org"}, {"type": "team",
       "name": "x"}],
       "timeRestriction": {"type": "weekday-and-time-of-day", "restrictions": [
         {"startDay": "monday", "startHour": 9, "startMin": 30, "endDay": "monday", "endHour": 17,
       "endMin": 0}]}}]}],
    "escalations": [{"name": "shop", "rules": [
      {"condition": "if-not-acked", "delay": {"timeAmount": 0}, "recipient": {"type": "schedule",
       "name": "shop_schedule"}},
      {"condition": "if-not-acked", "delay": {"timeAmount": 5}, "recipient": {"type": "user",
       "username": "ben@example.org"}},
      {"condition": "if-not-acked", "delay": {"timeAmount": 5}, "recipient": {"type": "team",
       "name": "shop"}}],
      "repeat": {"count": 3}}]})");
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  const std::string& yaml = imported->config;
  EXPECT_THAT(yaml, HasSubstr("          to: \"+4915112345678\"\n"));
  EXPECT_THAT(yaml, HasSubstr("          rotation: \"14d\"\n          users: [\"ann\", \"-\"]\n"));
  EXPECT_THAT(yaml, HasSubstr("            - days: [\"mon\"]\n              from: \"09:30\"\n"));
  EXPECT_THAT(yaml,
              HasSubstr("        - notify: [\"schedule shop_schedule\"]\n          wait: 300s\n"
                        "        - notify: [\"user ben\", \"team shop\"]\n"));
  EXPECT_THAT(yaml, HasSubstr("      repeat: 3\n"));
}

TEST(ImportGrafanaOnCall, WaitsLengthenTheStepBefore) {
  const auto imported = ImportGrafanaOnCall(R"({
    "users": [{"id": "U1", "username": "ann", "email": "ann@example.org",
       "slack": [{"user_id": "UANN"}]},
              {"id": "U2", "username": "ben", "email": "ben@example.org"}],
    "on_call_shifts": [{"id": "O1", "name": "weeks", "type": "rolling_users",
       "rotation_start": "2026-11-02T09:00:00",
      "duration": 28800, "frequency": "weekly", "interval": 1, "by_day": ["MO", "TU"],
       "rolling_users": [["U1"], ["U2"]]}],
    "schedules": [{"id": "S1", "name": "primary", "type": "calendar", "time_zone": "UTC",
       "shifts": ["O1"]},
                  {"id": "S2", "name": "external", "type": "ical"}],
    "escalation_chains": [{"id": "C1", "name": "default"}],
    "escalation_policies": [
      {"escalation_chain_id": "C1", "position": 2, "type": "notify_persons",
       "persons_to_notify": ["U2"]},
      {"escalation_chain_id": "C1", "position": 1, "type": "wait", "duration": 900},
      {"escalation_chain_id": "C1", "position": 0, "type": "notify_on_call_from_schedule",
       "notify_on_call_from_schedule": "S1"},
      {"escalation_chain_id": "C1", "position": 3, "type": "trigger_webhook"}]})");
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  const std::string& yaml = imported->config;
  EXPECT_THAT(yaml, HasSubstr("        - receiver: \"chat\"\n          to: \"UANN\"\n"));
  EXPECT_THAT(yaml, HasSubstr("          users: [\"ann\", \"ben\"]\n"));
  EXPECT_THAT(yaml, HasSubstr("            - days: [\"tue\"]\n              from: \"09:00\"\n      "
                              "        to: \"17:00\"\n"));
  EXPECT_THAT(yaml, HasSubstr("        - notify: [\"schedule primary\"]\n          wait: 900s\n"
                              "        - notify: [\"user ben\"]\n"));
  const std::string report = ReportText(imported->report, "x");
  EXPECT_THAT(report, HasSubstr("left: schedule external: import its calendar"));
  EXPECT_THAT(report, HasSubstr("left: a step trigger_webhook"));
}

TEST(ImportPagerDuty, MakesContactsOfNotificationRulesAndPassesTheNumbersOfPages) {
  const auto imported = ImportPagerDuty(R"({"users": [{"user": {"id": "U1", "name": "Ann",
    "contact_methods": [{"id": "C1", "type": "sms_contact_method", "country_code": 1,
      "address": "5550123"}, {"id": "C2", "type": "email_contact_method", "address": "a@b.c"}],
    "notification_rules": [
      {"start_delay_in_minutes": 2, "urgency": "high", "contact_method": {"id": "C1"}},
      {"start_delay_in_minutes": 0, "urgency": "high", "contact_method": {"id": "C2"}},
      {"start_delay_in_minutes": 0, "urgency": "low", "contact_method": {"id": "C2"}}]}}],
    "limit": 25, "offset": 0, "more": false, "total": null, "teams": []})");
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_THAT(imported->config,
              HasSubstr("        - receiver: \"sms\"\n          to: \"+15550123\"\n"
                        "          after: 2m\n          severities: [\"critical\"]\n"
                        "        - receiver: \"mail\"\n          to: \"a@b.c\"\n"));
  const std::string report = ReportText(imported->report, "x");
  EXPECT_THAT(report, Not(HasSubstr("left: limit")));
  EXPECT_THAT(report, HasSubstr("left: teams"));
}

TEST(ImportPagerDuty, ARestrictionOverSeveralDaysIsAWindowForEach) {
  const auto imported = ImportPagerDuty(R"({"users": [{"id": "U1", "name": "Ann"}],
    "schedules": [{"id": "S", "name": "S", "time_zone": "Europe/Berlin", "schedule_layers": [
      {"name": "weekend", "rotation_virtual_start": "2026-01-02T17:00:00Z",
       "rotation_turn_length_seconds": 604800, "users": [{"user": {"id": "U1"}}], "restrictions": [
        {"type": "weekly_restriction", "start_day_of_week": 5, "start_time_of_day": "18:00:00",
         "duration_seconds": 136800}]}]}]})");
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_THAT(imported->config, HasSubstr("start: \"2026-01-02 18:00\"\n"));
  for (const char* window : {"days: [\"fri\"]\n              from: \"18:00\"\n"
                             "              to: \"24:00\"\n",
                             "days: [\"sat\"]\n              from: \"00:00\"\n"
                             "              to: \"24:00\"\n",
                             "days: [\"sun\"]\n              from: \"00:00\"\n"
                             "              to: \"08:00\"\n"}) {
    EXPECT_THAT(imported->config, HasSubstr(window));
  }
}

TEST(ImportOpsgenie, EachRotationIsOnCall) {
  const auto imported = ImportOpsgenie(R"({"users": [{"username": "ann@x.y"},
      {"username": "ben@x.y"}],
    "schedules": [{"name": "S", "timezone": "America/New_York", "rotations": [
      {"name": "one", "startDate": "2026-02-23T14:00:00Z", "type": "daily",
       "participants": [{"type": "user", "username": "ann@x.y"}]},
      {"name": "two", "startDate": "2026-02-23T14:00:00Z", "type": "daily",
       "participants": [{"type": "user", "username": "ben@x.y"}, {"type": "none"}]}]}],
    "escalations": [{"name": "E", "rules": [{"delay": {"timeAmount": 0},
      "notifyType": "next", "recipient": {"type": "schedule", "name": "S"}}]}]})");
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_THAT(imported->config, HasSubstr("start: \"2026-02-23 09:00\"\n"));
  EXPECT_THAT(imported->config, HasSubstr("notify: [\"schedule S-one\", \"schedule S-two\"]\n"));
  const std::string report = ReportText(imported->report, "x");
  EXPECT_THAT(imported->config, HasSubstr("users: [\"ben\", \"-\"]\n"));
  EXPECT_THAT(
      report,
      HasSubstr("carried over: a participant of rotation two of schedule S: turns of nobody"));
  EXPECT_THAT(report, HasSubstr("whoever is on call is told, not \"next\""));
}

TEST(ImportGrafanaOnCall, HigherLevelsWinAndThoseTogetherHaveASchedule) {
  const auto imported = ImportGrafanaOnCall(R"({"users": [{"id": "A", "username": "ann"},
      {"id": "B", "username": "ben"}],
    "on_call_shifts": [
      {"id": "1", "name": "high", "type": "single_event", "level": 5,
       "start": "2026-03-02T10:00:00", "duration": 7200, "users": ["B"]},
      {"id": "2", "name": "low", "type": "rolling_users", "level": 1, "frequency": "weekly",
       "start": "2026-02-23T09:00:00", "rotation_start": "2026-03-03T00:00:00",
       "duration": 604800, "rolling_users": [["A"], ["B", "A"]]}],
    "schedules": [{"id": "S", "name": "S", "shifts": ["1", "2"]}]})");
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_THAT(imported->config,
              HasSubstr("        - name: \"low\"\n          start: \"2026-03-02 09:00\"\n"
                        "          rotation: \"7d\"\n          users: [\"ben\", \"ann\"]\n"
                        "        - name: \"high\"\n          start: \"2026-03-02 10:00\"\n"
                        "          end: \"2026-03-02 12:00\"\n          rotation: \"2h\"\n"));
  EXPECT_THAT(imported->config, HasSubstr("    - name: \"S-2\"\n"));
}

// The first layer that the shift becomes.
std::string LayerOf(const std::string& shift, std::string* report = nullptr) {
  const auto imported = ImportGrafanaOnCall(R"({"users": [{"id": "A", "username": "ann"},
    {"id": "B", "username": "ben"}], "on_call_shifts": [{"id": "1", "name": "s", )" +
                                            shift +
                                            R"(}], "schedules": [{"id": "S", "name": "S",
    "shifts": ["1"]}]})");
  if (!imported.ok()) return imported.error().message;
  if (report != nullptr) *report = ReportText(imported->report, "x");
  std::string text = imported->config;
  text.erase(0, text.find("          start:"));
  std::string flat;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    const size_t word = text.find_first_not_of(' ', at);
    flat += (flat.empty() ? "" : " ") + text.substr(word, end - word);
    at = end + 1;
  }
  std::erase(flat, '"');
  return flat;
}

TEST(ImportGrafanaOnCall, AShiftBecomesTurnsAndTheTimeBetweenThemIsNobodys) {
  const std::string both = R"("rolling_users": [["A"], ["B"]], )";
  const std::pair<std::string, const char*> cases[] = {
      {R"("start": "2026-11-01T00:00:00", "duration": 86400, "frequency": "monthly",
          "by_monthday": [1, 15, -1])",
       "start: 2026-11-01 00:00 rotation: monthly users: [ann, ben] days_of_month: [1, 15, -1] "
       "hours: - days: [daily] from: 00:00 to: 00:00"},
      {R"("start": "2026-11-10T09:00:00", "duration": 28800, "frequency": "monthly",
          "interval": 2, "by_day": ["MO"])",
       "start: 2026-11-01 09:00 rotation: monthly users: [ann, -, ben, -] "
       "hours: - days: [mon] from: 09:00 to: 17:00"},
      {R"("start": "2026-11-10T09:00:00", "duration": 2678400, "frequency": "monthly")",
       "start: 2026-11-10 09:00 rotation: monthly users: [ann, ben]"},
      {R"("start": "2026-11-30T09:00:00", "duration": 259200, "frequency": "monthly")",
       "start: 2026-11-30 09:00 rotation: monthly users: [ann, ben] days_of_month: [30, 31, 1] "
       "hours: - days: [daily] from: 09:00 to: 09:00"},
      {R"("start": "2026-11-28T00:00:00", "duration": 86400, "frequency": "weekly",
          "interval": 2, "by_day": ["SA"])",
       "start: 2026-11-23 00:00 rotation: 7d users: [ann, -, ben, -] "
       "hours: - days: [sat] from: 00:00 to: 00:00"},
      {R"("start": "2026-11-25T20:00:00", "duration": 43200, "frequency": "weekly",
          "week_start": "SU", "by_day": ["WE", "FR"])",
       "start: 2026-11-22 20:00 rotation: 7d users: [ann, ben] hours: - days: [wed] from: 20:00 "
       "to: 08:00 - days: [fri] from: 20:00 to: 08:00"},
      {R"("start": "2026-11-23T09:00:00", "duration": 604800, "frequency": "weekly",
          "interval": 2)",
       "start: 2026-11-23 09:00 rotation: 7d users: [ann, -, ben, -]"},
      {R"("start": "2026-11-23T09:00:00", "duration": 28800, "frequency": "daily",
          "interval": 3)",
       "start: 2026-11-23 09:00 rotation: 1d users: [ann, -, -, ben, -, -] "
       "hours: - days: [daily] from: 09:00 to: 17:00"},
      {R"("start": "2026-11-23T00:00:00", "duration": 28800, "frequency": "hourly",
          "interval": 12)",
       "start: 2026-11-23 00:00 rotation: 4h users: [ann, ann, -, ben, ben, -]"},
      {R"("start": "2026-11-23T00:00:00", "duration": 14400, "frequency": "hourly",
          "interval": 4)",
       "start: 2026-11-23 00:00 rotation: 4h users: [ann, ben]"},
  };
  for (const auto& [shift, expected] : cases) {
    EXPECT_EQ(LayerOf(both + shift), expected) << shift;
  }
}

TEST(ImportGrafanaOnCall, SaysWhereAShiftIsNotTheSame) {
  const std::string common = R"("rolling_users": [["A"], ["X"], ["B"]], )";
  std::string report;
  // Someone who is not in the export keeps their place.
  EXPECT_THAT(LayerOf(common + R"("start": "2026-11-23T09:00:00", "frequency": "weekly")", &report),
              HasSubstr("users: [ann, -, ben]"));
  EXPECT_THAT(LayerOf(common + R"("start": "2026-11-25T09:00:00", "frequency": "weekly",
                                  "by_day": ["MO"], "duration": 3600)",
                      &report),
              HasSubstr("start: 2026-11-23 09:00"));
  EXPECT_THAT(report, HasSubstr("in its first week also on the days before its start"));
  EXPECT_THAT(LayerOf(common + R"("start": "2026-11-25T09:00:00", "frequency": "daily",
                                  "interval": 90, "duration": 3600)",
                      &report),
              HasSubstr("rotation: 90d users: [ann, -, ben]"));
  EXPECT_THAT(report, HasSubstr("without the time between its turns"));
  LayerOf(common + R"("start": "2026-11-25T09:00:00", "frequency": "monthly", "by_month": [1])",
          &report);
  EXPECT_THAT(report, HasSubstr("left: shift s of schedule S"));
  LayerOf(R"("rolling_users": [["X"]], "start": "2026-11-25T09:00:00", "frequency": "daily")",
          &report);
  EXPECT_THAT(report, HasSubstr("it has no known user"));
}

std::string ContactsOf(const std::string& rules, std::string* report) {
  const auto imported = ImportGrafanaOnCall(R"({"users": [{"id": "A", "username": "ann",
    "email": "a@x.org", "slack": {"user_id": "UA"}, "verified_phone_number": "+49151"}],
    "personal_notification_rules": [)" + rules +
                                            "]}");
  if (!imported.ok()) return imported.error().message;
  *report = ReportText(imported->report, "x");
  std::string text = imported->config.substr(imported->config.find("contacts:") + 9);
  std::string flat;
  for (const char c : text) {
    if (c == '"' || (c == ' ' && flat.ends_with(' '))) continue;
    flat += c == '\n' ? ' ' : c;
  }
  return flat;
}

TEST(ImportGrafanaOnCall, PersonalRulesBecomeContactsWithTheirWaits) {
  std::string report;
  EXPECT_THAT(ContactsOf(R"(
    {"user_id": "A", "position": 2, "type": "notify_by_sms"},
    {"user_id": "A", "position": 0, "type": "notify_by_slack"},
    {"user_id": "A", "position": 1, "type": "wait", "duration": 300},
    {"user_id": "A", "position": 3, "type": "wait", "duration": 90},
    {"user_id": "A", "position": 4, "type": "notify_by_phone_call"},
    {"user_id": "A", "position": 5, "type": "notify_by_telegram"},
    {"user_id": "B", "position": 0, "type": "notify_by_email"})",
                         &report),
              HasSubstr("- receiver: chat to: UA - receiver: sms to: +49151 after: 5m "
                        "- receiver: voice to: +49151 after: 7m "));
  EXPECT_THAT(report, HasSubstr("carried over: notification rules of ann"));
  EXPECT_THAT(report, HasSubstr("left: a rule notify_by_telegram of ann"));
  EXPECT_THAT(report, Not(HasSubstr("left: personal_notification_rules")));

  EXPECT_THAT(ContactsOf(R"(
    {"user_id": "A", "position": 0, "type": "notify_by_slack", "important": true},
    {"user_id": "A", "position": 0, "type": "notify_by_slack", "important": false},
    {"user_id": "A", "position": 1, "type": "notify_by_phone_call", "important": true},
    {"user_id": "A", "position": 1, "type": "notify_by_email", "important": false})",
                         &report),
              HasSubstr("- receiver: chat to: UA - receiver: voice to: +49151 severities: "
                        "[critical] - receiver: mail to: a@x.org severities: [info, warning] "));
  EXPECT_THAT(report, HasSubstr("changed: notification rules of ann"));

  EXPECT_THAT(ContactsOf(R"({"user_id": "A", "type": "notify_by_mobile_app"})", &report),
              HasSubstr("- receiver: chat to: UA - receiver: mail to: a@x.org - receiver: sms"));
  EXPECT_THAT(report, HasSubstr("all contacts at once"));
}

TEST(ImportPagerDuty, AUserWhoIsNotInTheExportKeepsTheirTurns) {
  const auto imported = ImportPagerDuty(R"({"users": [{"id": "U1", "name": "Ann"}],
    "schedules": [{"id": "S", "name": "S", "schedule_layers": [
      {"name": "l", "start": "2026-01-02T17:00:00Z", "rotation_turn_length_seconds": 86400,
       "users": [{"user": {"id": "U1"}}, {"user": {"id": "U2"}}]},
      {"name": "m", "start": "2026-01-02T17:00:00Z", "users": [{"user": {"id": "U2"}}]}]}]})");
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_THAT(imported->config, HasSubstr("users: [\"Ann\", \"-\"]\n"));
  EXPECT_THAT(ReportText(imported->report, "x"),
              HasSubstr("left: layer m of schedule S: it has no known user"));
}

TEST(Importers, MonthlyTurnsThatBeginLaterBeginWithTheOneThatIsOnThen) {
  const struct {
    const char* first;
    const char* active;
    const char* start;
    const char* user;
  } cases[] = {{"2026-01-31 09:00", "2026-03-01 00:00", "2026-02-28 09:00", "b"},
               {"2026-01-31 09:00", "2026-03-31 09:00", "2026-03-31 09:00", "c"},
               {"2026-01-31 09:00", "2026-01-01 00:00", "2026-01-31 09:00", "a"},
               {"2026-01-01 09:00", "2027-02-15 00:00", "2027-02-01 09:00", "b"}};
  for (const auto& each : cases) {
    Turns turns;
    turns.monthly = true;
    turns.users = {"a", "b", "c"};
    StartTurns(each.first, each.active, turns);
    EXPECT_EQ(turns.start, each.start) << each.active;
    EXPECT_EQ(turns.users.front(), each.user) << each.active;
  }
}

TEST(ImportPagerDuty, SaysWhatOfAServiceIsNotHere) {
  const auto report = [](const std::string& service) {
    const auto imported = ImportPagerDuty(R"({"users": [{"id": "U1", "name": "Ann"}],
      "escalation_policies": [{"id": "P1", "name": "P", "escalation_rules": [
        {"targets": [{"type": "user", "id": "U1"}]}]}],
      "services": [{"name": "shop", "escalation_policy": {"id": "P1"}, )" +
                                          service + "}]}");
    return imported.ok() ? ReportText(imported->report, "x") : imported.error().message;
  };
  const std::string hours = report(R"("auto_resolve_timeout": 14400,
    "incident_urgency_rule": {"type": "use_support_hours",
      "during_support_hours": {"type": "constant", "urgency": "high"}},
    "support_hours": {"type": "fixed_time_per_day", "start_time": "09:00:00"})");
  EXPECT_THAT(hours, HasSubstr("left: auto_resolve_timeout of service shop: "));
  EXPECT_THAT(hours, HasSubstr("left: incident_urgency_rule of service shop: "));
  EXPECT_THAT(hours, HasSubstr("left: support_hours of service shop: "));
  EXPECT_THAT(report(R"("incident_urgency_rule": {"type": "constant", "urgency": "low"})"),
              HasSubstr("left: incident_urgency_rule of service shop: "));
  for (const char* usual : {"high", "severity_based"}) {
    EXPECT_THAT(report(fmt::format(R"("auto_resolve_timeout": null, "support_hours": null,
                  "incident_urgency_rule": {{"type": "constant", "urgency": "{}"}})",
                                   usual)),
                Not(HasSubstr("left: ")));
  }
}

TEST(ImportGrafanaOnCall, NamesAShiftThatIsNotThereAndOneOfSomeMonths) {
  const auto imported = ImportGrafanaOnCall(R"({"users": [{"id": "A", "username": "ann"}],
    "on_call_shifts": [{"id": "S1", "name": "s", "users": ["A"], "start": "2026-11-25T09:00:00",
      "duration": 3600, "frequency": "monthly", "by_month": [1]}],
    "schedules": [{"id": "1", "name": "S", "shifts": ["S1", "S2", 3]}]})");
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  const std::string report = ReportText(imported->report, "x");
  EXPECT_THAT(report, HasSubstr("left: shift s of schedule S: it is for some months only"));
  EXPECT_THAT(report, HasSubstr("left: shift S2 of schedule S: it is not in the export"));
  EXPECT_THAT(report, HasSubstr("left: shift 3 of schedule S: it is not in the export"));
}

TEST(Importers, TakeListsAsTheApiAnswersThem) {
  const auto names = [](const base::Result<Imported>& imported) {
    if (!imported.ok()) return imported.error().message;
    return std::string(imported->config.find("\"ann\"") == std::string::npos ? "" : "ann ") +
           (imported->config.find("\"ben\"") == std::string::npos ? "" : "ben");
  };
  const std::string opsgenie = R"([{"username": "ann"}, {"username": "ben"}])";
  EXPECT_EQ(names(ImportOpsgenie(R"({"users": {"data": )" + opsgenie + "}}")), "ann ben");
  const std::string oncall = R"([{"id": "A", "username": "ann"}, {"id": "B", "username": "ben"}])";
  EXPECT_EQ(names(ImportGrafanaOnCall(R"({"users": {"count": 2, "results": )" + oncall + "}}")),
            "ann ben");
  const std::string pagerduty = R"({"users": {"limit": 2, "users": [{"id": "A", "name": "ann"},
    {"id": "B", "name": "ben"}]}})";
  EXPECT_EQ(names(ImportPagerDuty(pagerduty)), "ann ben");
  const std::string pages = R"({"users": [{"data": [{"username": "ann"}], "paging": {}},
    {"data": [{"username": "ben"}]}]})";
  EXPECT_EQ(names(ImportOpsgenie(pages)), "ann ben");
}

TEST(Importers, RefuseWhatIsNoExport) {
  for (const char* text : {"", "[]", "{}", "{\"users\": 1}", "{\"users\": [1, null, []]", "x"}) {
    EXPECT_FALSE(ImportPagerDuty(text).ok()) << text;
    EXPECT_FALSE(ImportOpsgenie(text).ok()) << text;
    EXPECT_FALSE(ImportGrafanaOnCall(text).ok()) << text;
  }
}

TEST(Importers, TakeOddValuesWithoutFalling) {
  const char* text = R"({"users": [{"id": 7, "contact_methods": [1, {}]}, 1, null],
    "schedules": [{"schedule_layers": [1, {"restrictions": [{"duration_seconds": 1e300,
       "start_day_of_week": -5}]}]}, [], 1],
    "escalation_policies": [{"escalation_rules": [{"targets": [1]}]}, 1], "teams": [1],
       "escalations": [{"rules": [1]}],
    "on_call_shifts": [1, {"id": "a", "rotation_start": "xT", "rolling_users": [1, []],
       "frequency": "daily"}],
    "escalation_chains": [1], "services": [1]})";
  EXPECT_TRUE(ImportPagerDuty(text).ok());
  EXPECT_TRUE(ImportOpsgenie(text).ok());
  EXPECT_TRUE(ImportGrafanaOnCall(text).ok());
}

}  // namespace
}  // namespace vedette::importer
