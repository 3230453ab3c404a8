#include "sources/influx/parser.h"

#include <gtest/gtest.h>

namespace vedette::sources::influx {
namespace {

// All samples as "series @time value" lines.
std::string Show(const model::WriteBatch& batch) {
  std::string text;
  for (const model::WriteBatch::Entry& entry : batch.entries()) {
    for (const model::Sample& sample : batch.samples(entry)) {
      text += batch.labels(entry).ToString() + " @" + std::to_string(sample.t_ms) + " " +
              std::to_string(sample.value) + "\n";
    }
  }
  return text;
}

struct Read {
  ParseReport report;
  std::string samples;
  std::string error;
};

Read Parsed(std::string_view body, ParseOptions options = {}) {
  model::WriteBatch batch;
  const auto report = Parse(body, options, base::FromMillis(5000), batch);
  if (!report.ok()) return {{}, Show(batch), report.error().message};
  return {*report, Show(batch), {}};
}

std::string Problem(std::string_view line) {
  const Read read = Parsed(line);
  return read.report.problems.empty() ? "" : read.report.problems[0].message;
}

TEST(Influx, MakesASeriesOfEachField) {
  const Read read = Parsed(
      "cpu,host=web-1,cpu=cpu0 usage_idle=97.5,usage_user=2i,up=true,n=7u 1700000000123456789\n");
  EXPECT_EQ(read.samples,
            "cpu_usage_idle{cpu=\"cpu0\",host=\"web-1\"} @1700000000123 97.500000\n"
            "cpu_usage_user{cpu=\"cpu0\",host=\"web-1\"} @1700000000123 2.000000\n"
            "cpu_up{cpu=\"cpu0\",host=\"web-1\"} @1700000000123 1.000000\n"
            "cpu_n{cpu=\"cpu0\",host=\"web-1\"} @1700000000123 7.000000\n");
  EXPECT_EQ(read.report.lines, 1U);
  EXPECT_EQ(read.report.samples, 4U);
}

TEST(Influx, ReadsEscapesAsInfluxDbDoes) {
  model::WriteBatch batch;
  ASSERT_TRUE(
      Parse(R"(my\ disk\,x,t\,a\=g\ s=v\=1\ 2\,3 f\ 1=1,b\n=2)", {}, base::FromMillis(0), batch)
          .ok());
  ASSERT_EQ(batch.entries().size(), 2U);
  const model::LabelsView first = batch.labels(batch.entries()[0]);
  EXPECT_EQ(first.metric_name(), "my disk,x_f 1");
  EXPECT_EQ(first.Get("t,a=g s"), "v=1 2,3");
  EXPECT_EQ(batch.labels(batch.entries()[1]).metric_name(), R"(my disk,x_b\n)");
}

TEST(Influx, CountsAndSkipsTexts) {
  const Read read = Parsed("m s=\"a, \\\"b\\\" = c\nnext\",v=1 2000000\nn v=2\n");
  EXPECT_EQ(read.samples, "m_v @2 1.000000\nn_v @5000 2.000000\n");
  EXPECT_EQ(read.report.skipped_texts, 1U);
  EXPECT_EQ(read.report.samples, 2U);
}

TEST(Influx, KnowsPrecisions) {
  const auto time = [](std::string_view text, std::string_view precision) {
    ParseOptions options;
    options.precision = ParsePrecision(precision).value();
    model::WriteBatch batch;
    const auto report = Parse("m v=1 " + std::string(text), options, base::FromMillis(0), batch);
    if (!report.ok() || batch.entries().empty()) return int64_t{-1};
    return batch.samples(batch.entries()[0])[0].t_ms;
  };
  EXPECT_EQ(time("1500000", ""), 1);
  EXPECT_EQ(time("1500", "us"), 1);
  EXPECT_EQ(time("15", "ms"), 15);
  EXPECT_EQ(time("15", "s"), 15000);
  EXPECT_EQ(time("2", "m"), 120000);
  EXPECT_EQ(time("1", "h"), 3600000);
  EXPECT_EQ(time("-1", "ns"), -1);
  EXPECT_EQ(time("9223372036854775807", "h"), -1);  // refused
  EXPECT_EQ(ParsePrecision("d"), std::nullopt);
}

TEST(Influx, ABadLineTakesNoOtherWithIt) {
  const Read read = Parsed("# comment\n\ngood v=1 1000000\nbad\nalso,t v=1\nfine v=2 2000000\r\n");
  EXPECT_EQ(read.report.lines, 4U);
  EXPECT_EQ(read.report.refused_lines, 2U);
  EXPECT_EQ(read.report.samples, 2U);
  ASSERT_EQ(read.report.problems.size(), 2U);
  EXPECT_EQ(read.report.problems[0].line, 4U);
  EXPECT_EQ(read.report.problems[1].line, 5U);
  EXPECT_EQ(read.report.problems[1].message, "expected '=' after the tag \"t\"");
}

TEST(Influx, SaysWhatIsWrong) {
  EXPECT_EQ(Problem("m"), "expected a space and fields after the tags");
  EXPECT_EQ(Problem("m "), "expected a field");
  EXPECT_EQ(Problem(",t=1 v=1"), "expected a measurement");
  EXPECT_EQ(Problem("m v"), "expected '=' after the field \"v\"");
  EXPECT_EQ(Problem("m v=abc"), "field \"v\": \"abc\" is no finite number, boolean or quoted text");
  EXPECT_EQ(Problem("m v=NaN").substr(0, 16), "field \"v\": \"NaN\"");
  EXPECT_EQ(Problem("m v=1e999").substr(0, 9), "field \"v\"");
  EXPECT_EQ(Problem("m v=9223372036854775808i").substr(0, 9), "field \"v\"");
  EXPECT_EQ(Problem("m v=\"abc"), "field \"v\": the text has no closing '\"'");
  EXPECT_EQ(Problem("m v=1 12x"), "the timestamp \"12x\" is no whole number");
  EXPECT_EQ(Problem("m,a=1,a=2 v=1"), "tag \"a\" occurs twice");
  EXPECT_EQ(Problem("m,a=1=2 v=1"), "the value of tag \"a\" has a bare '='");
  EXPECT_EQ(Problem("m\xff v=1"), "the measurement is not valid UTF-8");
  EXPECT_EQ(Problem("m,=1 v=1"), "a tag has an empty name");
}

TEST(Influx, ATagWithoutValueIsNoLabel) {
  model::WriteBatch batch;
  const auto report = Parse("m,a=,b=x v=1", {}, base::FromMillis(0), batch);
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(batch.entries().size(), 1U);
  EXPECT_EQ(batch.labels(batch.entries()[0]).size(), 2U);
}

TEST(Influx, TheDatabaseIsALabelUnlessATagHasItsName) {
  ParseOptions options;
  options.extra_value = "telegraf";
  model::WriteBatch batch;
  ASSERT_TRUE(Parse("m v=1\nm,db=own v=1", options, base::FromMillis(0), batch).ok());
  ASSERT_EQ(batch.entries().size(), 2U);
  EXPECT_EQ(batch.labels(batch.entries()[0]).Get("db"), "telegraf");
  EXPECT_EQ(batch.labels(batch.entries()[1]).Get("db"), "own");
}

TEST(Influx, KnowsTheLinesOfItsEntries) {
  const Read read = Parsed("m a=1,b=2\n\nbad\nm t=\"text\"\nm c=3\n");
  EXPECT_EQ(read.report.LinesOf({0, 1, 0}), std::vector<uint64_t>{1});
  EXPECT_EQ(read.report.LinesOf({2, 1}), (std::vector<uint64_t>{1, 5}));
  EXPECT_TRUE(read.report.LinesOf({}).empty());
}

TEST(Influx, BoundsWhatFieldsMakeOfTheirTags) {
  std::string line = "m,t=" + std::string(4000, 'x') + " a=1";
  for (int i = 0; i < 900; ++i) line += ",f" + std::to_string(i) + "=1";
  ParseOptions options;
  options.label_bytes_max = 1 << 20;
  EXPECT_EQ(Parsed(line, options).error, "the series of one request have more than 1048576 bytes");
  options.samples_max = 10;
  EXPECT_EQ(Parsed(line, options).error, "more than 10 samples in one request");
  EXPECT_EQ(Parsed(line, options).samples, "");
  EXPECT_EQ(Problem(line + std::string(",x=1") + std::string(200, ' ')), "");
  for (int i = 0; i < 200; ++i) line += ",g" + std::to_string(i) + "=1";
  EXPECT_EQ(Problem(line), "more than 1000 fields");
}

}  // namespace
}  // namespace vedette::sources::influx
