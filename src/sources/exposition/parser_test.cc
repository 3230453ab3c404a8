#include "sources/exposition/parser.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"

namespace vedette::sources::exposition {
namespace {

constexpr ParseOptions kText{};
constexpr ParseOptions kOpenMetrics{.format = Format::kOpenMetrics};
constexpr base::TimePoint kNow = base::FromMillis(5000);

// Each sample as "name{labels} t value"; an error as its message.
std::string Read(std::string_view text, const ParseOptions& options) {
  model::WriteBatch batch;
  const auto samples = ParseBatch(text, options, kNow, batch);
  if (!samples.ok()) {
    EXPECT_EQ(samples.error().code, base::ErrorCode::kInvalidArgument);
    EXPECT_TRUE(batch.empty());
    return samples.error().message;
  }
  EXPECT_EQ(*samples, batch.sample_count());
  std::string out;
  for (const auto& entry : batch.entries()) {
    for (const model::Sample& sample : batch.samples(entry)) {
      if (!out.empty()) out += '\n';
      out += fmt::format("{} {} {}", batch.labels(entry).ToString(), sample.t_ms, sample.value);
    }
  }
  return out;
}

std::string Metadata(std::string_view text, const ParseOptions& options) {
  model::WriteBatch batch;
  std::string out;
  EXPECT_TRUE(ParseBatch(text, options, kNow, batch, [&](const FamilyMetadata& m) {
                out += fmt::format("{}|{}|{}|{}\n", m.family, m.type, m.help, m.unit);
              }).ok());
  return out;
}

struct Case {
  std::string text;
  std::string want;
};

TEST(TextFormat, ReadsSamples) {
  const std::vector<Case> cases = {
      {"", ""},
      {"\n \t\n# a comment\n#\n#HELPLESS x\n", ""},
      {"up 1", "up 5000 1"},
      {"up 1\n", "up 5000 1"},
      {" \tup \t 1 \t 7 \n", "up 7 1"},
      {"up 1 -7\n", "up -7 1"},
      {"a:b_C9 2.5e3\n", "a:b_C9 5000 2500"},
      {"x{} 1\n", "x 5000 1"},
      {"x {a=\"1\"}2\n", "x{a=\"1\"} 5000 2"},
      {"x{b=\"2\",a=\"1\",} +Inf\n", "x{a=\"1\",b=\"2\"} 5000 inf"},
      {"x{ a = \"1\" , b = \"\" } nan\n", "x{a=\"1\"} 5000 nan"},
      {"x{a=\"q\\\"b\\\\n\\nz\\t\"} 1\n", "x{a=\"q\\\"b\\\\n\\nz\\\\t\"} 5000 1"},
      {"x{a=\"}\",b=\"# no\",c=\"=,\"} 1\n", "x{a=\"}\",b=\"# no\",c=\"=,\"} 5000 1"},
      {"x{a=\"\\\\\",b=\"\\\"\"} 1\n", "x{a=\"\\\\\",b=\"\\\"\"} 5000 1"},
      {"{\"http.requests\"} 3\n", "http.requests 5000 3"},
      {"{\"http.requests\",\"p q\"=\"x\",r=\"y\"} 3\n", "http.requests{p q=\"x\",r=\"y\"} 5000 3"},
      {"{a=\"1\",\"m\"} 3\n", "m{a=\"1\"} 5000 3"},
  };
  for (const Case& c : cases) EXPECT_EQ(Read(c.text, kText), c.want) << c.text;
}

TEST(TextFormat, NamesTheLineAndTheFault) {
  const std::vector<Case> cases = {
      {"up\n", "line 1: the value is missing"},
      {"ok 1\nup one\n", "line 2: the value \"one\" is no number"},
      {"ok 1\n\n\n9up 1\n", "line 4: expected a metric name, found '9'"},
      {"\xC3\xA9t\xC3\xA9 1\n", "line 1: expected a metric name, found '\xC3\xA9'"},
      {"caf\xC3\xA9{} 1", "line 1: the value \"\xC3\xA9{}\" is no number"},
      {"up 1 2.5\n", "line 1: the timestamp \"2.5\" is not a whole number of milliseconds"},
      {"up 1 2 3\n", "line 1: expected the end of the line, found '3'"},
      {"up 1 # {a=\"b\"} 1\n", "line 1: expected the end of the line, found '#'"},
      {"x{a=\"1\" 1\n", "line 1: expected ',' or '}' after a label, found '1'"},
      {"x{a=\"1\"\n", "line 1: expected ',' or '}' after a label, found the end of the line"},
      {"x{a=\"1} 1\n", "line 1: the value of label \"a\" has no closing '\"'"},
      {"x{a=\"1\\\"} 1\n", "line 1: the value of label \"a\" has no closing '\"'"},
      {"x{a=1} 1\n", "line 1: expected '\"' before the value of label \"a\", found '1'"},
      {"x{a} 1\n", "line 1: expected '=' after the label name \"a\", found '}'"},
      {"x{,} 1\n", "line 1: expected a label name or '}', found ','"},
      {"x{a:b=\"1\"} 1\n", "line 1: expected '=' after the label name \"a\", found ':'"},
      {"x{a=\"1\",a=\"2\"} 1\n", "line 1: label \"a\" occurs twice"},
      {"x{__name__=\"y\"} 1\n", "line 1: two metric names"},
      {"x{\"\"=\"y\"} 1\n", "line 1: a label has an empty name"},
      {"{\"\"} 1\n", "line 1: the sample has no metric name"},
      {"{a=\"1\"} 1\n", "line 1: the sample has no metric name"},
      {"{\"a\",\"b\"} 1\n", "line 1: expected '=' after the label name \"b\", found '}'"},
      {"x{a=\"\xFF\"} 1\n", "line 1: the line is not valid UTF-8"},
      {"# TYPE x counters\n", "line 1: \"counters\" is no metric type"},
      {"# TYPE 5 counter\n", "line 1: expected a metric name, found '5'"},
      {"# TYPE x counter y\n", "line 1: expected the end of the line, found 'y'"},
      {"up 1\r\n", "line 1: the value \"1\r\" is no number"},
  };
  for (const Case& c : cases) EXPECT_EQ(Read(c.text, kText), c.want) << c.text;
}

TEST(TextFormat, KeepsToItsLimits) {
  const ParseOptions tight{
      .samples_max = 2, .labels_max = 3, .name_bytes_max = 8, .value_bytes_max = 4};
  const std::vector<Case> cases = {
      {"a 1\nb 2\n", "a 5000 1\nb 5000 2"},
      {"a 1\nb 2\nc 3\n", "line 3: more than 2 samples"},
      {"a{b=\"1\",c=\"2\",d=\"3\"} 1\n", "line 1: more than 3 labels"},
      {"a{b=\"12345\"} 1\n", "line 1: the value of label \"b\" has 5 bytes; the limit is 4"},
      {"a{bcdefghij=\"1\"} 1\n", "line 1: a name has 9 bytes; the limit is 8"},
      {"a{\"bcdefghij\"=\"1\"} 1\n", "line 1: the name has 9 bytes; the limit is 8"},
      {"abcdefghi 1\n", "line 1: the metric name has 9 bytes; the limit is 8"},
  };
  for (const Case& c : cases) EXPECT_EQ(Read(c.text, tight), c.want) << c.text;
}

TEST(TextFormat, HasNoEndMark) {
  EXPECT_EQ(Read("up 1\n# EOF\ndown 2\n", kText), "up 5000 1\ndown 5000 2");
}

TEST(OpenMetrics, ReadsSamplesTimestampsAndExemplars) {
  const std::vector<Case> cases = {
      {"# EOF\n", ""},
      {"# EOF", ""},
      {"a_total 1 1.5\n# EOF\n", "a_total 1500 1"},
      {"a_total 1 1520879607.789\n# EOF\n", "a_total 1520879607789 1"},
      {"a_created 1.5e9\n# EOF\n", "a_created 5000 1500000000"},
      {"# TYPE s stateset\ns{s=\"a\"} 1\n# EOF\n", "s{s=\"a\"} 5000 1"},
      {"build_info{version=\"1\"} 1\n# EOF\n", "build_info{version=\"1\"} 5000 1"},
  };
  for (const Case& c : cases) EXPECT_EQ(Read(c.text, kOpenMetrics), c.want) << c.text;
}

TEST(OpenMetrics, InsistsOnItsEnd) {
  const std::vector<Case> cases = {
      {"", "line 1: the text ends without \"# EOF\""},
      {"a 1\n", "line 2: the text ends without \"# EOF\""},
      {"a 1\n# EOF\n\n", "line 3: text after \"# EOF\""},
      {"a 1\n# EOF\nb 2\n", "line 3: text after \"# EOF\""},
      {"a 1 # 0.5\n# EOF\n", "line 1: expected '{' of an exemplar, found '0'"},
      {"a 1 # {b=\"1\"}\n# EOF\n", "line 1: the value of the exemplar is missing"},
      {"a 1 1e30\n# EOF\n", "line 1: the timestamp \"1e30\" is not a number of seconds"},
      {"a 1 nan\n# EOF\n", "line 1: the timestamp \"nan\" is not a number of seconds"},
  };
  for (const Case& c : cases) EXPECT_EQ(Read(c.text, kOpenMetrics), c.want) << c.text;
}

TEST(OpenMetrics, KeepsExemplars) {
  model::WriteBatch batch;
  const auto samples = ParseBatch(
      "# TYPE h histogram\nh_bucket{le=\"1.0\"} 8 2 # {trace_id=\"K\"} 0.67\n"
      "h_bucket{le=\"+Inf\"} 8 2 # {} 7 1.5\nh_count 8 2\nh_sum 3 2\n# EOF\n",
      kOpenMetrics, kNow, batch);
  ASSERT_TRUE(samples.ok()) << samples.error().message;
  ASSERT_EQ(batch.exemplars().size(), 2U);
  EXPECT_EQ(batch.exemplars()[0].entry, 0U);
  EXPECT_EQ(batch.exemplars()[0].exemplar.labels.Get("trace_id"), "K");
  EXPECT_EQ(batch.exemplars()[0].exemplar.value, 0.67);
  EXPECT_EQ(batch.exemplars()[0].exemplar.t_ms, 2000);
  EXPECT_EQ(batch.exemplars()[1].entry, 1U);
  EXPECT_EQ(batch.exemplars()[1].exemplar.t_ms, 1500);
}

TEST(OpenMetrics, ParsesWhatMustParse) {
  const std::vector<std::string> texts = {
      "# HELP a \n",
      "# HELP a  two  spaces \n# TYPE a gauge\na 1\n",
      "# TYPE a counter\n# HELP a help\na_total 1\na_created 2\n",
      "# TYPE a_s counter\n# UNIT a_s s\na_s_total{b=\"c\"} 0\n",
      "# TYPE a gauge\n# UNIT a \na 1\n",
      "# TYPE a summary\na_count 1\na_sum 2\na{quantile=\"0.5\"} NaN\na{quantile=\"1\"} 3\n",
      "# TYPE a histogram\na_bucket{le=\"1.0\"} 0\na_bucket{le=\"+Inf\"} 3\na_count 3\na_sum 2\n",
      "# TYPE a histogram\na_bucket{le=\"-1\"} 0\na_bucket{le=\"+Inf\"} 3\n",
      "# TYPE a histogram\na_bucket{x=\"1\",le=\"+Inf\"} 3\na_bucket{x=\"2\",le=\"+Inf\"} 1\n",
      "# TYPE a gaugehistogram\na_bucket{le=\"+Inf\"} 3\na_gcount 3\na_gsum 2\n",
      "# TYPE a gaugehistogram\na_bucket{le=\"-2\"} 3\na_bucket{le=\"+Inf\"} 3\na_gcount 3\na_gsum "
      "-5\n",
      "# TYPE foo info\nfoo_info{x=\"1\"} 1\nfoo_info{x=\"2\"} 1\n",
      "# TYPE a stateset\na{a=\"x\"} 1\na{a=\"y\"} 0\n",
      "# TYPE a stateset\na{b=\"1\",a=\"x\"} 1\na{b=\"2\",a=\"x\"} 0.0\n",
      "# TYPE a counter\na_total 1 # {a=\"b\"} 0.5\na_created 3\n",
      "a 1\nb 2\n",
      "a 1 1\na 1 1\na 2 2.5\n",
      "a{x=\"1\"} 1\na{x=\"2\"} 1\na{y=\"1\"} 1\n",
      "a -Inf\n",
      "a 1e-3 -1.5e3\n",
      "{\"a.b\",\"c d\"=\"e\"} 1\n",
      "# TYPE \"a.b\" counter\n{\"a.b_total\"} 1\n",
      "# TYPE a unknown\na 1\n",
      "a{b=\"\\x\"} 1\n",
  };
  for (const std::string& text : texts) {
    model::WriteBatch batch;
    const auto samples = ParseBatch(text + "# EOF\n", kOpenMetrics, kNow, batch);
    EXPECT_TRUE(samples.ok()) << text << samples.error().message;
  }
}

TEST(OpenMetrics, RefusesWhatMustBeRefused) {
  const std::vector<std::string> texts = {
      // Form.
      "a 1\n\n",
      "\n",
      " a 1\n",
      "a  1\n",
      "a 1 \n",
      "a 1\t\n",
      "a\t1\n",
      "a 1  2\n",
      "a\n",
      "a \n",
      "a{a=1} 1\n",
      "a{a='1'} 1\n",
      "a{a=\"1} 1\n",
      "a{a=\"1\",} 1\n",
      "a{,} 1\n",
      "a{ } 1\n",
      "a{a=\"1\", b=\"2\"} 1\n",
      "a{a=\"1\"b=\"2\"} 1\n",
      "a{a=\"1\"}1\n",
      "a{1=\"1\"} 1\n",
      "a {a=\"1\"} 1\n",
      "a{a=\"1\",a=\"1\"} 1\n",
      "0a 1\n",
      "a.b 1\n",
      "a 0x1\n",
      "a 0X1p-3\n",
      "a 1_2\n",
      "a 1 z\n",
      "a 1 NaN\n",
      "a 1 +Inf\n",
      "a 1 0x1\n",
      "a 1 1.1.1\n",
      // Comments and metadata.
      "# a comment\n",
      "#\n",
      "# FOO a x\n",
      " # HELP a x\n",
      "# HELP\n",
      "# HELP a\n",
      "#  HELP a x\n",
      "# TYPE\n",
      "# TYPE a\n",
      "# TYPE a \n",
      "# TYPE a meh\n",
      "# TYPE a gauge \n",
      "# TYPE  a gauge\n",
      "# TYPE a untyped\n",
      "# UNIT a\n",
      "# UNIT a seconds\n",
      "# UNIT seconds seconds\n",
      "# TYPE x_u info\n# UNIT x_u u\n",
      "# UNIT x_u u\n# TYPE x_u stateset\n",
      "a 1\n# TYPE a gauge\n",
      "# TYPE a gauge\na 1\n# HELP a x\n",
      "# HELP a x\n# HELP a x\n",
      "# TYPE a gauge\n# TYPE a gauge\n",
      "# UNIT a_s s\n# UNIT a_s s\n",
      // Families in one piece, names once.
      "a 1\nb 1\na 1\n",
      "# TYPE a gauge\na 1\n# TYPE b gauge\n# TYPE a gauge\n",
      "# TYPE a_created gauge\n# TYPE a counter\n",
      "# TYPE a counter\n# TYPE a_total gauge\n",
      // Suffixes, labels and values of the types.
      "# TYPE a counter\na 1\n",
      "# TYPE a info\na 1\n",
      "# TYPE a histogram\na 1\n",
      "# TYPE a counter\na_total NaN\n",
      "# TYPE a counter\na_total -1\n",
      "# TYPE a info\na_info 2\n",
      "# TYPE a stateset\na 0\n",
      "# TYPE a stateset\na{a=\"x\"} 2\n",
      "# TYPE a summary\na 0\n",
      "# TYPE a summary\na{quantile=\"-1\"} 0\n",
      "# TYPE a summary\na{quantile=\"1.01\"} 0\n",
      "# TYPE a summary\na{quantile=\"x\"} 0\n",
      "# TYPE a summary\na{quantile=\"0.5\"} -1\n",
      "# TYPE a summary\na_count -1\n",
      "# TYPE a summary\na_count 1.5\n",
      "# TYPE a summary\na_sum -1\n",
      // Histograms.
      "# TYPE a histogram\na_bucket 0\n",
      "# TYPE a histogram\na_bucket{le=\"x\"} 0\n",
      "# TYPE a histogram\na_bucket{le=\"NaN\"} 0\n",
      "# TYPE a histogram\na_bucket{le=\"+Inf\"} 0.5\n",
      "# TYPE a histogram\na_bucket{le=\"+INF\"} 0\n",
      "# TYPE a histogram\na_sum 1\n",
      "# TYPE a histogram\na_bucket{le=\"1\"} 0\na_count 0\na_sum 0\n",
      "# TYPE a histogram\na_bucket{le=\"+Inf\"} 0\na_sum 0\n",
      "# TYPE a histogram\na_bucket{le=\"+Inf\"} 0\na_count 0\n",
      "# TYPE a histogram\na_bucket{le=\"+Inf\"} 0\na_count 1\na_sum 0\n",
      "# TYPE a histogram\na_bucket{le=\"2\"} 0\na_bucket{le=\"1\"} 0\na_bucket{le=\"+Inf\"} 0\n",
      "# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\n",
      "# TYPE a histogram\na_bucket{le=\"-1\"} 0\na_bucket{le=\"+Inf\"} 0\na_count 0\na_sum 0\n",
      "# TYPE a gaugehistogram\na_bucket{le=\"+Inf\"} 1\na_gcount 1\na_gsum -1\n",
      // Metrics in one piece, timestamps in order.
      "# TYPE a histogram\na_bucket{x=\"1\",le=\"+Inf\"} 0\na_bucket{x=\"2\",le=\"+Inf\"} 0\n"
      "a_count{x=\"1\"} 0\na_sum{x=\"1\"} 0\n",
      "a 0 -1\na 0 -2\n",
      "a 0 1.1\na 0 1\n",
      "a 0\na 0 0\n",
      "a 0 0\na 0\n",
      // Twice without timestamps.
      "a 1\na 2\n",
      "# TYPE a counter\na_total 1\na_total 1\n",
      "# TYPE a stateset\na{a=\"x\"} 1\na{a=\"y\"} 0\na{a=\"x\"} 1\n",
      "# TYPE a info\na_info{x=\"1\"} 1\na_info{x=\"2\"} 1\na_info{x=\"1\"} 1\n",
      "# TYPE a summary\na{quantile=\"0.5\"} 1\na{quantile=\"0.5\"} 1\n",
      // Exemplars.
      "# TYPE a counter\na_total 1 #\n",
      "# TYPE a counter\na_total 1 #{} 1\n",
      "# TYPE a counter\na_total 1# {} 1\n",
      "# TYPE a counter\na_total 1 # {}1\n",
      "# TYPE a counter\na_total 1 # {} 1 \n",
      "# TYPE a counter\na_total 1 # {} 1 1 \n",
      "# TYPE a counter\na_total 1 # {} 0x1\n",
      "# TYPE a counter\na_total 1 # {id=\"a\"} \n",
      "# TYPE a counter\na_total 1 # {} 1 1 1\n",
      "# TYPE a counter\na_created 1 # {} 1\n",
      "# TYPE a gauge\na 1 # {} 1\n",
      "a 1 # {} 1\n",
      "# TYPE a summary\na_count 1 # {} 1\n",
      "# TYPE a counter\na_total 1 # {a=\"" + std::string(128, 'x') + "\"} 1\n",
  };
  for (const std::string& text : texts) {
    model::WriteBatch batch;
    const auto samples = ParseBatch(text + "# EOF\n", kOpenMetrics, kNow, batch);
    EXPECT_FALSE(samples.ok()) << text;
    if (!samples.ok()) {
      EXPECT_TRUE(samples.error().message.starts_with("line ")) << text;
    }
  }
}

TEST(OpenMetrics, SaysWhatIsWrongWithAFamily) {
  const std::vector<Case> cases = {
      {"# TYPE a counter\na 1\n# EOF\n",
       "line 2: a sample of a of type counter must end with _total or _created"},
      {"a 1\nb 1\na 1\n# EOF\n", "line 3: family a comes again, or its name is taken"},
      {"# TYPE a histogram\na_bucket{le=\"1\"} 1\nb 1\n# EOF\n",
       "line 3: histogram a has no bucket le=\"+Inf\""},
      {"# TYPE a gauge\n# UNIT a s\n# EOF\n", "line 2: family a does not end with its unit _s"},
      {"a 1\n\n# EOF\n", "line 2: the line is empty"},
      {"a 1\na 2\n# EOF\n", "line 2: the sample comes twice without timestamps"},
  };
  for (const Case& c : cases) EXPECT_EQ(Read(c.text, kOpenMetrics), c.want) << c.text;
}

TEST(Metadata, IsToldPerFamily) {
  EXPECT_EQ(Metadata("# HELP a First\\nline \\\\ \n# TYPE a counter\na 1\n# TYPE b untyped\nb 2\n"
                     "# HELP \"c d\" quoted\n",
                     kText),
            "a|counter|First\nline \\ |\nb|unknown||\nc d|unknown|quoted|\n");
  EXPECT_EQ(
      Metadata(
          "# TYPE s_seconds gauge\n# UNIT s_seconds seconds\n# HELP s_seconds How \\\"long\\\".\n"
          "s_seconds 1\n# EOF\n",
          kOpenMetrics),
      "s_seconds|gauge|How \"long\".|seconds\n");
}

TEST(Metadata, CutsLongHelpBetweenCharacters) {
  EXPECT_EQ(Metadata("# HELP a abc\xC3\xA9\n", {.help_bytes_max = 4}), "a|unknown|abc|\n");
}

TEST(Format, FollowsTheContentType) {
  EXPECT_EQ(FormatOf("application/openmetrics-text; version=1.0.0; charset=utf-8"),
            Format::kOpenMetrics);
  EXPECT_EQ(FormatOf("text/plain; version=0.0.4"), Format::kText);
  EXPECT_EQ(FormatOf(""), Format::kText);
}

TEST(Parse, ReturnsTheErrorOfTheSinkWithItsLine) {
  const auto parsed = Parse("a 1\nb 2\n", kText, [](const ParsedSample& sample) -> base::Result<> {
    if (sample.value == 2) return base::ResourceExhausted("enough");
    return {};
  });

  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().code, base::ErrorCode::kResourceExhausted);
  EXPECT_EQ(parsed.error().message, "line 2: enough");
}

// What is printed is read back, whatever the label values hold.
TEST(Parse, ReadsBackRandomLabelValues) {
  base::Random random(3);
  for (int round = 0; round < 500; ++round) {
    std::string value;
    std::string escaped;
    for (size_t i = 1 + random.Below(20); i > 0; --i) {
      constexpr std::string_view kAlphabet = "\\\"\n,={}# \tn\x01z";
      const char c = kAlphabet[random.Below(kAlphabet.size())];
      value += c;
      escaped += c == '\n'                 ? "\\n"
                 : (c == '\\' || c == '"') ? std::string("\\") + c
                                           : std::string(1, c);
    }
    model::WriteBatch batch;
    const std::string text = "m{a=\"" + escaped + "\",b=\"" + escaped + "\"} 1\n";

    ASSERT_TRUE(ParseBatch(text, kText, kNow, batch).ok()) << text;

    EXPECT_EQ(batch.labels(batch.entries()[0]).Get("a"), value);
    EXPECT_EQ(batch.labels(batch.entries()[0]).Get("b"), value);
  }
}

TEST(Parse, SurvivesMutations) {
  const std::string text =
      "# HELP a \"x\\n\n# TYPE a histogram\na_bucket{le=\"1\",\"q r\"=\"\\\\\"} 8 2 # {t=\"k\"} "
      "0.6 "
      "1.5\n{\"u.v\",w=\"\"} 0x1p3\n# EOF\n";
  base::Random random(5);
  for (int round = 0; round < 20'000; ++round) {
    std::string mutated = text;
    for (size_t i = random.Below(4); i > 0; --i) {
      mutated[random.Below(mutated.size())] = static_cast<char>(random.Next());
    }
    mutated.resize(mutated.size() - random.Below(mutated.size()));
    model::WriteBatch batch;
    if (!ParseBatch(mutated, round % 2 == 0 ? kText : kOpenMetrics, kNow, batch).ok()) continue;
    for (const auto& entry : batch.entries()) {
      EXPECT_TRUE(model::LabelsView::ParseCanonical(batch.labels(entry).bytes()).ok());
    }
  }
}

}  // namespace
}  // namespace vedette::sources::exposition
