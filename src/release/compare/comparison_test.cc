#include "release/compare/comparison.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "query/testing/memory_store.h"
#include "release/compare/run_book.h"

namespace vedette::release::compare {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr base::TimePoint kNow{base::Duration(1'760'000'040'000)};
constexpr base::Duration kWeek = hours(7 * 24);

class ComparisonTest : public ::testing::Test {
 protected:
  // A counter that grows by so much a minute in the window that ends then.
  void Grow(const std::string& service, const std::string& code, double a_minute,
            base::TimePoint end, base::Duration since = minutes(60)) {
    for (base::TimePoint at = end - since; at <= end; at += minutes(1)) {
      const double value = a_minute * static_cast<double>((at - (end - since)) / minutes(1));
      Put("requests", {{"service", service}, {"code", code}}, at, value);
    }
  }
  void Level(const std::string& node, double value, base::TimePoint end) {
    for (base::TimePoint at = end - minutes(60); at <= end; at += minutes(1)) {
      Put("cpu", {{"node", node}}, at, value);
    }
  }
  void Put(std::string name, std::vector<std::pair<std::string, std::string>> labels,
           base::TimePoint at, double value) {
    labels.emplace_back("__name__", std::move(name));
    store_.Add(model::TenantName(model::kDefaultTenant), model::Labels(std::move(labels)),
               base::ToMillis(at), value);
  }
  Report Compare() {
    Ask ask;
    ask.instant = [this](const query::InstantQuery& query) { return engine_.Instant(query); };
    ask.range = [this](const query::RangeQuery& query) { return engine_.Range(query); };
    return compare::Run(comparison_, ask, kNow);
  }
  static std::vector<std::string> Texts(const Report& report) {
    std::vector<std::string> texts;
    for (const Finding& finding : report.findings) texts.push_back(finding.text);
    return texts;
  }
  void SetUp() override {
    comparison_.name = "test";
    comparison_.requests = {{.name = "services",
                             .selector = "requests",
                             .key = {"service"},
                             .code = "code",
                             .limits = {{"5xx", {.count = 50, .percent = 100, .unseen = 10}},
                                        {"0DC", {.count = 50, .percent = 100, .unseen = 10}}},
                             .in_a_row = {},
                             .skip = {"internal-"}}};
  }

  Comparison comparison_;
  query::testing::MemoryStore store_;
  const base::SystemClock clock_;
  query::Engine engine_{{}, store_, clock_};
};

using Strings = std::vector<std::string>;

TEST(ClassOf, KnowsTheSixClasses) {
  EXPECT_EQ(ClassOf("204"), "2xx");
  EXPECT_EQ(ClassOf("5xx"), "5xx");
  EXPECT_EQ(ClassOf("0"), "0DC");
  EXPECT_EQ(ClassOf("0DC"), "0DC");
  EXPECT_EQ(ClassOf("OK"), "unknown");
  EXPECT_EQ(ClassOf(""), "unknown");
}

TEST_F(ComparisonTest, IncreasesBeyondBothLimitsAreFound) {
  Grow("pay", "200", 1000, kNow);
  Grow("pay", "200", 1000, kNow - kWeek);
  Grow("pay", "503", 3, kNow);
  Grow("pay", "503", 1, kNow - kWeek);
  Grow("cart", "200", 1000, kNow - kWeek);
  Grow("cart", "500", 1.5, kNow);  // 50 % more: not beyond
  Grow("cart", "500", 1, kNow - kWeek);

  const Report report = Compare();

  EXPECT_EQ(Texts(report), (Strings{"pay: 180 5xx answers, after 60: 200 % more"}));
  EXPECT_EQ(report.findings[0].kind, "increase");
  ASSERT_EQ(report.tables[0].rows.size(), 2U);
  EXPECT_EQ(report.tables[0].rows[0].name, "pay");  // most errors first
  EXPECT_EQ(report.tables[0].rows[0].values.at("2xx").first, 60'000);
}

TEST_F(ComparisonTest, ErrorsFromZeroAreFound) {
  for (const base::TimePoint end : {kNow, kNow - kWeek}) Grow("pay", "200", 1000, end);
  Grow("pay", "500", 5, kNow, minutes(10));
  Grow("pay", "0", 1, kNow, minutes(5));  // 5: not more than 10

  EXPECT_EQ(Texts(Compare()), (Strings{"pay: 50 5xx answers, where there were none"}));
}

TEST_F(ComparisonTest, NoPastIsSaidAndSkippedRowsAreLeftOut) {
  Grow("pay", "500", 1000, kNow);
  Grow("internal-probe", "500", 1000, kNow);

  const Report report = Compare();

  EXPECT_TRUE(report.findings.empty());
  EXPECT_EQ(report.notes, (Strings{"No historical data available for services"}));
  ASSERT_EQ(report.tables[0].rows.size(), 1U);
  EXPECT_FALSE(report.tables[0].rows[0].values.at("5xx").second);
}

TEST_F(ComparisonTest, ErrorsInARowAreFoundWithTheLargestRun) {
  comparison_.requests[0].in_a_row = {{"5xx", {.count = 4, .points = 3}}};
  Grow("pay", "200", 10, kNow);
  Grow("pay", "500", 5, kNow, minutes(8));

  const Report report = Compare();

  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].kind, "in_a_row");
  EXPECT_EQ(report.findings[0].now, 40);
  EXPECT_EQ(report.tables[0].rows[0].most_in_a_row.at("5xx"), 40);
}

TEST_F(ComparisonTest, LevelsRiseByPointsOrStayAboveALimit) {
  LevelGroup cpu;
  cpu.name = "CPU";
  cpu.query = "cpu";
  cpu.key = {"node"};
  cpu.unit = "%";
  cpu.rise = 10;
  cpu.limit = 80;
  comparison_.levels = {cpu};
  Level("a", 55, kNow);
  Level("a", 40, kNow - kWeek);
  Level("b", 45, kNow);
  Level("b", 40, kNow - kWeek);
  Level("c", 85, kNow);
  Level("c", 90, kNow - kWeek);

  EXPECT_EQ(Texts(Compare()), (Strings{"a: CPU 55.00 %, after 40.00",
                                       "c: CPU above 80 % at least 3 times in a row"}));
}

TEST_F(ComparisonTest, NewMembersAreNamed) {
  comparison_.members = {
      {.name = "nodes", .query = "node_up", .key = {"cluster"}, .member = "node"}};
  for (const char* node : {"r1", "r2"}) {
    Put("node_up", {{"cluster", "db"}, {"node", node}}, kNow, 1);
  }
  Put("node_up", {{"cluster", "db"}, {"node", "r1"}}, kNow - kWeek, 1);

  EXPECT_EQ(Texts(Compare()), (Strings{"db: 2 members (r1, r2), after 1 (r1)"}));
}

TEST_F(ComparisonTest, AnExpressionThatCannotBeReadIsInItsTable) {
  comparison_.requests[0].selector = "sum by (";

  const Report report = Compare();

  ASSERT_EQ(report.tables.size(), 1U);
  EXPECT_FALSE(report.tables[0].error.empty());
}

TEST_F(ComparisonTest, TheDefaultIsReadable) {
  comparison_ = Default();
  const Report report = Compare();

  EXPECT_EQ(report.tables.size(),
            comparison_.requests.size() + comparison_.levels.size() + comparison_.members.size());
  for (const Table& table : report.tables) EXPECT_EQ(table.error, "") << table.group;
}

TEST_F(ComparisonTest, AFindingHasEvidenceWithItsQuestionAndItsNumbers) {
  const auto database = *sql::Database::Open({.path = ":memory:"});
  // As the store of anomalies makes it (docs/formats/state.md).
  ASSERT_TRUE(database
                  ->Transact([](sql::Session& session) -> base::Result<> {
                    VEDETTE_TRY_VOID(session.Execute(
                        "CREATE TABLE evidence (id TEXT PRIMARY KEY, tenant TEXT, query TEXT, "
                        "from_time BIGINT, to_time BIGINT, result TEXT, taken_at BIGINT, "
                        "language TEXT, step_ms BIGINT)",
                        {}));
                    return {};
                  })
                  .ok());
  const auto book = *RunBook::Open(*database);
  Grow("shop", "500", 10, kNow);
  Grow("shop", "500", 1, kNow - kWeek);
  Grow("cart", "500", 20, kNow);
  Grow("cart", "500", 1, kNow - kWeek);
  const Report report = Compare();
  ASSERT_EQ(report.findings.size(), 2U);
  StoredRun run{.id = "cr_1",
                .tenant = comparison_.tenant,
                .name = "test",
                .ran_at = kNow + minutes(1),
                .reference = kNow,
                .findings = 2,
                .report_json = {}};
  base::JsonWriter json(run.report_json);
  WriteReport(json, report);

  ASSERT_TRUE(book->Add(run).ok());

  for (const Finding& finding : report.findings) {
    EXPECT_NE(run.report_json.find(finding.evidence_id), std::string::npos);
    std::string query, result;
    base::TimePoint from, to;
    ASSERT_TRUE(database
                    ->Read([&](sql::Session& session) {
                      return session.Query(
                          "SELECT query, result, from_time, to_time FROM evidence WHERE id = ?",
                          {sql::Text(finding.evidence_id)}, [&](const sql::Row& row) {
                            query = row.GetText(0);
                            result = row.GetText(1);
                            from = row.GetTime(2);
                            to = row.GetTime(3);
                          });
                    })
                    .ok());
    EXPECT_EQ(query, "requests");
    EXPECT_EQ(from, kNow - minutes(60));
    EXPECT_EQ(to, kNow);
    for (const std::string& shown :
         {"\"row\":\"" + finding.row + "\"", "\"now\":" + fmt::format("{:.0f}", finding.now),
          "\"then\":" + fmt::format("{:.0f}", finding.then.value_or(0))}) {
      EXPECT_NE(result.find(shown), std::string::npos) << shown << " in " << result;
    }
  }
}

TEST(RunBook, KeepsTheLatestRuns) {
  const auto database = *sql::Database::Open({.path = ":memory:"});
  const auto book = *RunBook::Open(*database);
  for (int i = 0; i < 210; ++i) {
    StoredRun run;
    run.id = "cr_" + std::to_string(1000 + i);
    run.tenant = model::TenantName("acme");
    run.name = "weekly";
    run.report_json = "{}";
    ASSERT_TRUE(book->Add(run).ok());
  }

  EXPECT_EQ(book->List("acme", "weekly", 1000)->size(), 200U);
  EXPECT_EQ(book->Get("acme", "weekly", "")->id, "cr_1209");
  EXPECT_EQ(book->Get("acme", "weekly", "cr_1000").error().code, base::ErrorCode::kNotFound);
  EXPECT_EQ(book->Get("other", "weekly", "").error().code, base::ErrorCode::kNotFound);
}

}  // namespace
}  // namespace vedette::release::compare
