#include "api/compat/opsbuddy/incidents.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/json.h"
#include "ingest/testing/fake_stores.h"

namespace vedette::api::compat::opsbuddy {
namespace {

using std::chrono::minutes;

const base::TimePoint kNow = *base::ParseTime("2026-11-21T12:00:00Z");

class OpsBuddyIncidentsTest : public testing::Test {
 protected:
  void Line(model::LogSeverity level, std::string service, std::string message,
            base::Duration ago) {
    model::LogRecord record;
    record.time = kNow - ago;
    record.level = level;
    record.service = std::move(service);
    record.message = std::move(message);
    ASSERT_TRUE(records_.AppendLogs("shop", {record}).ok());
  }
  base::Json Ask(const std::string& method, const std::string& pattern,
                 const std::string& query = "", base::TimePoint now = kNow) {
    net::Request request;
    request.method = method;
    request.query = *net::ParseParameters(query);
    for (const Route& route : routes_) {
      if (route.method != method || route.pattern != "/api/incidents" + pattern) continue;
      const net::Response response = route.handler({.request = request,
                                                    .caller = {"key", "shop"},
                                                    .path_values = {{"service", "files"}},
                                                    .now = now});
      status_ = response.status;
      return *base::ParseJson(response.body);
    }
    return {};
  }

  int status_ = 0;
  ingest::FakeRecordStore records_;
  std::vector<Route> routes_ = IncidentRoutes(records_, {"1.0", kNow - minutes(90)});
};

TEST_F(OpsBuddyIncidentsTest, LinesThatSayTheSameAreOneIncident) {
  for (int i = 1; i <= 30; ++i) {
    Line(model::LogSeverity::kError, "files", "Upload failed", minutes(i));
  }
  Line(model::LogSeverity::kFatal, "gateway", "out of memory", minutes(5));
  Line(model::LogSeverity::kWarning, "gateway", "slow", minutes(5));
  Line(model::LogSeverity::kError, "files", "Upload failed", minutes(61));

  for (const char* path : {"", "/incidents"}) {
    const base::Json answer = Ask("GET", path);
    EXPECT_EQ(answer["total_errors"], 31);
    EXPECT_EQ(answer["services_affected"], base::Json({"files", "gateway"}));
    EXPECT_EQ(answer["error_breakdown"]["files"], 30);
    ASSERT_EQ(answer["recent_errors"].size(), 2u);
    const base::Json& recent = answer["recent_errors"][0];
    EXPECT_EQ(recent["service"], "files");
    EXPECT_EQ(recent["count"], 30);
    EXPECT_EQ(recent["first_seen"], "2026-11-21T11:30:00.000Z");
    EXPECT_EQ(recent["timestamp"], "2026-11-21T11:59:00.000Z");
    EXPECT_EQ(recent["incident_id"].get<std::string>().size(), 16u);
    EXPECT_EQ(answer["recent_errors"][1]["level"], "CRITICAL");
  }
  EXPECT_EQ(Ask("GET", "", "hours=2")["total_errors"], 32);
}

TEST_F(OpsBuddyIncidentsTest, TheErrorsOfOneService) {
  Line(model::LogSeverity::kError, "files", "Upload failed", minutes(1));
  Line(model::LogSeverity::kError, "gateway", "other", minutes(1));
  const base::Json answer = Ask("GET", "/errors/{service}");
  EXPECT_EQ(answer["service"], "files");
  EXPECT_EQ(answer["total_errors"], 1);
  EXPECT_EQ(answer["errors"][0]["message"], "Upload failed");
}

TEST_F(OpsBuddyIncidentsTest, ACheckTellsOnlyWhatIsNew) {
  Line(model::LogSeverity::kError, "files", "Upload failed", minutes(80));
  const base::Json first = Ask("POST", "/check");
  EXPECT_EQ(first["errors_found"], 1) << "the first looks at all since the start";
  EXPECT_EQ(first["events"][0]["event_type"], "error_detected");
  EXPECT_EQ(first["events"][0]["data"]["service"], "files");
  EXPECT_EQ(Ask("POST", "/check", "", kNow + minutes(1))["errors_found"], 0);
}

TEST_F(OpsBuddyIncidentsTest, HoursAreBounded) {
  for (const char* query : {"hours=0", "hours=-1", "hours=x", "hours=100000"}) {
    Ask("GET", "", query);
    EXPECT_EQ(status_, 422) << query;
  }
}

}  // namespace
}  // namespace vedette::api::compat::opsbuddy
