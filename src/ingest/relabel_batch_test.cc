#include "ingest/relabel_batch.h"

#include <gtest/gtest.h>
#include <memory>
#include <vector>

#include "base/testing/fake_clock.h"
#include "ingest/ingester.h"
#include "ingest/testing/fake_stores.h"

namespace vedette::ingest {
namespace {

TEST(RelabelBatch, ChangesSeriesAndDropsThemWithAllTheyHave) {
  model::WriteBatch batch;
  batch.BeginSeries(model::Labels({{"__name__", "go_gc"}, {"job", "a"}}));
  batch.Add(1, 1);
  batch.AddHistogram(1, {});
  batch.AddExemplar({.labels = {}, .t_ms = 1, .value = 1});
  batch.BeginSeries(model::Labels({{"__name__", "up"}, {"job", "a"}, {"pod", "x"}}));
  batch.Add(2, 5);
  batch.Add(3, 6);
  batch.AddExemplar({.labels = {}, .t_ms = 2, .value = 5});
  const auto rules = relabel::Rules::Compile(
      {{.source_labels = {"__name__"}, .regex = "go_.*", .action = relabel::Action::kDrop},
       {.target_label = "cluster", .replacement = "eu"},
       {.regex = "pod", .action = relabel::Action::kLabelDrop}});
  ASSERT_TRUE(rules.ok()) << rules.error().message;

  std::vector<uint32_t> kept;
  const model::WriteBatch out = RelabelBatch(batch, *rules, kept);

  ASSERT_EQ(out.entries().size(), 1U);
  EXPECT_EQ(kept, std::vector<uint32_t>{1});
  EXPECT_EQ(out.labels(out.entries()[0]).ToString(), R"(up{cluster="eu",job="a"})");
  EXPECT_EQ(out.samples(out.entries()[0]).size(), 2U);
  EXPECT_TRUE(out.histograms().empty());
  ASSERT_EQ(out.exemplars().size(), 1U);
  EXPECT_EQ(out.exemplars()[0].entry, 0U);
  EXPECT_EQ(out.exemplars()[0].exemplar.value, 5);
}

TEST(Ingester, RelabelsWhatComesIn) {
  base::FakeClock clock;
  base::MetricsRegistry registry;
  FakeSeriesStore series;
  FakeRecordStore records;
  Limits limits;
  limits.relabel = *relabel::Rules::Compile(
      {{.source_labels = {"job"}, .target_label = "job", .replacement = "eu-$1"}});
  Ingester ingester(series, records, clock, registry, std::make_shared<const Limits>(limits));
  model::WriteBatch batch;
  batch.BeginSeries(model::Labels({{"__name__", "up"}, {"job", "a"}}));
  batch.Add(1000, 1);

  const auto report = ingester.Write("shop", batch);

  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->stored.accepted, 1U);
  EXPECT_EQ(series.Dump("shop"), "up{job=\"eu-a\"} 1000 1\n");
}

TEST(Ingester, CountsTheSamplesThatRelabellingDrops) {
  base::FakeClock clock;
  base::MetricsRegistry registry;
  FakeSeriesStore series;
  FakeRecordStore records;
  Limits limits;
  limits.relabel = *relabel::Rules::Compile(
      {{.source_labels = {"job"}, .regex = "b", .action = relabel::Action::kDrop}});
  Ingester ingester(series, records, clock, registry, std::make_shared<const Limits>(limits));
  model::WriteBatch batch;
  for (const char* job : {"a", "b"}) {
    batch.BeginSeries(model::Labels({{"__name__", "up"}, {"job", job}}));
    batch.Add(1000, 1);
    batch.Add(2000, 2);
    batch.AddHistogram(3000, {});
  }

  series.FailNext(base::Unavailable("the disk is full"));
  EXPECT_FALSE(ingester.Write("shop", batch).ok());
  ASSERT_TRUE(ingester.Write("shop", batch).ok());

  EXPECT_NE(registry.WriteText().find("vedette_ingest_relabel_dropped_samples_total 3\n"),
            std::string::npos)
      << registry.WriteText();
}

}  // namespace
}  // namespace vedette::ingest
