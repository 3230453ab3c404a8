#include "api/prometheus_status.h"

#include <gtest/gtest.h>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "query/parser.h"
#include "query/testing/memory_store.h"

namespace vedette::api {
namespace {

using nlohmann::json;

// Counts as it is told.
class CountingStore final : public query::testing::MemoryStore {
 public:
  base::Result<series::Cardinality> CountSeries(
      const series::CardinalityRequest& request) override {
    asked = request;
    series::Cardinality found;
    found.series = 3;
    found.label_pairs = 4;
    found.min_ms = 1'000;
    found.max_ms = 61'000;
    found.series_by_metric = {{"up", 3}};
    found.series_by_value = {{"a", 2}};
    return found;
  }
  std::vector<series::NamedCount> SeriesByTenant() override { return {{"acme", 3}, {"b", 1}}; }
  series::CardinalityRequest asked;
};

class StatusRoute : public testing::Test {
 protected:
  net::Response Ask(const std::string& path, const std::string& parameters = "",
                    bool any_tenant = false) {
    net::Request request;
    request.query = net::ParseParameters(parameters).value_or(net::Parameters());
    const auto facts = [] {
      ServerFacts made;
      made.config = "listen: x\n";
      made.settings = {{"limits.query_timeout", "30s"}};
      made.retention = "15d";
      return made;
    };
    for (const Route& route : ServerStatusRoutes(facts, store_, log_)) {
      if (route.pattern != path) continue;
      EXPECT_EQ(route.permission, Permission::kRead);
      return route.handler(Call{.request = request,
                                .caller = {"test", "acme", any_tenant},
                                .path_values = {},
                                .now = base::FromMillis(60'000)});
    }
    return net::TextResponse(404, "");
  }
  json Data(const std::string& path, const std::string& parameters = "") {
    return json::parse(Ask(path, parameters).body)["data"];
  }

  CountingStore store_;
  base::MetricsRegistry registry_;
  query::QueryLog log_{{.slow = base::Duration(100), .records_max = 2}, registry_};
};

TEST_F(StatusRoute, SaysWhatClientsAskBeforeTheyQuery) {
  EXPECT_EQ(Data("/api/v1/status/buildinfo")["version"], "3.5.0");
  EXPECT_EQ(Data("/api/v1/status/config")["yaml"], "listen: x\n");
  EXPECT_EQ(Data("/api/v1/status/flags")["limits.query_timeout"], "30s");
  EXPECT_EQ(Data("/api/v1/status/runtimeinfo")["storageRetention"], "15d");
  EXPECT_EQ(Data("/api/v1/status/walreplay")["state"], "done");
  EXPECT_EQ(Data("/api/v1/alertmanagers")["activeAlertmanagers"], json::array());
  EXPECT_EQ(Data("/api/v1/notifications"), json::array());
  EXPECT_TRUE(Data("/api/v1/features").is_object());
}

TEST_F(StatusRoute, ClaimsOfTheLanguageWhatTheParserTakes) {
  const std::map<std::string, std::string> examples = {
      {"anchored", "rate(x[5m] anchored)"},
      {"at_modifier", "x @ 1"},
      {"bool", "x == bool 1"},
      {"by", "sum by (a) (x)"},
      {"duration_expr", "rate(x[2 * step() + 1m])"},
      {"group_left", "x / on (a) group_left (b) y"},
      {"group_right", "x / on (a) group_right (b) y"},
      {"ignoring", "x / ignoring (a) y"},
      {"negative_offset", "x offset -5m"},
      {"offset", "x offset 5m"},
      {"on", "x / on (a) y"},
      {"subqueries", "max_over_time(x[5m:1m])"},
      {"without", "sum without (a) (x)"},
  };
  const json promql = Data("/api/v1/features")["promql"];
  ASSERT_EQ(promql.size(), examples.size() + 1);  // and one without a syntax
  for (const auto& [name, claimed] : promql.items()) {
    if (name == "delayed_name_removal") continue;
    ASSERT_TRUE(examples.contains(name)) << name;
    const query::QueryTimes times{.step_ms = 1000, .range_ms = 60'000};
    EXPECT_EQ(query::Parse(examples.at(name), times).ok(), claimed.get<bool>()) << name;
  }
}

TEST_F(StatusRoute, CountsSeriesOfTheCallersTenant) {
  const json tsdb = Data("/api/v1/status/tsdb", "limit=7");
  EXPECT_EQ(store_.asked.tenant, "acme");
  EXPECT_EQ(store_.asked.limit, 7U);
  EXPECT_EQ(tsdb["headStats"]["numSeries"], 3);
  EXPECT_EQ(tsdb["headStats"]["minTime"], 1'000);
  EXPECT_EQ(tsdb["headStats"]["maxTime"], 61'000);
  EXPECT_EQ(Ask("/api/v1/status/tsdb", "limit=0").status, 400);
  EXPECT_EQ(tsdb["seriesCountByMetricName"], json::parse(R"([{"name":"up","value":3}])"));
  EXPECT_EQ(Ask("/api/v1/status/tsdb", "limit=10001").status, 400);
}

TEST_F(StatusRoute, ExploresByPrefixAndLabel) {
  const json found = Data("/api/v1/cardinality", "prefix=a&label=job");
  EXPECT_EQ(store_.asked.prefix, "a");
  EXPECT_EQ(store_.asked.label, "job");
  EXPECT_EQ(found["seriesByValue"], json::parse(R"([{"name":"a","value":2}])"));
  EXPECT_FALSE(found.contains("seriesByTenant"));
  EXPECT_NE(Ask("/api/v1/cardinality", "", true).body.find(R"("name":"b","value":1)"),
            std::string::npos);
  EXPECT_EQ(Ask("/api/v1/cardinality", "prefix=" + std::string(1025, 'x')).status, 400);
}

TEST_F(StatusRoute, ListsTheLastSlowQueriesOfTheTenant) {
  const auto end = [this](const std::string& tenant, const std::string& text, double seconds) {
    log_.Begin();
    query::QueryRecord record;
    record.tenant = tenant;
    record.text = text;
    record.kind = "range";
    record.stats.seconds = seconds;
    record.stats.samples_read = 5;
    log_.End(std::move(record), false);
  };
  end("acme", "quick", 0.05);
  end("acme", "oldest", 0.3);
  end("acme", "slow", 0.2);
  end("other", "secret", 0.2);
  const json list = Data("/api/v1/status/slow_queries");
  EXPECT_EQ(list["thresholdSeconds"], 0.1);
  ASSERT_EQ(list["queries"].size(), 1U);
  EXPECT_EQ(list["queries"][0]["query"], "slow");
  EXPECT_EQ(list["queries"][0]["samplesRead"], 5);
  EXPECT_NE(registry_.WriteText().find("vedette_query_slow_total 3"), std::string::npos);
  EXPECT_NE(registry_.WriteText().find("vedette_query_samples_total 20"), std::string::npos);
}

}  // namespace
}  // namespace vedette::api
