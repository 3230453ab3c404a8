#include "release/compare/comparison.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "evidence/question.h"
#include "query/testing/memory_store.h"
#include "release/compare/finding_proof.h"
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

  EXPECT_EQ(Texts(Compare()), (Strings{"db: 2 members (r1, r2), after 1 (r1); new: r2"}));
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

TEST_F(ComparisonTest, AMemberThatTookAnothersPlaceIsSaid) {
  comparison_.members = {
      {.name = "nodes", .query = "node_up", .key = {"cluster"}, .member = "node"},
      {.name = "pods", .query = "pod_up", .key = {"app"}, .member = "pod"}};
  Put("node_up", {{"cluster", "db"}, {"node", "y"}}, kNow, 1);
  Put("node_up", {{"cluster", "db"}, {"node", "x"}}, kNow - kWeek, 1);
  Put("pod_up", {{"app", "shop"}, {"pod", "y"}}, kNow, 1);
  Put("pod_up", {{"app", "shop"}, {"pod", "x"}}, kNow - kWeek, 1);

  const Report report = Compare();

  EXPECT_EQ(Texts(report), (Strings{"db: 1 members (y), after 1 (x); new: y; gone: x"}));
  EXPECT_EQ(report.findings[0].kind, "replaced");
}

TEST_F(ComparisonTest, WhatHasNoDataInOneOfTheWindowsOrBothIsSaid) {
  comparison_.members = {
      {.name = "nodes", .query = "node_up", .key = {"cluster"}, .member = "node"}};
  LevelGroup cpu;
  cpu.name = "CPU";
  cpu.query = "cpu";
  cpu.key = {"node"};
  comparison_.levels = {cpu};
  Grow("pay", "200", 10, kNow - kWeek);
  Level("db-old", 10, kNow - kWeek);
  Level("db", 10, kNow - kWeek);
  Level("db", 10, kNow);
  Level("db-new", 90, kNow);

  EXPECT_EQ(Compare().notes,
            (Strings{"No data in the window for services, which had some before",
                     "No data in the window for these of CPU, which had some before: db-old",
                     "No historical data available for these of CPU: db-new",
                     "No data in either window for nodes"}));
}

TEST(Narrowed, IsTheQuestionForOneRow) {
  const model::Labels labels({{"service", "pay"}, {"zone", "a\"b"}});
  const auto narrowed = [&](const std::string& query, std::vector<std::string> key) {
    return Narrowed(query, key, labels);
  };

  EXPECT_EQ(narrowed("requests", {"service"}), "requests{service=\"pay\"}");
  EXPECT_EQ(narrowed("requests{}", {"service"}), "requests{service=\"pay\"}");
  EXPECT_EQ(narrowed("requests{a=\"b\"}", {"zone"}), "requests{a=\"b\",zone=\"a\\\"b\"}");
  EXPECT_EQ(narrowed("rate(requests{a=\"b\"}[5m])", {"service", "none"}),
            "(rate(requests{a=\"b\"}[5m])) and on (service, none) label_replace(label_replace("
            "vector(1), \"service\", \"pay\", \"\", \"\"), \"none\", \"\", \"\", \"\")");
}

// Asks each question of the findings again, and looks for the answer in what was kept.
TEST_F(ComparisonTest, EvidenceOfBothWindowsCanBeAskedForAgain) {
  LevelGroup cpu;
  cpu.name = "CPU";
  cpu.query = "max by (node) (cpu)";  // no selector
  cpu.key = {"node"};
  cpu.rise = 10;
  comparison_.levels = {cpu};
  comparison_.members = {
      {.name = "nodes", .query = "node_up", .key = {"cluster"}, .member = "node"}};
  for (const base::TimePoint end : {kNow, kNow - kWeek}) Grow("shop", "200", 100, end);
  Grow("shop", "500", 10, kNow);
  Grow("shop", "500", 1, kNow - kWeek);
  Grow("cart", "500", 20, kNow, minutes(30));  // appears in the window
  Level("a", 55, kNow);
  Level("a", 40, kNow - kWeek);
  Level("b", 40, kNow);
  Put("node_up", {{"cluster", "db"}, {"node", "y"}}, kNow, 1);
  Put("node_up", {{"cluster", "db"}, {"node", "x"}}, kNow - kWeek, 1);
  const Report report = Compare();
  ASSERT_EQ(report.findings.size(), 4U);

  const std::vector<model::Evidence> all = EvidenceOf(report, kNow);

  ASSERT_EQ(all.size(), 8U);
  for (const model::Evidence& evidence : all) {
    query::RangeQuery query;
    query.tenant = comparison_.tenant;
    query.text = evidence.query;
    query.start = evidence.from;
    query.end = evidence.to;
    query.step = evidence.step;
    const base::Result<query::QueryResult> answer = engine_.Range(query);
    ASSERT_TRUE(answer.ok()) << evidence.query << answer.error().message;
    const std::string matrix = evidence::MatrixAnswer(answer->matrix).substr(1);
    EXPECT_NE(evidence.result_json.find(matrix), std::string::npos) << evidence.query << '\n'
                                                                    << evidence.result_json << '\n'
                                                                    << matrix;
  }
  EXPECT_EQ(all[0].query, "requests{service=\"cart\"}");
  EXPECT_EQ(all[2].query, "requests{service=\"shop\"}");
  EXPECT_EQ(all[2].from, report.now.from);
  EXPECT_EQ(all[3].from, report.then.from);
  EXPECT_EQ(all[3].to, report.then.to);
  EXPECT_EQ(all[2].step, minutes(60));  // two points: their difference is the number
  EXPECT_NE(all[2].result_json.find("\"now\":600,\"then\":60"), std::string::npos)
      << all[2].result_json;
}

TEST_F(ComparisonTest, EvidenceIsKeptWithTheRun) {
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
  const Report report = Compare();
  ASSERT_EQ(report.findings.size(), 1U);
  StoredRun run{.id = "cr_1",
                .tenant = comparison_.tenant,
                .name = "test",
                .ran_at = kNow + minutes(1),
                .reference = kNow,
                .findings = 1,
                .report_json = {}};
  base::JsonWriter json(run.report_json);
  WriteReport(json, report);

  ASSERT_TRUE(book->Add(run, EvidenceOf(report, run.ran_at)).ok());

  for (const std::string& id :
       {report.findings[0].evidence_id, report.findings[0].then_evidence_id}) {
    EXPECT_NE(run.report_json.find(id), std::string::npos);
    int rows = 0;
    ASSERT_TRUE(database
                    ->Read([&](sql::Session& session) {
                      return session.Query("SELECT query FROM evidence WHERE id = ?",
                                           {sql::Text(id)}, [&](const sql::Row&) { ++rows; });
                    })
                    .ok());
    EXPECT_EQ(rows, 1) << id;
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
    ASSERT_TRUE(book->Add(run, {}).ok());
  }

  EXPECT_EQ(book->List("acme", "weekly", 1000)->size(), 200U);
  EXPECT_EQ(book->Get("acme", "weekly", "")->id, "cr_1209");
  EXPECT_EQ(book->Get("acme", "weekly", "cr_1000").error().code, base::ErrorCode::kNotFound);
  EXPECT_EQ(book->Get("other", "weekly", "").error().code, base::ErrorCode::kNotFound);
}

}  // namespace
}  // namespace vedette::release::compare
