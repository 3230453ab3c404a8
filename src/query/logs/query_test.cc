#include "query/logs/query.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "query/logs/engine.h"
#include "query/logs/number.h"
#include "records/embedded_store.h"

namespace vedette::query::logs {
namespace {

// A few lines of two services, half of them sealed.
class LogEngineTest : public testing::Test {
 protected:
  LogEngineTest() {
    kv::DbOptions options;
    options.path = "/db";
    options.families = records::Families();
    options.in_memory = true;
    db_ = *kv::Db::Open(options);
    store_ = *records::EmbeddedStore::Create(*db_);
    Add(1, "info", "shop", R"({"path":"/a","status":200,"took":{"ms":5}})");
    Add(2, "error", "shop", R"({"path":"/b","status":503,"took":{"ms":50}})");
    Add(3, "warn", "shop", "connection refused by 10.0.0.1", {{"pod", "p1"}});
    EXPECT_TRUE(store_->Seal().ok());
    Add(64, "error", "cart", "level=error path=/c took=7 msg=\"disk full\"", {{"pod", "p2"}});
    Add(65, "info", "cart", "connection refused by 10.0.0.2", {{"pod", "p2"}});
  }

  void Add(int64_t second, std::string_view level, std::string service, std::string message,
           std::vector<std::pair<std::string, std::string>> fields = {}) {
    model::LogRecord log;
    log.id = std::to_string(second);
    log.time = base::FromMillis(second * 1000);
    log.level = *model::ParseLogSeverity(level);
    log.service = std::move(service);
    log.message = std::move(message);
    log.fields = std::move(fields);
    ASSERT_TRUE(store_->AppendLogs("t", {log}).ok());
  }

  base::Result<Result> Run(std::string query, std::string cursor = "") {
    Request request;
    request.tenant = "t";
    request.query = std::move(query);
    request.cursor = std::move(cursor);
    return Engine(*store_, clock_).Run(request);
  }
  // The ids of the lines, newest first.
  std::string Find(std::string query) {
    const auto result = Run(std::move(query));
    if (!result.ok()) return result.error().message;
    std::string ids;
    for (const auto& record : result->page.records) ids += record.id + " ";
    return ids;
  }
  // "a,b=total[value value];" per series.
  std::string Count(std::string query) {
    const auto result = Run(std::move(query));
    if (!result.ok()) return result.error().message;
    if (!result->stats.has_value()) return "no stats";
    std::string out;
    for (const auto& series : result->stats->series) {
      for (size_t i = 0; i < series.labels.size(); ++i)
        out += (i > 0 ? "," : "") + series.labels[i];
      out += fmt::format("={:g}[", series.total);
      for (size_t i = 0; i < series.values.size(); ++i) {
        out += i > 0 ? " " : "";
        out += series.values[i] ? fmt::format("{:g}", *series.values[i]) : "-";
      }
      out += "];";
    }
    return out;
  }

  base::FakeClock clock_;
  std::unique_ptr<kv::Db> db_;
  std::unique_ptr<records::EmbeddedStore> store_;
};

TEST_F(LogEngineTest, FiltersByLevelFieldWordPhraseAndExpression) {
  EXPECT_EQ(Find("*"), "65 64 3 2 1 ");
  EXPECT_EQ(Find("level>=warn"), "64 3 2 ");
  EXPECT_EQ(Find("level=error service=shop"), "2 ");
  EXPECT_EQ(Find("\"connection refused\""), "65 3 ");
  EXPECT_EQ(Find("Refused and not pod=p1"), "65 ");
  EXPECT_EQ(Find("refuse"), "");
  EXPECT_EQ(Find("*efuse*"), "65 3 ");
  EXPECT_EQ(Find("*\"n refu\"*"), "65 3 ");
  EXPECT_EQ(Find("~\"by 10\\.0\\.0\\.[12]$\""), "65 3 ");
  EXPECT_EQ(Find("!~\"refused|path\""), "");
  EXPECT_EQ(Find("pod!=p2"), "3 2 1 ");
  EXPECT_EQ(Find("pod=~\"^p\" OR (level=info AND service=\"shop\")"), "65 64 3 1 ");
  EXPECT_EQ(Find("message=~\"disk\""), "64 ");
  EXPECT_EQ(Find("10.0.0.2"), "65 ");
}

TEST_F(LogEngineTest, UnderstandsSelectorsAndLineFiltersOfLogQL) {
  EXPECT_EQ(Find("{service=\"shop\"}"), "3 2 1 ");
  EXPECT_EQ(Find("{}"), "65 64 3 2 1 ");
  EXPECT_EQ(Find("{service=~\"c.*\", pod!=\"p1\",} |= \"refused\""), "65 ");
  EXPECT_EQ(Find("{service=~\"sho\"}"), "");  // whole values, as there
  EXPECT_EQ(Find("{service=cart}"), "65 64 ");
  EXPECT_EQ(Find("{service=\"shop\"} |= `\"status\":503`"), "2 ");
  EXPECT_EQ(Find("{} |= \"Refused\""), "");  // case counts, as there
  EXPECT_EQ(Find("{} |= \"fuse\" != \"10.0.0.1\""), "65 ");
  EXPECT_EQ(Find("{} |= \"fused by\" or \"disk\""), "65 64 3 ");
  EXPECT_EQ(Find("{} != \"status\" or \"disk\""), "65 3 ");
  EXPECT_EQ(Find("{} |~ \"re.used\" !~ \"[.]1$\""), "65 ");
  EXPECT_EQ(Find("{service=\"shop\"} | json | status >= 500"), "2 ");
  EXPECT_EQ(Find("{service=\"shop\"} | json |= \"took\" | (status=200 or path=/b)"), "2 1 ");
  EXPECT_EQ(Find("a{b}"), "");  // a word may hold braces
  EXPECT_EQ(Find("{service}").substr(0, 5), "1:9: ");
  EXPECT_EQ(Find("{service=\"shop\"").substr(0, 6), "1:16: ");
  EXPECT_NE(Find("sum by (pod) (count_over_time({service=\"shop\"}[5m]))").find("| count by"),
            std::string::npos);
  EXPECT_NE(Find("rate({service=\"shop\"} |= \"a\" [5m])").find("| count by"), std::string::npos);
  EXPECT_EQ(Find("rate (refused)"), "");  // still two words
}

TEST_F(LogEngineTest, CountsARangeAsAWholeUnlessTheQueryNamesAStep) {
  Request request;
  request.tenant = "t";
  request.query = "* | count";
  request.from = base::FromMillis(2);
  request.to = base::FromMillis(65'000);
  EXPECT_GT(Engine(*store_, clock_).Run(request)->stats->times.size(), 50U);
  request.whole = true;
  const auto whole = Engine(*store_, clock_).Run(request);
  EXPECT_EQ(whole->stats->times, std::vector<base::TimePoint>{request.from});
  EXPECT_EQ(whole->stats->series.at(0).values.at(0), whole->stats->series[0].total);
  request.query = "* | count [30s]";
  EXPECT_EQ(Engine(*store_, clock_).Run(request)->stats->times.size(), 3U);
}

TEST_F(LogEngineTest, FormatsMessagesFromFields) {
  const auto first = [&](std::string query) {
    const auto result = Run(std::move(query));
    if (!result.ok()) return result.error().message;
    return result->page.records.empty() ? "" : result->page.records[0].message;
  };
  EXPECT_EQ(first("service=shop | json | where status=503 | format \"{status} {path} {no}|\""),
            "503 /b |");
  EXPECT_EQ(first("{pod=\"p2\"} | line_format `{{.level}} {{ .pod }}: {{.message}} \\{x\\}`"),
            "info p2: connection refused by 10.0.0.2 {x}");
  EXPECT_EQ(first("* | format \"{time} {service} {id}\""), "1970-01-01T00:01:05.000Z cart 65");
  EXPECT_EQ(first("* | format \"{time\"").substr(0, 6), "1:12: ");
  EXPECT_EQ(first("* | format \"{}\"").substr(0, 6), "1:12: ");
  EXPECT_EQ(first("* | format \"{{ if .x }}\"").substr(0, 6), "1:12: ");
}

TEST_F(LogEngineTest, CountsDistinctValues) {
  EXPECT_EQ(Count("* | count_distinct(service)"), "=2[2];");
  EXPECT_EQ(Count("* | count_distinct(pod) by (service) [1m]"), "cart=1[0 1];shop=1[1 0];");
  EXPECT_EQ(Count("* | json | count_distinct(path)"), "=2[2];");
  EXPECT_EQ(Count("* | count_distinct(nothing)"), "");
}

TEST_F(LogEngineTest, ExtractsFieldsAndFiltersByThem) {
  EXPECT_EQ(Find("* | parse json | where status >= 500"), "2 ");
  EXPECT_EQ(Find("* | parse json | where took.ms < 10"), "1 ");
  EXPECT_EQ(Find("* | json | where status>=500"), "2 ");
  EXPECT_EQ(Find("* | logfmt | where took >= 7000ms"), "64 ");
  EXPECT_EQ(Find("* | regexp \"by (?P<ip>[0-9.]+)\" | where ip=10.0.0.2"), "65 ");
  EXPECT_EQ(Find("* | parse logfmt | where msg=\"disk full\""), "64 ");
  EXPECT_EQ(Find("* | parse regex \"by (?P<ip>[0-9.]+)\" | where ip=10.0.0.2"), "65 ");
  const auto result = Run("service=shop | parse json | fields path, status | limit 1");
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->fields, (std::vector<std::string>{"path", "status"}));
  EXPECT_EQ(result->page.records.size(), 1u);
  EXPECT_EQ(Find("* | parse json | sort by took.ms desc | limit 2"), "2 1 ");
  EXPECT_EQ(Find("* | parse json | sort by took.ms"), "1 2 65 64 3 ");
}

TEST_F(LogEngineTest, CountsByFieldsOverTime) {
  EXPECT_EQ(Count("* | count"), "=5[5];");
  EXPECT_EQ(Count("* | count by (level)"), "error=2[2];info=2[2];warning=1[1];");
  EXPECT_EQ(Count("* | count by (service) [1m]"), "shop=3[3 0];cart=2[0 2];");
  EXPECT_EQ(Count("refused | rate by (service) [10s]"),
            "cart=0.0142857[0 0 0 0 0 0 0.1];shop=0.0142857[0.1 0 0 0 0 0 0];");
  EXPECT_EQ(Count("* | top 1 pod"), "=2[2];");
  EXPECT_EQ(Count("pod=~\".\" | top 1 pod"), "p2=2[2];");
  EXPECT_EQ(Count("* | parse json | sum(took.ms)"), "=55[55];");
  EXPECT_EQ(Count("* | parse json | max(took.ms) by (path) [1m]"), "/b=50[50];/a=5[5];");
  EXPECT_EQ(Count("* | parse json | p50(took.ms)"), "=5[5];");
}

TEST_F(LogEngineTest, WithoutARangeTheLinesAreTheRange) {
  EXPECT_EQ(Count("* | rate"), "=0.078125[0.078125];") << "5 lines in 64 seconds";
  const auto result = Run("service=cart | rate");
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->stats->times, std::vector<base::TimePoint>{base::FromMillis(64'000)});
  EXPECT_EQ(Count("nothing | rate"), "");
}

TEST_F(LogEngineTest, PatternsAreCountedAcrossValuesAndFoundById) {
  const auto result = Run("refused | pattern");
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->stats->series.size(), 2u) << "one of each service";
  const std::string id = result->stats->series[0].labels[0];
  EXPECT_EQ(Count("pattern=" + id + " | count"), "=1[1];");
}

TEST_F(LogEngineTest, StopsAtItsLimitsAndSaysSo) {
  Engine small(*store_, clock_, {.series_max = 1});
  Request request;
  request.tenant = "t";
  request.query = "* | count by (level)";
  const auto stopped = small.Run(request);
  ASSERT_TRUE(stopped.ok());
  EXPECT_FALSE(stopped->stats->complete);
  EXPECT_EQ(stopped->stats->warning, "stopped at the limit of 1 series");
  request.cancelled = [] { return true; };
  EXPECT_EQ(small.Run(request).error().code, base::ErrorCode::kUnavailable);
}

TEST_F(LogEngineTest, ReadsNoMoreThanItsBytesAndSaysSo) {
  ASSERT_TRUE(store_->Seal().ok());
  Engine small(*store_, clock_, {.bytes_max = 1});
  Request request;
  request.tenant = "t";
  request.query = "* | parse json | count";
  const auto counted = small.Run(request);
  ASSERT_TRUE(counted.ok());
  EXPECT_FALSE(counted->stats->complete);
  EXPECT_EQ(counted->stats->warning, "stopped after reading 1 bytes");
  EXPECT_EQ(counted->stats->lines_scanned, 2u) << "of the newer block";
  // Lines come a block at a time, and the cursor goes on.
  request.query = "*";
  const auto page = small.Run(request);
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_EQ(page->page.records.size(), 2u);
  EXPECT_EQ(page->warning, "stopped after reading 1 bytes");
  request.cursor = page->page.next_cursor;
  const auto next = small.Run(request);
  ASSERT_TRUE(next.ok()) << next.error().message;
  EXPECT_EQ(next->page.records.size(), 3u);
  EXPECT_EQ(next->page.next_cursor, "");
  EXPECT_EQ(next->warning, "");
}

TEST_F(LogEngineTest, EndsWhenTheClientGoesOrItsTimeIsOver) {
  ASSERT_TRUE(store_->Seal().ok());
  Request request;
  request.tenant = "t";
  for (const char* query : {"*", "* | count"}) {
    request.query = query;
    int asked = 0;
    request.cancelled = [&] { return ++asked > 1; };  // between the blocks
    EXPECT_EQ(Engine(*store_, clock_).Run(request).error().code, base::ErrorCode::kUnavailable);
    request.cancelled = [&] {
      clock_.Advance(std::chrono::seconds(40));
      return false;
    };
    const auto late = Engine(*store_, clock_).Run(request);
    ASSERT_TRUE(late.ok()) << query;
    EXPECT_EQ(late->stats ? late->stats->warning : late->warning, "stopped after 30s");
  }
}

TEST(LogNumber, KnowsUnitsOfTimeAndSize) {
  EXPECT_EQ(NumberOf("250ms"), 0.25);
  EXPECT_EQ(NumberOf("1m30.5s"), 90.5);
  EXPECT_EQ(NumberOf("-2h"), -7200);
  EXPECT_DOUBLE_EQ(*NumberOf("350\u00b5s"), 350e-6);
  EXPECT_EQ(NumberOf("4KiB"), 4096);
  EXPECT_EQ(NumberOf("1.5MB"), 1.5e6);
  EXPECT_EQ(NumberOf("1e3"), 1000);
  for (const char* text : {"", "x", "1x", "1KB2KB", "1s-2s", "inf", "nan", "1 s", "s"}) {
    EXPECT_FALSE(NumberOf(text).has_value()) << text;
  }
}

TEST(LogQuery, NamesThePlaceOfAMistake) {
  const auto message = [](std::string_view text) { return Parse(text).error().message; };
  EXPECT_EQ(message("level>=loud"),
            "1:8: level is compared by =, !=, >, >=, < or <= with trace, debug, info, warning, "
            "error or fatal");
  EXPECT_EQ(message("a (b"), "1:5: expected \")\", not end of the query");
  EXPECT_EQ(message("\"open"), "1:1: the quoted text does not end");
  EXPECT_EQ(
      message("a |\n  cuont"),
      "2:3: no stage is called \"cuont\"; there are where, parse, fields, format, sort, limit, "
      "count, count_distinct, rate, sum, avg, min, max, p50, p90, p95, p99, top and pattern");
  EXPECT_EQ(message("x=~\"(\"").substr(0, 12), "1:4: regex: ");
  EXPECT_EQ(message("x > y"), "1:5: > needs a number, not \"y\"");
  EXPECT_EQ(message("* | count | where a"), "1:13: only limit and sort may follow counted lines");
  EXPECT_EQ(message("* | limit 2 | count by (level)"),
            "1:15: limit and sort stand behind what counts lines");
  EXPECT_EQ(message("* | sort by took | top 3 by pod"),
            "1:20: limit and sort stand behind what counts lines");
  EXPECT_EQ(message("* | limit 0"), "1:11: expected a number from 1 to 10000");
  EXPECT_EQ(message("* | count [x]"), "1:12: expected a duration such as 30s or 5m");
  EXPECT_EQ(message(""), "1:1: expected a word, a \"phrase\" or field=value, not end of the query");
  EXPECT_EQ(message(std::string(200, '(')), "1:65: nested deeper than 64");
  EXPECT_EQ(Parse("a").ok(), true);
  EXPECT_EQ(Parse("x").value().condition->parts.size(), 1u);
}

}  // namespace
}  // namespace vedette::query::logs
