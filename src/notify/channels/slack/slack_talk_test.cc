#include "notify/channels/slack/slack_talk.h"

#include <gtest/gtest.h>

#include "net/testing/fake_client.h"

namespace vedette::notify::channels {
namespace {

TEST(SlackTalk, SaysItInTheThreadAsTheBot) {
  net::FakeClient client;
  client.Reply({.status = 200, .headers = {}, .body = R"({"ok":true})"});
  const delivery::Talk talk = MakeSlackTalk("xoxb-1", "https://slack.example/api");

  EXPECT_TRUE(talk(client, {.channel = "C1", .thread = "17.5", .text = "a \"b\""}).ok());

  const net::ClientRequest request = client.requests().at(0);
  EXPECT_EQ(request.url, "https://slack.example/api/chat.postMessage");
  EXPECT_EQ(request.headers.Get("Authorization"), "Bearer xoxb-1");
  EXPECT_EQ(request.body,
            R"({"channel":"C1","thread_ts":"17.5","text":"a \"b\"","unfurl_links":false})");
}

TEST(SlackTalk, SaysWhenSlackDidNotTakeIt) {
  net::FakeClient client;
  const delivery::Talk talk = MakeSlackTalk("xoxb-1", "https://slack.example/api");
  for (const char* body : {R"({"ok":false,"error":"channel_not_found"})", "", "[]"}) {
    client.Reply({.status = 200, .headers = {}, .body = body});
    EXPECT_FALSE(talk(client, {.channel = "C1", .thread = "", .text = "x"}).ok()) << body;
  }
}

}  // namespace
}  // namespace vedette::notify::channels
