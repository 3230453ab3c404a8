#include "app/config_channels.h"

#include <fstream>
#include <gtest/gtest.h>

#include "app/config.h"
#include "base/testing/temp_folder.h"
#include "notify/delivery/testing/contract.h"

namespace vedette::app {
namespace {

// One working receiver of each kind, as in docs/guide/notifications.md.
constexpr const char* kExamples[] = {
    R"({name: a, webhook: {url: "https://h.example/x", secret: s, headers: {X-Team: pay}}})",
    R"({name: a, slack: {url: "https://hooks.slack.com/services/T/B/x"}})",
    R"({name: a, slack: {bot_token: xoxb-1, channel: "#ops", signing_secret: s}})",
    R"({name: a, pagerduty: {routing_key: 0123456789abcdef0123456789abcdef}})",
    R"({name: a, opsgenie: {api_key: k, teams: [pay], tags: [prod]}})",
    R"({name: a, email: {host: mail.example, user: u, password: p, from: "V <v@h.example>",
        to: [ops@h.example]}})",
    R"({name: a, alertmanager: {url: "http://h.example/hook", bearer_token: t, max_alerts: 10}})",
    R"({name: a, alertmanager: {url: "http://h.example/hook", user: u, password: p}})",
    R"({name: a, teams: {url: "https://h.example/workflows/x"}})",
    R"({name: a, mattermost: {url: "https://h.example/hooks/x", channel: ops}})",
    R"({name: a, discord: {url: "https://discord.com/api/webhooks/1/x"}})",
    R"({name: a, telegram: {bot_token: "1:x", chat_id: "-100"}})",
    R"({name: a, webpush: {subject: "mailto:ops@example.org"}})",
    R"({name: a, jira: {url: "https://j.example", user: u, token: t, project: OPS}})",
    R"({name: a, sms: {url: "https://h.example/sms", bearer_token: t, to: "+49"}})",
    R"({name: a, voice: {url: "https://h.example/call", user: u, password: p, to: "+49"}})",
    R"({name: a, http: {url: "https://h.example/{{key}}", body: "{{title}}", method: PUT}})",
};

Config Read(const std::string& receiver, std::vector<std::string>& problems,
            const std::string& folder = ".") {
  std::vector<yaml::Diagnostic> found;
  Config config = ReadConfig("notify:\n  receivers:\n    - " + receiver, folder, {}, found);
  for (const yaml::Diagnostic& problem : found) problems.push_back(problem.ToString("f"));
  return config;
}

std::string FirstProblem(const std::string& receiver) {
  std::vector<std::string> problems;
  Read(receiver, problems);
  return problems.empty() ? "" : problems[0];
}

TEST(ConfigChannels, EachKindMakesItsChannelAndShowsNoSecret) {
  std::set<std::string> kinds;
  for (const char* example : kExamples) {
    std::vector<std::string> problems;
    const Config config = Read(example, problems);
    ASSERT_TRUE(problems.empty()) << problems[0];
    ASSERT_EQ(config.receivers.size(), 1u);
    kinds.insert(config.receivers[0].kind);
    notify::delivery::TestParts parts;
    const auto channel = config.receivers[0].make(parts());
    ASSERT_NE(channel, nullptr);
    EXPECT_FALSE(
        channel->Preview(notify::delivery::PageAbout("in_1"), notify::delivery::FirstAttempt())
            .empty());
  }
  EXPECT_EQ(kinds.size(), ChannelKinds().size()) << "each kind has an example";
}

TEST(ConfigChannels, AnUnknownKeyIsNamedWithItsPlace) {
  for (const ChannelKind& kind : ChannelKinds()) {
    std::vector<std::string> problems;
    Read("{name: a, " + std::string(kind.name) + ": {colour: red}}", problems);
    bool named = false;
    for (const std::string& problem : problems) {
      if (!problem.starts_with("f:3:")) continue;
      named = named || problem.find(".colour: unknown key") != std::string::npos;
    }
    EXPECT_TRUE(named) << kind.name;
  }
}

TEST(ConfigChannels, SayWhatIsMissingOrWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"{name: a, pagerduty: {}}",
       "f:3:28: notify.receivers[0].pagerduty: routing_key or routing_key_file is missing"},
      {"{name: a, webhook: {url: ftp://h/}}",
       "f:3:32: notify.receivers[0].webhook.url: must be an http or https URL"},
      {"{name: a, telegram: {bot_token: t}}",
       "f:3:27: notify.receivers[0].telegram: chat_id is missing"},
      {"{name: a, email: {host: h, from: nobody, to: [a@b]}}",
       "f:3:40: notify.receivers[0].email.from: is no e-mail address"},
      {"{name: a, email: {host: h, from: a@b, to: [c], security: none}}",
       "f:3:49: notify.receivers[0].email.to: is no e-mail address"},
      {"{name: a, email: {host: h, from: a@b, to: [a@c], security: none, password: p}}",
       "f:3:66: notify.receivers[0].email.security: none cannot stand beside a password"},
      {"{name: a, sms: {url: 'http://h/', body: '{{nobody}}'}}",
       "f:3:47: notify.receivers[0].sms.body: {{nobody}} is not known; there are to, message, "
       "speech, title, text, severity, heading, kind, late, priority, services, since, key, "
       "incident_id, incident_url, tenant"},
  };
  for (const auto& [receiver, want] : cases) EXPECT_EQ(FirstProblem(receiver), want) << receiver;
}

TEST(ConfigChannels, AReceiverHasOneKind) {
  const std::string none = FirstProblem("{name: a}");
  EXPECT_NE(none.find("needs one of webhook, slack, pagerduty"), std::string::npos) << none;
  const std::string two =
      FirstProblem(R"({name: a, webhook: {url: "http://h/"}, discord: {url: "http://h/"}})");
  EXPECT_NE(two.find("needs one of"), std::string::npos) << two;
}

TEST(ConfigChannels, SlackFollowsAnIncidentThatHasSomethingOfItsOwnThere) {
  const auto follows = [](const std::string& more) {
    std::vector<std::string> problems;
    const Config config =
        Read("{name: a, slack: {bot_token: t, channel: C1" + more + "}}", problems, "/nowhere");
    EXPECT_TRUE(problems.empty()) << problems[0];
    return config.plan.receivers.at(0).follows;
  };
  EXPECT_FALSE(follows(""));
  EXPECT_TRUE(follows(", incident_channel: {prefix: inc}"));
  EXPECT_TRUE(follows(", stakeholders: {channel: C2}"));
}

TEST(ConfigChannels, SecretsMayStandInFiles) {
  base::TempFolder folder("secrets");
  std::ofstream(folder.File("key")) << "0123456789abcdef0123456789abcdef\n";
  std::vector<std::string> problems;
  const Config config =
      Read("{name: a, pagerduty: {routing_key_file: key}}", problems, folder.path());
  ASSERT_TRUE(problems.empty()) << problems[0];
  notify::delivery::TestParts parts;
  config.receivers[0].make(parts())->Send(notify::delivery::PageAbout("in_1"),
                                          notify::delivery::FirstAttempt());
  EXPECT_NE(parts.http.requests()[0].body.find("\"0123456789abcdef0123456789abcdef\""),
            std::string::npos);

  EXPECT_NE(
      FirstProblem("{name: a, pagerduty: {routing_key_file: none}}").find("none: no such file"),
      std::string::npos);
}

}  // namespace
}  // namespace vedette::app
