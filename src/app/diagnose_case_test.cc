#include "app/diagnose_case.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>

#include <nlohmann/json.hpp>

#include "app/case_files.h"
#include "app/case_records.h"
#include "base/json.h"
#include "base/testing/temp_folder.h"

namespace vedette::app {
namespace {

namespace fs = std::filesystem;

// A data set of its own per test: ROOT/normal/quiet.csv and ROOT/open/one.
class DiagnoseCaseTest : public testing::Test {
 protected:
  void SetUp() override {
    Write("meta.json",
          R"({"alert": {"entity": "front", "metric": "latency", "stat": "p99"},
              "baseline": "normal/quiet.csv", "detect_time": 1000300})");
    Write("graph.json", R"({"edges": [["front", "shop"]], "nodes": ["front", "shop"]})");
    Write("metrics.csv", Table(1000000, 10, 5));
    Write("../../normal/quiet.csv", Table(900000, 40, 40));
  }

  void Write(const std::string& name, const std::string& text) {
    const fs::path file = (folder() / name).lexically_normal();
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  fs::path folder() const { return root_ / "open" / "one"; }

  // `rows` minutes; from row `faulty` on the latencies are five times the usual.
  static std::string Table(int start, int rows, int faulty) {
    std::string text = "time,front|latency|p99,shop|latency|p99,\"odd, one|cpu\"\n";
    for (int row = 0; row < rows; ++row) {
      const double wave = 1 + 0.01 * (row * 7 % 5);
      const double factor = row >= faulty ? 5 : 1;
      text += std::to_string(start + 60 * row) + "," + std::to_string(0.2 * wave * factor) + "," +
              std::to_string(0.1 * wave * factor) + "," + (row == 1 ? "" : "1.5") + "\n";
    }
    return text;
  }

  base::Json Run() {
    const base::Result<std::string> out = DiagnoseCase({.folder = folder().string(), .json = true});
    EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().message);
    base::Result<base::Json> json = base::ParseJson(out.ok() ? *out : "{}");
    EXPECT_TRUE(json.ok());
    return *json;
  }
  std::string Failure() {
    const base::Result<std::string> out = DiagnoseCase({.folder = folder().string()});
    EXPECT_FALSE(out.ok());
    return out.ok() ? "" : out.error().message;
  }

  base::TempFolder temp_{"diagnose_case"};
  const fs::path root_{temp_.path()};
};

TEST_F(DiagnoseCaseTest, PrintsTheShapeOfTheContract) {
  const base::Json json = Run();
  EXPECT_EQ(json.at("abstained"), false);
  const base::Json& best = json.at("hypotheses").at(0);
  EXPECT_EQ(best.at("entity"), "shop");
  EXPECT_GT(best.at("probability").get<double>(), 0.5);
  EXPECT_EQ(best.at("status"), "confirmed");
  EXPECT_TRUE(best.at("region").is_null());
  const base::Json& claim = best.at("claims").at(0);
  EXPECT_EQ(claim.at("kind"), "metric");
  EXPECT_EQ(claim.at("subject"), "latency");
  EXPECT_EQ(claim.at("statistic"), "p99");
  EXPECT_EQ(claim.at("at"), 1000300.0);
  EXPECT_NEAR(claim.at("after").get<double>(), 0.5, 0.05);
}

TEST_F(DiagnoseCaseTest, TextNamesTheCauseAndItsEvidence) {
  const base::Result<std::string> out = DiagnoseCase({.folder = folder().string()});
  ASSERT_TRUE(out.ok());
  EXPECT_NE(out->find("confirmed     shop"), std::string::npos) << *out;
  EXPECT_NE(out->find("latency of shop went from 0.102 to"), std::string::npos) << *out;
}

TEST_F(DiagnoseCaseTest, SaysHowItsInputsFared) {
  std::string table = "time,front|latency|p99,shop|latency|p99,shop|new\n";
  for (int row = 0; row < 20; ++row) {
    table += std::to_string(1000000 + 60 * row) + ",0.2," + (row < 12 ? "0.1" : "") + ",1\n";
  }
  Write("metrics.csv", table);

  const base::Json inputs = Run().at("inputs");

  const auto has = [&](const std::string& name, const std::string& state, const std::string& text) {
    return std::any_of(inputs.begin(), inputs.end(), [&](const base::Json& input) {
      return input["name"] == name && input["state"] == state &&
             input["text"].get<std::string>().find(text) != std::string::npos;
    });
  };
  EXPECT_TRUE(has("metrics", "partial", "2 series of 2 entities; 1 with gaps: shop|latency|p99"));
  EXPECT_TRUE(
      has("metrics", "partial", "1 series that the baseline lacks were left out, as shop|new"));
  EXPECT_TRUE(has("metrics", "partial", "shop has sent no metrics since 1970-01-12T13:57:40.000Z"));
  EXPECT_TRUE(has("calls", "ok", "1 calls")) << inputs;
  EXPECT_TRUE(has("changes", "none", "no changes")) << inputs;
  EXPECT_TRUE(has("spans", "none", "no spans")) << inputs;
  EXPECT_NE(DiagnoseCase({.folder = folder().string()})->find("changes (none): no changes"),
            std::string::npos);
}

TEST_F(DiagnoseCaseTest, ABaselineThatIsNotThereIsSaid) {
  fs::remove(root_ / "normal" / "quiet.csv");
  const base::Json first = Run().at("inputs").at(0);
  EXPECT_EQ(first["state"], "failed");
  EXPECT_EQ(first["text"].get<std::string>().find("the baseline normal/quiet.csv is not there"),
            0U);
}

TEST_F(DiagnoseCaseTest, TheTruthIsNeverOpened) {
  Write("truth.json", "this is no JSON");
  EXPECT_EQ(Run().at("hypotheses").at(0).at("entity"), "shop");
}

TEST_F(DiagnoseCaseTest, MetricsAloneAreEnough) {
  fs::remove(folder() / "meta.json");
  fs::remove(folder() / "graph.json");
  Write("metrics.csv", Table(1000000, 60, 40));
  EXPECT_EQ(Run().at("abstained"), false);
}

TEST_F(DiagnoseCaseTest, ErrorsNameFileAndLine) {
  Write("metrics.csv", "time,a|cpu\n100,1\n160,many\n");
  EXPECT_NE(Failure().find("metrics.csv:3: \"many\" is no number"), std::string::npos) << Failure();
  Write("metrics.csv", "time,a|cpu\n100,1\n160\n");
  EXPECT_NE(Failure().find("metrics.csv:3: 1 cells, the header has 2"), std::string::npos);
  Write("metrics.csv", "time,a|cpu\n100,1\n100,1\n");
  EXPECT_NE(Failure().find("metrics.csv:3: the time is not after"), std::string::npos);
  Write("metrics.csv", "when,a|cpu\n100,1\n");
  EXPECT_NE(Failure().find("metrics.csv:1: the first column"), std::string::npos);
  Write("metrics.csv", "time,cpu\n100,1\n");
  EXPECT_NE(Failure().find("column \"cpu\" is not entity|metric"), std::string::npos);
  Write("metrics.csv", "time,\"a|cpu\n100,1\n");
  EXPECT_NE(Failure().find("metrics.csv:1: a quote is not closed"), std::string::npos);
  Write("metrics.csv", "");
  EXPECT_NE(Failure().find("metrics.csv: no rows"), std::string::npos);
  fs::remove(folder() / "metrics.csv");
  EXPECT_NE(Failure().find("metrics.csv: no such file"), std::string::npos);
}

TEST_F(DiagnoseCaseTest, WrongJsonIsNamed) {
  Write("graph.json", R"({"edges": [["front"]]})");
  EXPECT_NE(Failure().find("graph.json: edges must be"), std::string::npos);
  Write("graph.json", "[1");
  EXPECT_NE(Failure().find("graph.json"), std::string::npos);
  Write("meta.json", R"({"detect_time": "noon"})");
  EXPECT_NE(Failure().find("detect_time must be in unix seconds"), std::string::npos);
}

TEST_F(DiagnoseCaseTest, ABaselineOutsideOfTheDataSetIsRefused) {
  for (const char* path : {"../secret.csv", "/etc/passwd", "normal/../../secret.csv"}) {
    Write("meta.json", std::string(R"({"baseline": ")") + path + "\"}");
    EXPECT_NE(Failure().find("leads out of the data set"), std::string::npos) << path;
  }
}

TEST_F(DiagnoseCaseTest, ReadsChangesAndTheirCommits) {
  Write("deploys.json", R"([{"timestamp": "1970-01-12T13:50:30Z", "service": "shop",
                             "commit_sha": "abc", "version": "2"}])");
  Write("commits.json", R"([{"sha": "abc", "message": "tune", "files_changed": ["a.yaml"],
                             "diff": "-a: 1\n+a: 9"}])");
  Write("flags.json", R"([{"timestamp": "1970-01-12T13:00:00Z", "flag": "f", "service": "front",
                           "change": "off->on"}])");
  Write("patterns.json", R"([{"signature": "boom <N>", "service": "shop", "count": 9,
                              "delta_vs_baseline": "+9", "sentiment": "negative"}])");
  const base::Result<Case> read = ReadCase(folder().string());
  ASSERT_TRUE(read.ok());
  const diagnose::Evidence* const evidence = &read->evidence;
  ASSERT_EQ(evidence->changes.size(), 2u);
  EXPECT_EQ(evidence->changes[0].id, "abc");
  EXPECT_EQ(evidence->changes[0].title, "tune");
  EXPECT_EQ(evidence->changes[0].files, std::vector<std::string>{"a.yaml"});
  EXPECT_EQ(evidence->changes[1].kind, diagnose::ChangeKind::kFeatureFlag);
  ASSERT_EQ(evidence->templates.size(), 1u);
  EXPECT_EQ(evidence->templates[0].usual, 0);
  EXPECT_TRUE(evidence->templates[0].failure);
  Write("flags.json", R"([{"timestamp": "noon"}])");
  EXPECT_NE(Failure().find("flags.json: item 0"), std::string::npos);
}

TEST_F(DiagnoseCaseTest, ReadsSpansAndTheLinesOfTheirs) {
  Write("spans.csv",
        "minute,trace,span,parent,service,operation,start_us,dur_us\n"
        "0,0,7,3,shop,buy,10,\n0,0,3,-1,front,GET /,0,500\n");
  Write("logs.csv",
        "ts_ms,service,trace,span,text\n12,shop,0,7,\"ERROR  a.b.Shop#12 no, none\"\n"
        "13,shop,0,99,INFO  a.b.Shop#13 of a span that is not there\n");
  const base::Result<Case> read = ReadCase(folder().string());
  ASSERT_TRUE(read.ok());
  const diagnose::Evidence* const evidence = &read->evidence;
  const diagnose::TraceSet& traces = evidence->traces;
  ASSERT_EQ(traces.spans.size(), 2u);
  EXPECT_EQ(traces.spans[0].parent, 1);
  EXPECT_TRUE(std::isnan(traces.spans[0].duration));
  EXPECT_EQ(traces.spans[1].parent, -1);
  ASSERT_EQ(traces.lines.size(), 1u);
  EXPECT_EQ(traces.lines[0].span, 0);
  EXPECT_EQ(traces.lines[0].event, "a.b.Shop#12");
  EXPECT_TRUE(traces.lines[0].failure);
  EXPECT_TRUE(evidence->usual_traces.spans.empty());
  Write("spans.csv", "span,service\n");
  EXPECT_NE(Failure().find("spans.csv:1: there is no column \"parent\""), std::string::npos);
}

TEST(LogFormOf, IsTheStatementAndNotItsValues) {
  EXPECT_EQ(LogFormOf("INFO  t.c.Travel#129 [Z1234]").event, "t.c.Travel#129");
  EXPECT_EQ(LogFormOf(R"({"message":"charge 12 of a1b2","severity":"error"})").event,
            "charge * of *");
  EXPECT_TRUE(LogFormOf(R"({"message":"x","severity":"error"})").failure);
  EXPECT_FALSE(LogFormOf(R"({"message":"x","severity":"info"})").failure);
  EXPECT_EQ(LogFormOf("took 15ms for user-77").event, "took * for *");
  EXPECT_TRUE(LogFormOf("ERROR boom").failure);
  EXPECT_EQ(LogFormOf("").event, "");
  EXPECT_EQ(LogFormOf("{not json 1").event, "{not json *");
}

TEST(CaseFiles, CsvCellsMayBeQuotedAndSpanLines) {
  std::vector<std::vector<std::string>> rows;
  const base::Result<> read =
      ForEachCsvRow("x.csv", "a,\"b \"\"c\"\", d\",\r\n\n\"two\nlines\",2,3\r\nlast,,",
                    [&](const std::vector<std::string_view>& cells) -> base::Result<> {
                      rows.emplace_back(cells.begin(), cells.end());
                      return {};
                    });
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(rows, (std::vector<std::vector<std::string>>{
                      {"a", "b \"c\", d", ""}, {"two\nlines", "2", "3"}, {"last", "", ""}}));
  EXPECT_FALSE(ForEachCsvRow("x.csv", "a,\"b\"c\n", [](auto&) { return base::Result<>(); }).ok());
}

}  // namespace
}  // namespace vedette::app
