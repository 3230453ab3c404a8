#include "api/heartbeats.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.h"

namespace vedette::api {
namespace {

const base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

class HeartbeatRoutesTest : public ::testing::Test {
 protected:
  net::Response Ask(const std::string& method, std::string name, std::string body = "",
                    const std::string& query = "") {
    net::Request request;
    request.method = method;
    request.query = *net::ParseParameters(query);
    request.body = std::move(body);
    const std::vector<Route> routes = HeartbeatRoutes(
        {.list =
             [](const auto& tenant) {
               heartbeat::Status status;
               status.expected.name = "of-" + tenant;
               return std::vector{status};
             },
         .record = [this](const auto&, auto asked,
                          const auto& beat) -> base::Result<heartbeat::Status> {
           beats_.push_back(beat);
           if (asked != "nightly") return base::NotFound("nobody expects it");
           heartbeat::Status status;
           status.expected.name = std::string(asked);
           status.state = heartbeat::State::kAlive;
           status.last_at = kNow;
           return status;
         },
         .self =
             [] {
               return SelfReport{
                   .healthy = false,
                   .parts = {{"outbox", false, kNow, "stuck"}},
                   .sent = {{"outside", "deadman.example", base::Duration(60'000), {}, ""}}};
             }});
    for (const Route& route : routes) {
      if (route.method != method || route.pattern.ends_with('}') == name.empty()) continue;
      return route.handler({.request = request,
                            .caller = {"cron", "shop"},
                            .path_values = {{"name", name}},
                            .now = kNow});
    }
    return {.status = 404, .headers = {}, .body = {}};
  }

  std::vector<heartbeat::Beat> beats_;
};

TEST_F(HeartbeatRoutesTest, ASignOfLifeIsWhateverComes) {
  const net::Response response = Ask("POST", "nightly", "1,200 rows");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ((*base::ParseJson(response.body))["state"], "alive");
  EXPECT_EQ(Ask("GET", "nightly").status, 200);
  EXPECT_EQ(Ask("POST", "nightly", R"({"status":"firing","alerts":[]})").status, 200);
  ASSERT_EQ(beats_.size(), 3u);
  EXPECT_EQ(beats_[0].message, "1,200 rows");
  EXPECT_EQ(beats_[0].source, "cron");
  for (const heartbeat::Beat& beat : beats_) EXPECT_FALSE(beat.failed);
}

TEST_F(HeartbeatRoutesTest, AFailureIsSaidByParameterOrJson) {
  Ask("POST", "nightly", "exit 3", "status=failed");
  Ask("POST", "nightly", R"({"status":"failed","message":"exit 4"})");
  ASSERT_EQ(beats_.size(), 2u);
  EXPECT_TRUE(beats_[0].failed && beats_[1].failed);
  EXPECT_EQ(beats_[0].message, "exit 3");
  EXPECT_EQ(beats_[1].message, "exit 4");
}

TEST_F(HeartbeatRoutesTest, WhatNobodyExpectsIs404AndWhatIsTooLargeIs400) {
  EXPECT_EQ(Ask("POST", "other").status, 404);
  EXPECT_EQ(Ask("POST", "nightly", std::string(100'001, 'x')).status, 400);
}

TEST_F(HeartbeatRoutesTest, TheListHasBothDirectionsAndTheServerItself) {
  const auto list = *base::ParseJson(Ask("GET", "").body);
  EXPECT_EQ(list["heartbeats"][0]["name"], "of-shop");
  EXPECT_EQ(list["heartbeats"][0]["last_at"], nullptr);
  EXPECT_EQ(list["sent"][0]["host"], "deadman.example");
  EXPECT_EQ(list["self"]["healthy"], false);
  EXPECT_EQ(list["self"]["parts"][0]["text"], "stuck");
}

}  // namespace
}  // namespace vedette::api
