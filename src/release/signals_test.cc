#include "release/signals.h"

#include <gtest/gtest.h>

#include "release/counts.h"

namespace vedette::release {
namespace {

model::Labels With(std::string name, std::string value) {
  return model::Labels({{std::move(name), std::move(value)}});
}

TEST(Signals, KnowFailuresByEveryUsualLabel) {
  const struct {
    const char* label;
    const char* value;
    bool failed;
  } cases[] = {{"code", "200", false},
               {"code", "503", true},
               {"code", "404", false},
               {"status", "5xx", true},
               {"status_code", "0DC", true},
               {"response_code", "0", true},
               {"http_response_status_code", "500", true},
               {"grpc_code", "Unavailable", true},
               {"grpc_code", "NotFound", false},
               {"outcome", "SERVER_ERROR", true},
               {"outcome", "CLIENT_ERROR", false},
               {"classification", "failure", true}};
  for (const auto& c : cases) {
    EXPECT_EQ(Failed(With(c.label, c.value)), c.failed) << c.label << "=" << c.value;
  }
  EXPECT_FALSE(Failed(With("path", "/500")).has_value());
}

TEST(Signals, TellOneVersionInItsForms) {
  EXPECT_TRUE(SameVersion("v1.2", "1.2"));
  EXPECT_TRUE(SameVersion("registry:5000/shop:1.2", "1.2"));
  EXPECT_TRUE(SameVersion("9f3a2c1", "9f3a2c1d00e4f5a6b7c8d9e0f1a2b3c4d5e6f708"));
  EXPECT_FALSE(SameVersion("1.2", "1.20"));
  EXPECT_FALSE(SameVersion("v", "1"));
  EXPECT_FALSE(SameVersion("", "1"));
}

TEST(Signals, OwnNamesComeFirst) {
  Options options;
  options.request_metrics = {"shop_requests_total"};
  EXPECT_EQ(NamesFor(options).requests[0], "shop_requests_total");
  EXPECT_GT(NamesFor(options).requests.size(), 10U);
}

TEST(Signals, ValuesAreEscaped) { EXPECT_EQ(Matching("a", "x\"y\\z\n"), R"(a="x\"y\\z\n")"); }

query::MatrixSeries Row(std::vector<int64_t> times, std::vector<double> values) {
  query::MatrixSeries row;
  row.samples.t_ms = std::move(times);
  row.samples.values = std::move(values);
  return row;
}

TEST(Counts, SeeRestartsAndFirstValues) {
  const Grid grid{.start_ms = 0, .step_ms = 10, .points = 5};

  EXPECT_EQ(Increases(Row({0, 10, 20, 30, 40}, {5, 7, 7, 2, 3}), grid, 0),
            (std::vector<double>{2, 0, 2, 1}));
  // It appears while others are watched: from zero. With them: as it is.
  EXPECT_EQ(Increases(Row({20, 30}, {4, 6}), grid, 0), (std::vector<double>{0, 4, 2, 0}));
  EXPECT_EQ(Increases(Row({20, 30}, {4, 6}), grid, 2), (std::vector<double>{0, 0, 2, 0}));
  // What grew while nobody scraped belongs to the next value.
  EXPECT_EQ(Increases(Row({0, 40}, {1, 9}), grid, 0), (std::vector<double>{0, 0, 0, 8}));
}

TEST(Signals, SeveralValuesAreOnePattern) {
  EXPECT_EQ(MatchingAny("space", {"a.b"}), "space=\"a.b\"");
  EXPECT_EQ(MatchingAny("space", {"", "a.b", "c"}), "space=~\"|a\\\\.b|c\"");
}

}  // namespace
}  // namespace vedette::release
