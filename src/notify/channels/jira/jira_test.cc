#include "notify/channels/jira/jira.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "notify/delivery/testing/contract.h"

namespace vedette::notify::channels {
namespace {

using delivery::FirstAttempt;
using delivery::PageAbout;
using delivery::Verdict;
using model::PageKind;
using ::testing::ElementsAre;

JiraSettings Settings() {
  return {.url = "https://jira.example",
          .user = "bot@example.org",
          .token = "s3cret",
          .project = "OPS",
          .labels = {"oncall"},
          .resolve_transition = "Done"};
}

// A Jira that keeps issues by label, with a workflow of two states.
class FakeJira {
 public:
  explicit FakeJira(net::FakeClient& client) {
    client.SetHandler([this](const net::ClientRequest& request) { return Answer(request); });
  }
  base::Result<net::Response> Answer(const net::ClientRequest& request) {
    const std::string path = request.url.substr(std::string("https://jira.example").size());
    calls.push_back(request.method + " " + path.substr(0, path.find('?')));
    EXPECT_EQ(request.headers.Get("Authorization"), "Basic Ym90QGV4YW1wbGUub3JnOnMzY3JldA==");
    if (path == "/rest/api/2/issue") {
      created = *base::ParseJson(request.body);
      if (lose_answer) return base::Unavailable("jira.example: connection reset");
      return net::JsonResponse(201, R"({"id":"1","key":"OPS-1"})");
    }
    if (path.starts_with("/rest/api/2/search")) {
      return net::JsonResponse(
          200, created.is_null() ? R"({"issues":[]})" : R"({"issues":[{"key":"OPS-1"}]})");
    }
    if (path.ends_with("/transitions") && request.method == "GET") {
      return net::JsonResponse(
          200, done ? R"({"transitions":[]})" : R"({"transitions":[{"id":"31","name":"Done"}]})");
    }
    if (path.ends_with("/transitions")) done = true;
    return net::JsonResponse(path.ends_with("/comment") ? 201 : 204, "{}");
  }

  std::vector<std::string> calls;
  base::Json created;
  bool done = false;
  bool lose_answer = false;
};

TEST(Jira, KeepsOneIssuePerIncident) {
  delivery::TestParts parts;
  FakeJira jira(parts.http);
  Jira channel(Settings(), parts());

  const delivery::Answer answer = channel.Send(PageAbout("in_1"), FirstAttempt());
  channel.Send(PageAbout("in_1", PageKind::kAcknowledged), FirstAttempt());
  channel.Send(PageAbout("in_1", PageKind::kResolved), FirstAttempt());

  EXPECT_EQ(answer.detail, "HTTP 201, OPS-1");
  EXPECT_THAT(jira.calls,
              ElementsAre("POST /rest/api/2/issue", "POST /rest/api/2/issue/OPS-1/comment",
                          "GET /rest/api/2/issue/OPS-1/transitions",
                          "POST /rest/api/2/issue/OPS-1/transitions",
                          "POST /rest/api/2/issue/OPS-1/comment"));
  const base::Json& fields = jira.created["fields"];
  EXPECT_EQ(fields["project"]["key"], "OPS");
  EXPECT_EQ(fields["issuetype"]["name"], "Task");
  EXPECT_EQ(fields["summary"], "Critical: payment: error ratio 0.41, expected 0 to 0.03");
  EXPECT_EQ(fields["labels"], base::Json({"vedette-in_1", "oncall"}));
  EXPECT_TRUE(jira.done);
}

TEST(Jira, FindsTheIssueWhoseAnswerWasLost) {
  delivery::TestParts parts;
  FakeJira jira(parts.http);
  Jira channel(Settings(), parts());
  jira.lose_answer = true;
  EXPECT_EQ(channel.Send(PageAbout("in_1"), FirstAttempt()).verdict, Verdict::kRetry);
  delivery::Attempt again = FirstAttempt();
  again.number = 2;

  EXPECT_EQ(channel.Send(PageAbout("in_1"), again).verdict, Verdict::kDelivered);

  EXPECT_THAT(jira.calls, ElementsAre("POST /rest/api/2/issue", "GET /rest/api/2/search",
                                      "POST /rest/api/2/issue/OPS-1/comment"));
}

TEST(Jira, OpensNoIssueForWhatIsOver) {
  delivery::TestParts parts;
  FakeJira jira(parts.http);

  const delivery::Answer answer =
      Jira(Settings(), parts()).Send(PageAbout("in_1", PageKind::kResolved), FirstAttempt());

  EXPECT_EQ(answer.verdict, Verdict::kDelivered);
  EXPECT_EQ(answer.detail, "not sent: there is no issue to resolve");
}

TEST(Jira, LeavesAnIssueThatSomebodyMoved) {
  delivery::TestParts parts;
  FakeJira jira(parts.http);
  Jira channel(Settings(), parts());
  channel.Send(PageAbout("in_1"), FirstAttempt());
  jira.done = true;

  EXPECT_EQ(channel.Send(PageAbout("in_1", PageKind::kResolved), FirstAttempt()).verdict,
            Verdict::kDelivered);

  EXPECT_EQ(jira.calls.back(), "POST /rest/api/2/issue/OPS-1/comment");
  EXPECT_EQ(jira.calls.size(), 3u);
}

TEST(Jira, StaysWithinTheLimitsWhateverThePageHolds) {
  delivery::TestParts parts;
  FakeJira jira(parts.http);
  Jira(Settings(), parts()).Send(delivery::HostilePage(), FirstAttempt());

  EXPECT_LE(jira.created["fields"]["summary"].get<std::string>().size(), 255u * 3);
  EXPECT_LE(jira.created["fields"]["description"].get<std::string>().size(), 32'767u);
}

TEST(Jira, KeepsTheContractOfChannels) {
  delivery::ExpectContract({.make =
                                [](const std::string& url, const delivery::ChannelParts& parts) {
                                  JiraSettings settings = Settings();
                                  settings.url = url;
                                  return std::make_unique<Jira>(settings, parts);
                                },
                            .good = net::JsonResponse(201, R"({"id":"1","key":"OPS-1"})"),
                            .secret = "s3cret"});
}

}  // namespace
}  // namespace vedette::notify::channels
