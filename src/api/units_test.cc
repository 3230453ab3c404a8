#include "api/units.h"

#include <gtest/gtest.h>

namespace vedette::api {
namespace {

class UnitsTest : public ::testing::Test {
 protected:
  std::string Of(const std::string& metric, bool as_rate = false) const {
    return units_.Of("shop", metric, as_rate);
  }
  void Told(std::string_view family, std::string_view type, std::string_view unit) {
    metadata_->Note("shop", {.family = family, .type = type, .help = "", .unit = unit});
  }
  static model::Anomaly Seen(model::AnomalyKind kind, const std::string& metric,
                             const std::string& detector) {
    model::Anomaly anomaly;
    anomaly.tenant = "shop";
    anomaly.kind = kind;
    anomaly.labels = model::Labels({{"__name__", metric}});
    anomaly.detector = detector;
    return anomaly;
  }
  static detect::rules::Rule Threshold(const std::string& name, bool per_second) {
    detect::rules::Rule rule;
    rule.name = name;
    rule.metric = "net_in_bytes_total";
    rule.warning = 1;
    rule.per_second = per_second;
    return rule;
  }

  std::unique_ptr<sql::Database> database_ = *sql::Database::Open({.path = ":memory:"});
  std::unique_ptr<MetadataBook> metadata_ = *MetadataBook::Open(*database_);
  detect::rules::RuleBoard rules_{
      *detect::rules::RuleSet::Create({Threshold("flow", true), Threshold("volume", false)})};
  const Units units_{*metadata_, rules_, {{"lag", "messages"}, {"idle_percent", "ratio"}}};
};

TEST_F(UnitsTest, TheSendersWordCountsBeforeTheCatalogueAndTheName) {
  EXPECT_EQ(Of("lag"), "messages");
  EXPECT_EQ(Of("idle_percent"), "ratio");
  EXPECT_EQ(Of("wait_seconds"), "s");
  EXPECT_EQ(Of("depth"), "");

  Told("lag", "gauge", "{record}");
  Told("wait_seconds", "gauge", "ms");
  Told("depth", "gauge", "");

  EXPECT_EQ(Of("lag"), "record");
  EXPECT_EQ(Of("wait_seconds"), "ms");
  EXPECT_EQ(Of("depth"), "") << "no unit is no word";
  EXPECT_EQ(units_.Of("other", "lag", false), "messages") << "another tenant's senders";
}

TEST_F(UnitsTest, ThatSomethingHasNoDimensionLeavesTheWordToTheOthers) {
  Told("lag", "gauge", "1");
  Told("share_ratio", "gauge", "1");
  Told("depth", "gauge", "1");

  EXPECT_EQ(Of("lag"), "messages");
  EXPECT_EQ(Of("share_ratio"), "ratio");
  EXPECT_EQ(Of("depth"), "1");
}

TEST_F(UnitsTest, TheBucketsAndTheCountOfAHistogramAreNoSeconds) {
  Told("latency", "histogram", "seconds");

  EXPECT_EQ(Of("latency"), "s");
  EXPECT_EQ(Of("latency_sum"), "s");
  EXPECT_EQ(Of("latency_count"), "1");
  EXPECT_EQ(Of("latency_bucket"), "1");
}

TEST_F(UnitsTest, ARateIsPerSecond) {
  Told("hits", "counter", "");

  EXPECT_EQ(Of("hits", true), "1/s");
  EXPECT_EQ(Of("net_in_bytes_total", true), "B/s");
  EXPECT_EQ(Of("depth", true), "");
}

TEST_F(UnitsTest, AnAnomalyIsOfWhatItsDetectorCompared) {
  using model::AnomalyKind;
  const auto of = [&](AnomalyKind kind, const std::string& metric, const std::string& detector) {
    return units_.Of(Seen(kind, metric, detector));
  };
  EXPECT_EQ(of(AnomalyKind::kBaseline, "net_in_bytes_total", "baseline"), "B/s");
  EXPECT_EQ(of(AnomalyKind::kBaseline, "wait_seconds", "baseline"), "s");
  EXPECT_EQ(of(AnomalyKind::kThreshold, "net_in_bytes_total", "flow"), "B/s");
  EXPECT_EQ(of(AnomalyKind::kThreshold, "net_in_bytes_total", "volume"), "B");
  EXPECT_EQ(of(AnomalyKind::kThreshold, "net_in_bytes_total", "a rule of yesterday"), "");
  EXPECT_EQ(of(AnomalyKind::kAbsence, "net_in_bytes_total", "gone"), "B");
  EXPECT_EQ(of(AnomalyKind::kRule, "net_in_bytes_total", "TooMuch"), "");
  EXPECT_EQ(of(AnomalyKind::kAlert, "net_in_bytes_total", "TooMuch"), "");
}

}  // namespace
}  // namespace vedette::api
