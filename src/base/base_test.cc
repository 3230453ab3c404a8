#include <gtest/gtest.h>
#include <set>

#include <nlohmann/json.hpp>

#include "base/id.h"
#include "base/json.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/result.h"
#include "base/utf8.h"

namespace vedette::base {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0) return InvalidArgument("odd", "number");
  return number / 2;
}

Result<int> Quarter(int number) {
  VEDETTE_TRY(const int half, Half(number));
  VEDETTE_TRY_VOID(Half(half));
  return half / 2;
}

TEST(Result, TryReturnsTheFirstError) {
  EXPECT_EQ(*Quarter(8), 2);
  const Result<int> odd = Quarter(6);
  ASSERT_FALSE(odd.ok());
  EXPECT_EQ(odd.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(odd.error().field, "number");
  EXPECT_EQ(odd.error().With("reading").message, "reading: odd");
}

TEST(Result, DroppedErrorsAreCounted) {
  const long before = IgnoredErrorCount();

  IgnoreError(Half(1), "the test drops it");
  IgnoreError(Half(2), "there is none");

  EXPECT_EQ(IgnoredErrorCount(), before + 1);
}

TEST(Log, ALineIsOneJsonObjectWhateverTheValues) {
  std::string line;
  SetLogSink([&](std::string_view text) { line = text; });
  LogWarning("hello\n{\"x\"", {{"user", "a\nb\x1b[31m"}, {"n", 3}, {"ok", true}, {"r", 0.5}});
  SetLogSink({});

  const Result<Json> json = ParseJson(line);
  ASSERT_TRUE(json.ok()) << line;
  EXPECT_EQ((*json)["level"], "warning");
  EXPECT_EQ((*json)["user"], "a\nb\x1b[31m");
  EXPECT_EQ((*json)["n"], 3);
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST(Log, LinesBelowTheLevelAreNotWritten) {
  int lines = 0;
  SetLogSink([&](std::string_view) { ++lines; });
  LogDebug("quiet");
  LogInfo("loud");
  SetLogSink({});

  EXPECT_EQ(lines, 1);
}

TEST(DerivedId, IsTheSameForTheSameThingAndTime) {
  const TimePoint time = FromMillis(1'767'225'600'000);
  const std::string id = DerivedId(time, "a thing");
  EXPECT_EQ(id.size(), 26U);
  EXPECT_EQ(id, DerivedId(time, "a thing"));
  EXPECT_NE(id, DerivedId(time, "another"));
  EXPECT_EQ(id.substr(0, 10), DerivedId(time, "another").substr(0, 10)) << "of the time";
  EXPECT_LT(id, DerivedId(time + Duration(1), "a thing"));
}

TEST(NewId, SortsByTimeAndDoesNotRepeat) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(NewId(FromMillis(1'700'000'000'000)));
  EXPECT_EQ(ids.size(), 1000u);
  EXPECT_EQ(ids.begin()->size(), 26u);
  EXPECT_LT(*ids.rbegin(), NewId(FromMillis(1'700'000'000'001)));
}

TEST(Random, EqualSeedsGiveEqualStreams) {
  Random a(1), b(1), c(2);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const uint64_t next = a.Next();
    EXPECT_EQ(next, b.Next());
    differs |= next != c.Next();
  }
  EXPECT_TRUE(differs);
}

TEST(Random, HasTheMomentsOfItsDistributions) {
  Random random(3);
  double sum = 0, squares = 0, exponential = 0, uniform = 0;
  constexpr int kDraws = 100'000;
  for (int i = 0; i < kDraws; ++i) {
    const double normal = random.Normal();
    sum += normal;
    squares += normal * normal;
    exponential += random.Exponential(5);
    uniform += random.Uniform(2, 4);
    ASSERT_LT(random.Below(7), 7u);
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.02);
  EXPECT_NEAR(squares / kDraws, 1, 0.03);
  EXPECT_NEAR(exponential / kDraws, 5, 0.1);
  EXPECT_NEAR(uniform / kDraws, 3, 0.02);
}

TEST(MetricsRegistry, WritesTheTextExposition) {
  MetricsRegistry registry;
  registry.AddCounter("vedette_b_total", "B.", {{"kind", "a\"b"}}).Add(3);
  registry.AddGauge("vedette_a", "A.").Set(1.5);
  registry.AddCallback("vedette_c", "C.", [] { return 7.0; });
  Histogram& histogram = registry.AddHistogram("vedette_d_seconds", "D.", {0.1, 1});
  histogram.Observe(0.1);
  histogram.Observe(0.5);
  histogram.Observe(9);

  EXPECT_EQ(registry.WriteText(),
            "# HELP vedette_a A.\n# TYPE vedette_a gauge\nvedette_a 1.5\n"
            "# HELP vedette_b_total B.\n# TYPE vedette_b_total counter\n"
            "vedette_b_total{kind=\"a\\\"b\"} 3\n"
            "# HELP vedette_c C.\n# TYPE vedette_c gauge\nvedette_c 7\n"
            "# HELP vedette_d_seconds D.\n# TYPE vedette_d_seconds histogram\n"
            "vedette_d_seconds_bucket{le=\"0.1\"} 1\nvedette_d_seconds_bucket{le=\"1\"} 2\n"
            "vedette_d_seconds_bucket{le=\"+Inf\"} 3\nvedette_d_seconds_sum 9.6\n"
            "vedette_d_seconds_count 3\n");
}

TEST(MetricsRegistry, TheSameNameAndLabelsAreTheSameMetric) {
  MetricsRegistry registry;
  registry.AddCounter("vedette_x_total", "X.").Add();
  EXPECT_EQ(registry.AddCounter("vedette_x_total", "X.").value(), 1u);
}

TEST(Utf8, SeesTheOneByteThatIsNotAscii) {
  for (size_t size = 0; size < 100; ++size) {
    std::string text(size, '~');
    EXPECT_TRUE(IsAscii(text)) << size;
    for (size_t at = 0; at < size; ++at) {
      text[at] = '\x80';
      EXPECT_FALSE(IsAscii(text)) << size << " at " << at;
      text[at] = '~';
    }
  }
}

TEST(Utf8, TellsValidFromInvalid) {
  for (const char* text : {"", "plain ascii that is longer than eight bytes", "\xC2\x80",
                           "\xE0\xA0\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(IsValidUtf8(text)) << text;
  }
  for (const char* text : {"\x80", "\xC0\x80", "\xC2", "\xE0\x9F\xBF", "\xED\xA0\x80",
                           "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "eight by\xFF"}) {
    EXPECT_FALSE(IsValidUtf8(text)) << text;
  }
}

TEST(Utf8, OneLineCutsBetweenCharactersAndKeepsLinesWhole) {
  EXPECT_EQ(OneLine("a\nb\x1b[31m\x7f", 100), "a b [31m ");
  EXPECT_EQ(OneLine("abcdefgh", 8), "abcdefgh");
  EXPECT_EQ(OneLine("abcdefghi", 8), "abcde...");
  EXPECT_EQ(OneLine("bad \xff byte", 100), "bad   byte");
  std::string euros;
  for (int i = 0; i < 20; ++i) euros += "\xE2\x82\xAC";
  for (size_t max = 3; max < 60; ++max) {
    const std::string line = OneLine(euros, max);
    EXPECT_LE(line.size(), max);
    EXPECT_TRUE(IsValidUtf8(line)) << max;
  }
}

}  // namespace
}  // namespace vedette::base
