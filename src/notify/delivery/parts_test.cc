#include <gtest/gtest.h>
#include <utility>

#include "notify/delivery/http_channel.h"
#include "notify/delivery/page_json.h"
#include "notify/delivery/receiver.h"
#include "notify/delivery/testing/pages.h"

namespace vedette::notify::delivery {
namespace {

TEST(PageJson, ReadsBackWhatItWrote) {
  model::Page page = PageAbout("in_1", model::PageKind::kSeverityRaised);
  page.title = "a \"quoted\" title \xE2\x82\xAC";
  const std::string text = PageToJson(page);

  const base::Result<model::Page> read = PageFromJson(text);

  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(PageToJson(*read), text);
  EXPECT_EQ(read->title, page.title);
  EXPECT_EQ(read->kind, page.kind);
  EXPECT_EQ(read->decided_at, page.decided_at);
}

TEST(PageJson, KeepsWhatRoutingNeeds) {
  model::Page page = PageAbout("in_1", model::PageKind::kUpdated);
  page.labels = model::Labels({{"service", "payment"}, {"severity", "critical"}});
  page.grouped = true;
  page.group_labels = model::Labels({std::pair("alertname", "Slow")});
  page.annotations = model::Labels({std::pair("runbook_url", "https://example.org/r")});
  page.priority = 2;
  page.state = model::IncidentState::kAcknowledged;
  model::Alert alert;
  alert.labels = model::Labels({{"alertname", "Slow"}, {"pod", "a"}});
  alert.starts_at = page.incident_started_at;
  alert.ends_at = page.decided_at;
  alert.generator_url = "http://prometheus/graph";
  page.alerts = {alert};
  page.alerts_left_out = 7;

  const base::Result<model::Page> read = PageFromJson(PageToJson(page));

  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->labels, page.labels);
  EXPECT_TRUE(read->grouped);
  EXPECT_EQ(read->group_labels, page.group_labels);
  EXPECT_EQ(read->annotations, page.annotations);
  EXPECT_EQ(read->priority, 2);
  EXPECT_EQ(read->state, page.state);
  ASSERT_EQ(read->alerts.size(), 1u);
  EXPECT_EQ(read->alerts[0].labels, alert.labels);
  EXPECT_EQ(read->alerts[0].ends_at, alert.ends_at);
  EXPECT_EQ(read->alerts_left_out, 7);
}

TEST(PageJson, PagesOfBeforeRoutingCanBeRead) {
  std::string text = PageToJson(PageAbout("in_1"));
  text = text.substr(0, text.find(",\"priority\"")) + "}";

  const base::Result<model::Page> read = PageFromJson(text);

  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->priority, 1) << "of a critical page";
}

TEST(PageJson, DamageIsAnError) {
  const std::string good = PageToJson(PageAbout("in_1"));
  for (const std::string_view member :
       {"version", "dedup_key", "kind", "tenant", "incident_id", "title", "severity"}) {
    std::string bad = good;
    bad.replace(bad.find(member), 1, "X");
    EXPECT_FALSE(PageFromJson(bad).ok()) << member;
  }
  EXPECT_FALSE(PageFromJson("[1]").ok());
}

TEST(Answer, FollowsTheStatus) {
  const std::pair<int, Verdict> cases[] = {
      {200, Verdict::kDelivered}, {202, Verdict::kDelivered}, {204, Verdict::kDelivered},
      {301, Verdict::kRetry},     {400, Verdict::kRefused},   {401, Verdict::kRetry},
      {404, Verdict::kRetry},     {413, Verdict::kRefused},   {422, Verdict::kRefused},
      {429, Verdict::kRetry},     {500, Verdict::kRetry},     {503, Verdict::kRetry}};
  for (const auto& [status, want] : cases) EXPECT_EQ(AnswerOf(status, "").verdict, want) << status;
}

TEST(Answer, ReadsRetryAfterInSecondsOnly) {
  EXPECT_EQ(AnswerOf(429, "30").retry_after, std::chrono::seconds(30));
  EXPECT_EQ(AnswerOf(429, "0.5").retry_after, std::chrono::milliseconds(500));
  for (const std::string_view text : {"", "-1", "3x", "Wed, 21 Oct 2015 07:28:00 GMT",
                                      "99999999999999999999", "86401", "nan", "inf", "1e3"}) {
    EXPECT_EQ(AnswerOf(429, text).retry_after, std::nullopt) << text;
  }
}

TEST(Answer, OfAProviderOnlyPlainWordsAreShown) {
  EXPECT_EQ(PlainWords("Bad Request: chat not found"), ", Bad Request: chat not found");
  for (const std::string_view text : {"", "<html>", "see https://evil.example/", "two\nlines",
                                      "caf\xC3\xA9", "token 0123456789abcdef0123456789abcdef0"}) {
    EXPECT_EQ(PlainWords(text), "") << text;
  }
  EXPECT_EQ(PlainWords(std::string(1000, 'a')), "");
}

TEST(Receivers, AreCheckedWithTheFieldAtFault) {
  const Receiver good{.name = "hook", .kind = "webhook"};
  EXPECT_TRUE(Validate({good}).ok());
  const auto field = [&](auto change) {
    std::vector<Receiver> receivers = {good, good};
    receivers[1].name = "second";
    change(receivers[1]);
    const base::Result<> result = Validate(receivers);
    return result.ok() ? "" : result.error().field;
  };
  EXPECT_EQ(field([](Receiver& r) { r.name = "hook"; }), "notify.receivers[1].name");
  EXPECT_EQ(field([](Receiver& r) { r.name = "a b"; }), "notify.receivers[1].name");
  EXPECT_EQ(field([](Receiver& r) { r.timeout = std::chrono::minutes(1); }),
            "notify.receivers[1].timeout");
  EXPECT_FALSE(Validate(std::vector<Receiver>(33, good)).ok());
}

TEST(Receivers, OnlyTheHostOfAUrlIsShown) {
  EXPECT_EQ(HostOf("https://hooks.slack.com/services/T0/B0/secret"), "hooks.slack.com");
  EXPECT_EQ(HostOf("http://user:secret@127.0.0.1:8080?token=secret"), "127.0.0.1:8080");
  EXPECT_EQ(HostOf("file:///etc/passwd"), "");
}

}  // namespace
}  // namespace vedette::notify::delivery
