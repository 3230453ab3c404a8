#include "api/compat/chatbot/trend.h"

#include <gtest/gtest.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/testing/ask_routes.h"
#include "base/json.h"
#include "base/testing/fake_clock.h"
#include "query/testing/memory_store.h"

namespace vedette::api::compat::chatbot {
namespace {

const base::TimePoint kNow = base::FromMillis(1'800'000'000'000);

class TrendTest : public testing::Test {
 protected:
  // A value per minute, of so many minutes ago to now.
  void Fill(const model::Labels& labels, int minutes, double (*value)(int minutes_ago)) {
    for (int ago = minutes; ago >= 0; --ago) {
      store_.Add("shop", labels, base::ToMillis(kNow) - ago * 60'000, value(ago));
    }
  }
  net::Response Ask(const std::string& body) {
    return AskRoutes(routes_, "POST", "/metrics/trend", body, "application/json", kNow);
  }
  base::Json Trend(const std::string& body) {
    const net::Response response = Ask(body);
    EXPECT_EQ(response.status, 200) << response.body;
    return base::ParseJson(response.body).value();
  }

  base::FakeClock clock_;
  query::testing::MemoryStore store_;
  query::Engine engine_{{}, store_, clock_};
  std::vector<Route> routes_ = TrendRoutes(engine_);
};

const model::Labels kLag({{"__name__", "kafka_consumer_lag"}, {"component", "kafka"}});

TEST_F(TrendTest, SeesTheWholeOfTheWindow) {
  // Flat in the last hour, which S5 looked at alone; it rose in the hours before.
  Fill(kLag, 360, [](int ago) { return ago > 60 ? 1000.0 - ago : 1000.0; });
  const base::Json json =
      Trend(R"({"component":"kafka","metric_name":"kafka_consumer_lag","hours":6})");
  EXPECT_EQ(json["result"]["direction"], "INCREASING") << json;
  EXPECT_EQ(json["result"]["latest"], 1000);
  EXPECT_EQ(json["query_hours"], 6);
  EXPECT_EQ(json["metric"], "kafka_consumer_lag");
  EXPECT_NE(json["trend"].get<std::string>().find("INCREASING"), std::string::npos);
  EXPECT_EQ(
      Trend(R"({"component":"kafka","metric_name":"kafka_consumer_lag","hours":1})")["result"]
                                                                                    ["direction"],
      "STABLE");
}

TEST_F(TrendTest, FallsBackToTheNameAlone) {
  Fill(model::Labels({std::pair("__name__", "flink_task_throughput")}), 360,
       [](int ago) { return 100.0 + ago; });
  EXPECT_EQ(
      Trend(
          R"({"component":"flink","metric_name":"flink_task_throughput"})")["result"]["direction"],
      "DECREASING");
}

TEST_F(TrendTest, IsNeverThatOfAnotherComponent) {
  Fill(model::Labels({{"__name__", "m_a"}, {"component", "kafka"}}), 60, [](int) { return 1.0; });
  Fill(model::Labels({std::pair("__name__", "kafka_consumer_lag")}), 60, [](int) { return 1.0; });
  for (const std::string metric : {"m_a", "kafka_consumer_lag"}) {
    const auto of = [&](const std::string& component) {
      return Trend(R"({"metric_name":")" + metric + R"(","component":")" + component + "\"}");
    };
    EXPECT_TRUE(of("flink")["result"].is_null()) << metric;
    EXPECT_FALSE(of("kafka")["result"].is_null()) << metric;
  }
}

TEST_F(TrendTest, SaysWhenThereIsNothingAndWhatIsWrong) {
  EXPECT_TRUE(Trend(R"({"component":"kafka","metric_name":"none"})")["result"].is_null());
  EXPECT_EQ(Ask(R"({"component":"kafka"})").status, 400);
  EXPECT_EQ(Ask(R"({"metric_name":"x"})").status, 400);
  EXPECT_EQ(Ask(R"({"component":"k","metric_name":"x","hours":0})").status, 400);
  const net::Response short_span = Ask(R"({"component":"k","metric_name":"x","hours":0.01})");
  EXPECT_EQ(short_span.status, 400);
  EXPECT_NE(short_span.body.find("hours must be at least a minute"), std::string::npos);
  EXPECT_EQ(Ask(R"({"component":"k","metric_name":"x","hours":0.017})").status, 200);
  EXPECT_EQ(Ask(R"({"component":"k","metric_name":"x","hours":"1h} or up[1m"})").status, 400);
  EXPECT_EQ(Ask("[").status, 400);
}

}  // namespace
}  // namespace vedette::api::compat::chatbot
