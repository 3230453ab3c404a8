#include "release/proof.h"

#include <gtest/gtest.h>

namespace vedette::release {
namespace {

using std::chrono::seconds;

constexpr base::TimePoint kStart{base::Duration(1'760'000'000'000)};

// A counter, a point every 30 s; below zero: no value.
Rows RowsOf(const std::vector<double>& values) {
  Rows rows;
  rows.grid = {.start_ms = base::ToMillis(kStart), .step_ms = 30'000, .points = values.size()};
  rows.source.query = "requests";
  query::MatrixSeries series;
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] < 0) continue;
    series.samples.t_ms.push_back(rows.grid.start_ms + static_cast<int64_t>(i) * 30'000);
    series.samples.values.push_back(values[i]);
  }
  rows.series.push_back(series);
  return rows;
}

Tally Growth(const Rows& rows) {
  Tally sum;
  for (const query::MatrixSeries& row : rows.series) {
    for (const double growth : Increases(row, rows.grid, 0)) sum.total += growth;
  }
  return sum;
}

TEST(Proof, OfACounterWithoutRestartsIsItsTwoEnds) {
  const Rows rows = RowsOf({5, 10, 20, 30, 45});

  const Source source =
      Prove(rows, kStart + seconds(30), kStart + seconds(120), {.total = 35}, Growth, "growth");

  EXPECT_EQ(source.step, seconds(90));
  EXPECT_EQ(source.from, kStart + seconds(30));
  EXPECT_EQ(source.to, kStart + seconds(120));
  EXPECT_NE(source.answer_json.find("\"10\""), std::string::npos) << source.answer_json;
  EXPECT_NE(source.answer_json.find("\"45\""), std::string::npos) << source.answer_json;
  EXPECT_EQ(source.answer_json.find("\"20\""), std::string::npos) << source.answer_json;
}

TEST(Proof, HasThePointsThatARestartNeeds) {
  const Rows rows = RowsOf({0, 10, 20, 3, 8});

  const Source source = Prove(rows, kStart, kStart + seconds(120), {.total = 28}, Growth, "growth");

  EXPECT_EQ(source.step, seconds(60));
}

TEST(Proof, LeavesOutAnAnswerThatIsTooLong) {
  std::vector<double> values;
  for (int i = 0; i < 3000; ++i) values.push_back(i % 2);

  const Source source =
      Prove(RowsOf(values), kStart, kStart + seconds(30) * 2999, {.total = 1500}, Growth, "growth");

  EXPECT_EQ(source.query, "requests");
  EXPECT_TRUE(source.answer_json.empty());
}

}  // namespace
}  // namespace vedette::release
