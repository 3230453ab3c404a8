#include "sources/scrape/digest.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace vedette::sources::scrape {
namespace {

constexpr base::Duration kTook{250};

class DigestTest : public testing::Test {
 protected:
  static net::Response Page(std::string body, std::string type = "text/plain; version=0.0.4") {
    net::Response response{.status = 200, .headers = {}, .body = std::move(body)};
    response.headers.Add("Content-Type", std::move(type));
    return response;
  }
  // The batch of one scrape without the report, a line for each sample.
  std::string Scrape(const base::Result<net::Response>& response, int64_t t_ms) {
    outcome_ = Digest(rules_, response, base::FromMillis(t_ms), kTook, memory_, batch_);
    return Dump(false);
  }
  std::string Dump(bool report) const {
    std::string out;
    for (const auto& entry : batch_.entries()) {
      const std::string series = batch_.labels(entry).ToString();
      const bool is_report = series.starts_with("up{") || series.starts_with("scrape_");
      if (is_report != report) continue;
      for (const model::Sample& sample : batch_.samples(entry)) {
        out +=
            fmt::format("{} {} {}\n", series, sample.t_ms,
                        model::IsStale(sample.value) ? "stale" : fmt::format("{}", sample.value));
      }
    }
    return out;
  }

  TargetRules rules_{.labels = model::Labels({{"instance", "a:1"}, {"job", "node"}})};
  SeriesMemory memory_;
  model::WriteBatch batch_;
  Outcome outcome_;
};

TEST_F(DigestTest, AddsTheLabelsOfTheTargetAndAReport) {
  EXPECT_EQ(Scrape(Page("x{a=\"1\"} 2\ny 3 500\n"), 1000),
            "x{a=\"1\",instance=\"a:1\",job=\"node\"} 1000 2\n"
            "y{instance=\"a:1\",job=\"node\"} 500 3\n");
  EXPECT_EQ(Dump(true),
            "up{instance=\"a:1\",job=\"node\"} 1000 1\n"
            "scrape_duration_seconds{instance=\"a:1\",job=\"node\"} 1000 0.25\n"
            "scrape_samples_scraped{instance=\"a:1\",job=\"node\"} 1000 2\n"
            "scrape_samples_post_metric_relabeling{instance=\"a:1\",job=\"node\"} 1000 2\n"
            "scrape_series_added{instance=\"a:1\",job=\"node\"} 1000 1\n");
  EXPECT_TRUE(outcome_.up);
}

TEST_F(DigestTest, RelabelsSamplesAndCountsWhatIsLeft) {
  rules_.metric_relabel = *relabel::Rules::Compile(
      {{.source_labels = {"__name__"}, .regex = "go_.*", .action = relabel::Action::kDrop},
       {.source_labels = {"a", "instance"}, .target_label = "b"},
       {.regex = "a", .action = relabel::Action::kLabelDrop}});
  EXPECT_EQ(Scrape(Page("x{a=\"1\"} 2\ngo_x 3\n"), 1000),
            "x{b=\"1;a:1\",instance=\"a:1\",job=\"node\"} 1000 2\n");
  EXPECT_EQ(outcome_.samples, 2U);
  EXPECT_EQ(outcome_.kept_samples, 1U);
  EXPECT_NE(Dump(true).find("scrape_samples_post_metric_relabeling{instance=\"a:1\",job=\"node\"} "
                            "1000 1\n"),
            std::string::npos);
}

TEST_F(DigestTest, LimitsCountAfterRelabelling) {
  rules_.sample_limit = 1;
  rules_.metric_relabel = *relabel::Rules::Compile(
      {{.source_labels = {"__name__"}, .regex = "go_.*", .action = relabel::Action::kDrop}});
  Scrape(Page("x 2\ngo_x 3\n"), 1000);
  EXPECT_TRUE(outcome_.up);
  rules_.label_limit = 3;
  Scrape(Page("x{a=\"1\"} 2\n"), 2000);
  EXPECT_EQ(outcome_.error, "line 1: more than label_limit = 3 labels");
  rules_.label_limit = 0;
  rules_.label_name_length_limit = 8;
  Scrape(Page("x{toolongname=\"1\"} 2\n"), 3000);
  EXPECT_EQ(outcome_.error,
            "line 1: more than label_name_length_limit = 8 bytes in the name of a label");
  rules_.label_value_length_limit = 4;
  rules_.label_name_length_limit = 0;
  Scrape(Page("x{a=\"12345\"} 2\n"), 4000);
  EXPECT_FALSE(outcome_.up);
}

TEST_F(DigestTest, ReadsOpenMetricsByItsContentType) {
  EXPECT_EQ(Scrape(Page("x 1 2.5\n# EOF\n", "application/openmetrics-text; version=1.0.0"), 1000),
            "x{instance=\"a:1\",job=\"node\"} 2500 1\n");
}

TEST_F(DigestTest, RenamesConflictingLabelsOfTheSeries) {
  struct Case {
    std::string labels;
    std::string want;
  };
  const std::vector<Case> cases = {
      {"job=\"own\"", "exported_job=\"own\",instance=\"a:1\",job=\"node\""},
      {"job=\"own\",exported_job=\"x\"",
       "exported_exported_job=\"own\",exported_job=\"x\",instance=\"a:1\",job=\"node\""},
      {"job=\"\"", "instance=\"a:1\",job=\"node\""},
      {"job=\"j\",instance=\"i\"",
       "exported_instance=\"i\",exported_job=\"j\",instance=\"a:1\",job=\"node\""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Scrape(Page("x{" + c.labels + "} 1\n"), 1000).substr(0, c.want.size() + 3),
              "x{" + c.want + "}");
  }
}

TEST_F(DigestTest, KeepsConflictingLabelsOfTheSeriesWhenTheyAreHonored) {
  rules_.honor_labels = true;
  EXPECT_EQ(Scrape(Page("x{job=\"own\"} 1\n"), 1000), "x{instance=\"a:1\",job=\"own\"} 1000 1\n");
  // An empty label is how a gateway says that there is none.
  EXPECT_EQ(Scrape(Page("x{instance=\"\"} 1\n"), 1000).substr(0, 14), "x{job=\"node\"} ");
}

TEST_F(DigestTest, IgnoresTimestampsThatAreNotHonored) {
  rules_.honor_timestamps = false;
  EXPECT_EQ(Scrape(Page("y 3 500\n"), 1000), "y{instance=\"a:1\",job=\"node\"} 1000 3\n");
}

TEST_F(DigestTest, EndsASeriesThatVanishes) {
  Scrape(Page("x 1\ny 1\n"), 1000);

  EXPECT_EQ(Scrape(Page("x 2\n"), 2000),
            "x{instance=\"a:1\",job=\"node\"} 2000 2\n"
            "y{instance=\"a:1\",job=\"node\"} 2000 stale\n");
  EXPECT_EQ(outcome_.series_added, 0u);
  EXPECT_EQ(Scrape(Page("x 3\n"), 3000), "x{instance=\"a:1\",job=\"node\"} 3000 3\n");
  Scrape(Page("x 4\ny 5\n"), 4000);
  EXPECT_EQ(outcome_.series_added, 1u);
}

TEST_F(DigestTest, EndsAllSeriesWhenTheScrapeFails) {
  const std::vector<std::pair<base::Result<net::Response>, std::string>> failures = {
      {base::Unavailable("connection refused"), "connection refused"},
      {net::Response{.status = 503, .headers = {}, .body = "x 1\n"},
       "server returned HTTP status 503 Service Unavailable"},
      {Page("x 1\nbroken\n"), "line 2: the value is missing"},
  };
  for (const auto& [failure, error] : failures) {
    Scrape(Page("x 1\n"), 1000);

    EXPECT_EQ(Scrape(failure, 2000), "x{instance=\"a:1\",job=\"node\"} 2000 stale\n");
    EXPECT_FALSE(outcome_.up);
    EXPECT_EQ(outcome_.error, error);
    EXPECT_TRUE(Dump(true).starts_with("up{instance=\"a:1\",job=\"node\"} 2000 0\n"));
    EXPECT_EQ(Scrape(failure, 3000), "");
  }
}

TEST_F(DigestTest, DoesNotFollowSeriesWithTheirOwnTime) {
  Scrape(Page("x 1 900\n"), 1000);

  EXPECT_EQ(Scrape(Page(""), 2000), "");
}

TEST_F(DigestTest, FailsBeyondTheSampleLimit) {
  rules_.sample_limit = 2;
  EXPECT_NE(Scrape(Page("x 1\ny 1\n"), 1000), "");
  EXPECT_TRUE(outcome_.up);

  const std::string ended = Scrape(Page("x 1\ny 1\nz 1\na 1\n"), 2000);
  EXPECT_NE(ended.find("y{instance=\"a:1\",job=\"node\"} 2000 stale\n"), std::string::npos);
  EXPECT_EQ(ended.find("z{"), std::string::npos);

  EXPECT_FALSE(outcome_.up);
  EXPECT_EQ(outcome_.error, "more than sample_limit = 2 samples");
  EXPECT_EQ(Dump(true),
            "up{instance=\"a:1\",job=\"node\"} 2000 0\n"
            "scrape_duration_seconds{instance=\"a:1\",job=\"node\"} 2000 0.25\n"
            "scrape_samples_scraped{instance=\"a:1\",job=\"node\"} 2000 4\n"
            "scrape_samples_post_metric_relabeling{instance=\"a:1\",job=\"node\"} 2000 4\n"
            "scrape_series_added{instance=\"a:1\",job=\"node\"} 2000 0\n");
}

TEST_F(DigestTest, EndsEverythingOfATargetThatIsNoMore) {
  Scrape(Page("x 1\n"), 1000);

  EndTarget(rules_, base::FromMillis(2000), memory_, batch_);

  EXPECT_EQ(Dump(false), "x{instance=\"a:1\",job=\"node\"} 2000 stale\n");
  EXPECT_EQ(batch_.sample_count(), 6u);
  EXPECT_TRUE(Dump(true).starts_with("up{instance=\"a:1\",job=\"node\"} 2000 stale\n"));
  EXPECT_EQ(memory_.size(), 0u);
}

TEST_F(DigestTest, TellsWhatTheAnswerSaysOfItsFamilies) {
  std::string told;
  Digest(rules_, Page("# HELP x What it is.\n# TYPE x counter\nx 2\n"), base::FromMillis(1), kTook,
         memory_, batch_, [&](const exposition::FamilyMetadata& metadata) {
           told += fmt::format("{} {} {}\n", metadata.family, metadata.type, metadata.help);
         });
  EXPECT_EQ(told, "x counter What it is.\n");
}

// h, of one observation in the zero bucket, and a bucket that says the same.
constexpr std::string_view kNativePage(
    "\x1c\x0a\x01h\x18\x04\x22\x15\x3a\x13\x08\x01\x1a\x0b\x08\x01\x11\0\0\0\0\0\0\0\0\x38\x01"
    "\x28\x00",
    29);

TEST_F(DigestTest, TakesNativeHistogramsWhenTheyAreWanted) {
  const auto page =
      Page(std::string(kNativePage), "application/vnd.google.protobuf; encoding=delimited");
  Scrape(page, 1000);
  EXPECT_TRUE(outcome_.up) << outcome_.error;
  EXPECT_EQ(outcome_.samples, 4u) << "two buckets, the sum and the count";
  EXPECT_EQ(batch_.histograms().size(), 0u);

  rules_.native_histograms = true;
  Scrape(page, 2000);
  EXPECT_EQ(outcome_.samples, 1u);
  ASSERT_EQ(batch_.histograms().size(), 1u);
  EXPECT_EQ(batch_.histograms()[0].t_ms, 2000);

  EXPECT_EQ(Scrape(Page("x 1\n"), 3000).find("h{instance=\"a:1\",job=\"node\"} 3000 stale") ==
                std::string::npos,
            false)
      << "a histogram that vanishes ends";
}

}  // namespace
}  // namespace vedette::sources::scrape
