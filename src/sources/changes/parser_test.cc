#include "sources/changes/parser.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "base/duration.h"

namespace vedette::sources::changes {
namespace {

const base::TimePoint kNow = base::FromMillis(1000);

TEST(Changes, ReadsWhatPipelinesSay) {
  const auto parsed = Parse(
      R"({"id":"d-1","service":"shop","type":"deployment","version":"v2.3","status":"success",
          "author":"ada","url":"https://ci/1","title":"Release 2.3","time":"1970-01-01T00:00:05Z",
          "data":{"commit":"abc"},"labels":{"region":"eu"},"pipeline":7})",
      kNow);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  ASSERT_EQ(parsed->changes.size(), 1U);
  const model::Change& change = parsed->changes[0];
  EXPECT_EQ(change.id, "d-1");
  EXPECT_EQ(change.service, "shop");
  EXPECT_EQ(change.kind, "deployment");
  EXPECT_EQ(change.version, "v2.3");
  EXPECT_EQ(change.author, "ada");
  EXPECT_EQ(change.url, "https://ci/1");
  EXPECT_EQ(base::ToMillis(change.time), 5000);
  EXPECT_EQ(change.data_json, R"({"commit":"abc"})");
  ASSERT_EQ(change.labels.size(), 2U);
  EXPECT_EQ(change.labels[1].second, "7");
}

TEST(Changes, ReadsTheRecordsOfTheSentinel) {
  const auto parsed = Parse(
      R"({"service":"order","version":"v1.2.3","status":"success","duration":41.5,
          "timestamp":"2026-11-23T07:30:00.250","initiated_by":"ci","commit_id":"0a1b2c3"})",
      kNow);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  ASSERT_EQ(parsed->changes.size(), 1U) << parsed->rejected.at(0).message;
  const model::Change& change = parsed->changes[0];
  EXPECT_EQ(base::FormatTime(change.time), "2026-11-23T07:30:00.250Z");
  EXPECT_EQ(change.author, "ci");
  const std::pair<std::string, std::string> commit("commit", "0a1b2c3");
  EXPECT_EQ(std::count(change.labels.begin(), change.labels.end(), commit), 1);
}

TEST(Changes, FillsInWhatIsLeftOut) {
  const auto parsed = Parse(R"({"changes":[{"service":"shop","version":"v3"}]})", kNow);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  ASSERT_EQ(parsed->changes.size(), 1U);
  EXPECT_EQ(parsed->changes[0].kind, "deployment");
  EXPECT_EQ(parsed->changes[0].title, "deployment of shop v3");
  EXPECT_EQ(parsed->changes[0].time, kNow);
}

TEST(Changes, RefusesAnItemAloneAndNamesItsField) {
  const auto parsed = Parse(
      R"([{"kind":"config"},{"service":"a","time":"soon"},{"service":"b","data":[]},
          {"service":"c"},{"service":"d","title":7}])",
      kNow, {.text_bytes_max = 30});
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->items, 5U);
  ASSERT_EQ(parsed->changes.size(), 1U);
  EXPECT_EQ(parsed->indexes[0], 3U);
  ASSERT_EQ(parsed->rejected.size(), 4U);
  EXPECT_EQ(parsed->rejected[0].field, "service");
  EXPECT_EQ(parsed->rejected[1].field, "time");
  EXPECT_EQ(parsed->rejected[2].field, "data");
  EXPECT_EQ(parsed->rejected[3].field, "title");
}

}  // namespace
}  // namespace vedette::sources::changes
